"""What every part of `make doctor` needs: what was found, and how a service is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services import egress


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well (None: it is switched off), and what that means."""

    what: str
    well: bool | None
    words: str


def expect(what: str, answer: egress.Answer, status: int, advice: str) -> Iterator[Finding]:
    well = answer.status == status
    yield Finding(what, well, "answers" if well else f"answers {answer.status}: {advice}")


def ask(url: str, headers: dict[str, str], *, content: bytes | None = None) -> egress.Answer | None:
    """The answer of a service, whatever it says, or None if there is none."""
    try:
        return egress.request(
            "POST" if content else "GET", url, headers=headers, content=content, deadline=8
        )
    except egress.EgressError:
        return None
