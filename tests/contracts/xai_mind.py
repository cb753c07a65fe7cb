"""What the test server's model says when it behaves: a fitting answer to each of our questions."""

from __future__ import annotations

import json
import re
from typing import Any

THEME = {
    "name": "Harbour",
    "reason": "Calm water and one bright buoy.",
    "preset": "coast",
    "colors": {
        **{"primary": "#0b5394", "on_primary": "#ffffff", "accent": "#9a3412"},
        **{"background": "#ffffff", "surface": "#eef4f8", "text": "#12232e"},
        **{"muted": "#4a5b66", "border": "#cfdbe3"},
    },
    "fonts": {"heading": "lora", "body": "inter"},
    **{"radius": "lg", "space": "roomy", "shadow": "soft"},
}
PLAN = [
    {"kind": "hero-split", "brief": "What the bakery is."},
    {"kind": "features-grid", "brief": "Three reasons."},
    {"kind": "cta-banner", "brief": "Come by."},
]


def think(asked: dict[str, Any]) -> str:
    """Answer one request of ours."""
    # The last word may be that an earlier answer was wrong.
    said = next(
        message["content"]
        for message in reversed(asked["messages"])
        if "Answer" in str(message["content"]) and "once more" not in str(message["content"])
    )
    if "response_format" not in asked:
        return (
            '```index.html\n<h1 class="t">Tide table</h1>\n<p id="out">…</p>\n```\n'
            "```style.css\n.t { color: teal }\n```\n"
            "```script.js\ndocument.getElementById('out').textContent = 'High at noon';\n```"
        )
    wanted = set(asked["response_format"]["json_schema"]["schema"]["properties"])
    if wanted == {"title", "sections"}:
        return json.dumps({"title": "Home", "sections": PLAN})
    if wanted == {"texts"}:
        texts = json.loads(_material(said))
        return json.dumps({"texts": [{"id": t["id"], "text": f"{t['text']}, anew"} for t in texts]})
    if "order" in wanted:
        sections = json.loads(_material(said))
        order = [{"id": s["id"], "tone": "surface"} for s in reversed(sections)]
        return json.dumps({"name": "Turned", "reason": "The end first.", "order": order})
    if "colors" in wanted:
        return json.dumps(THEME)
    example = re.search(r"Example of this block:\n(.*?)\n\nPictures:", said, re.DOTALL)
    html = example[1] if example else _material(said)
    number = "" if "alternative" not in said else f" ({said.count('---') + 2})"
    return json.dumps({"html": _retitle(html, f"Written by the model{number}")})


def _material(said: str) -> str:
    found = re.search(r"<material>\n(.*?)\n</material>", said, re.DOTALL)
    assert found is not None
    return found[1]


def _retitle(html: str, title: str) -> str:
    return re.sub(r"(<(h[123])\b[^>]*>).*?(</\2>)", rf"\g<1>{title}\g<3>", html, count=1)
