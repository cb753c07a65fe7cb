"""What a question of usual size may cost, for the words beside a button."""

from __future__ import annotations

from uuid import UUID

from services.ai import credits
from services.ai.credits import Price
from services.ai.shapes import (
    Ask,
    CodeAsk,
    ContentAsk,
    DesignAsk,
    EditAsk,
    LayoutAsk,
    PageAsk,
    PlacedSection,
    PlannedSection,
    Text,
)

_SITE = UUID(int=0)
_WISH = "x" * 300


def of_price(price: Price) -> dict[str, int]:
    """Return the most that each kind of question costs, in credits; a page by plan and section."""
    return {name: credits.estimate(ask, kind, price) for name, (kind, ask) in _USUAL.items()}


_USUAL: dict[str, tuple[str, Ask]] = {
    "plan": ("page", PageAsk(site_id=_SITE, prompt=_WISH, only_plan=True)),
    "section": (
        "page",
        PageAsk(site_id=_SITE, prompt=_WISH, plan=[PlannedSection(kind="x", brief="x" * 100)]),
    ),
    "code": ("code", CodeAsk(site_id=_SITE, prompt=_WISH)),
    "content": (
        "content",
        ContentAsk(site_id=_SITE, prompt=_WISH, texts=[Text(id="x", text="x" * 1000)]),
    ),
    "layout": (
        "layout",
        LayoutAsk(
            site_id=_SITE, prompt=_WISH, sections=[PlacedSection(id="x"), PlacedSection(id="y")]
        ),
    ),
    "design": ("design", DesignAsk(site_id=_SITE, prompt=_WISH)),
    "edit": ("edit", EditAsk(site_id=_SITE, prompt=_WISH, html="x" * 3000)),
}
