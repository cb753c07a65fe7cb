"""Markup as a list of events, so that two ways of writing the same thing compare equal."""

from __future__ import annotations

from html.parser import HTMLParser

Event = tuple[str, str, tuple[tuple[str, str], ...]]

# The build makes these relative or responsive; whether they lead anywhere is tested elsewhere.
REWRITTEN = frozenset({"href", "src", "srcset", "sizes", "sandbox", "loading"})


class Reader(HTMLParser):
    """Collects tags with sorted attributes, and text without its line breaks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[Event] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.events.append(("tag", tag, tuple(sorted((n, v or "") for n, v in attrs))))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(("end", tag, ()))

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self.events.append(("text", text, ()))


def events(html: str) -> list[Event]:
    """Return what the markup says, in order."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.events


def without_addresses(found: list[Event]) -> list[Event]:
    """Return the events without the attributes that a build may rewrite."""
    return [
        (kind, name, tuple(pair for pair in attributes if pair[0] not in REWRITTEN))
        for kind, name, attributes in found
    ]


def tags(html: str) -> list[tuple[str, dict[str, str]]]:
    """Return every opening tag with its attributes."""
    return [(name, dict(attributes)) for kind, name, attributes in events(html) if kind == "tag"]


def headings(html: str) -> list[int]:
    """Return the levels of all headings, in order."""
    levels = {f"h{level}": level for level in range(1, 7)}
    return [levels[name] for name, _ in tags(html) if name in levels]
