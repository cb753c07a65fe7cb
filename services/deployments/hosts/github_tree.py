"""A site as a git tree: what GitHub has is named, text goes inside, the rest is uploaded first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.deployments.hosts import listing, pool
from services.deployments.hosts.listing import Entry
from services.deployments.hosts.session import Session
from services.vendors.api import value

MOST_FILES, MOST_BYTES = 20_000, 100_000_000
# Text goes inside the tree; so much of it per request that GitHub still takes it.
INLINE_BYTES, INLINE_AT_ONCE, INLINE_BYTES_AT_ONCE = 1_000_000, 500, 4_000_000
# GitHub allows 80 new pieces of content a minute: beyond so many, one a second.
_BURST, _BETWEEN = 40, 1.0


def make(session: Session, repo: str, sent: Mapping[str, str], head: dict[str, Any] | None) -> str:
    """Make the tree of exactly these files; only what the branch has not is sent."""
    found = listing.entries(
        sent, session.place.blobs, git=True, most=MOST_FILES, most_bytes=MOST_BYTES
    )
    known = _known_blobs(session, repo, head)
    new = [entry for entry in listing.once_each(found).values() if entry.sha not in known]
    text = {entry.sha: got for entry in new if (got := _text(entry, session)) is not None}
    binary = [entry for entry in new if entry.sha not in text]
    session.lease.step(
        "uploading",
        f"Uploading {len(new):,} new files, {sum(entry.size for entry in new):,} bytes.",
        total=len(new),
    )
    _send(session, repo, binary)
    return _built(session, repo, found, text)


def _known_blobs(session: Session, repo: str, head: dict[str, Any] | None) -> set[str]:
    if head is None:
        return set()
    sha = value(value(head, "tree", dict), "sha", str)
    tree = session.api.get(f"{repo}/git/trees/{sha}", recursive="1").data
    entries = value(tree, "tree", list)
    return {str(entry["sha"]) for entry in entries if entry.get("type") == "blob"}


def _send(session: Session, repo: str, binary: list[Entry]) -> None:
    """Upload what is no text, one after another: GitHub asks for that."""

    def send(entry: Entry) -> None:
        session.api.call(
            "POST",
            f"{repo}/git/blobs",
            content=listing.as_base64(entry, session.place.blobs),
            headers={
                "Content-Type": "application/json",
                "Content-Length": str(listing.base64_length(entry)),
            },
            again=True,
            deadline=300,
        )
        if len(binary) > _BURST:
            session.sleep(_BETWEEN)

    if binary:
        pool.each(binary, send, at_once=1, lease=session.lease)


def _built(session: Session, repo: str, found: list[Entry], text: Mapping[str, Entry]) -> str:
    """Make the tree, in pieces where it is large; only the first piece starts from nothing."""
    made = ""
    for piece in _pieces(found, text):
        body: dict[str, Any] = {"tree": [_node(entry, text, session) for entry in piece]}
        if made:
            body["base_tree"] = made
        path = f"{repo}/git/trees"
        made = value(
            session.api.call("POST", path, body=body, again=True, deadline=120).data, "sha", str
        )
    return made


def _text(entry: Entry, session: Session) -> Entry | None:
    """Return the entry if it can go inside the tree: not too long, and valid UTF-8."""
    if entry.size > INLINE_BYTES:
        return None
    try:
        session.place.blobs.read(entry.blob).decode()
    except UnicodeDecodeError:
        return None
    return entry


def _node(entry: Entry, text: Mapping[str, Entry], session: Session) -> dict[str, str]:
    node = {"path": entry.path, "mode": "100644", "type": "blob"}
    if entry.sha in text:
        return {**node, "content": b"".join(listing.content(entry, session.place.blobs)()).decode()}
    return {**node, "sha": entry.sha}


def _pieces(found: list[Entry], text: Mapping[str, Entry]) -> Iterator[list[Entry]]:
    piece: list[Entry] = []
    inline = size = 0
    for entry in found:
        if entry.sha in text:
            inline, size = inline + 1, size + entry.size
        if piece and (inline > INLINE_AT_ONCE or size > INLINE_BYTES_AT_ONCE):
            yield piece
            piece, inline, size = [], 0, 0
        piece.append(entry)
    yield piece
