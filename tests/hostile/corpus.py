"""The hostile pages as rows of `pages` and `sites`, as an editor could write them with the API."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.site_build.model import PageSource

PAGES = json.loads((Path(__file__).parent / "pages.json").read_text("utf-8"))


@dataclass(frozen=True)
class Hostile:
    """One payload: the page it is, and the site's settings it comes with."""

    id: str
    page: PageSource
    site: dict[str, Any] = field(default_factory=dict)


def hostile_pages() -> list[Hostile]:
    """Return every payload; the editor's documents as the HTML a careless editor exports."""
    documents = [_document(payload) for payload in PAGES["json"]]
    markup = [
        Hostile(p["id"], PageSource(f"/{p['id']}", p["id"], p["html"], p["css"]))
        for p in PAGES["html"]
    ]
    fields = [
        Hostile(
            p["id"],
            PageSource(f"/{p['id']}", p["title"], "<p>x</p>", seo=p.get("seo", {})),
            p.get("site", {}),
        )
        for p in PAGES["fields"]
    ]
    return [*documents, *markup, *fields]


def _document(payload: dict[str, Any]) -> Hostile:
    content = payload["content"]
    page = content["pages"][0]
    frame = (page.get("frames") or [{}])[0]
    html = export([frame.get("head"), frame.get("component")]) + export(content.get("symbols"))
    html += "".join(_texts(page.get("name"), frame.get("name")))
    css = content.get("styles")
    return Hostile(
        payload["id"],
        PageSource(
            f"/{payload['id']}",
            payload["id"],
            html,
            css if isinstance(css, str) else "".join(_rule(rule) for rule in css or ()),
        ),
    )


def export(component: Any) -> str:
    """Write a component as HTML with no care at all, worse than any real editor does."""
    if component is None:
        return ""
    if isinstance(component, str):
        return component
    if isinstance(component, list):
        return "".join(map(export, component))
    tag = component.get("tagName") or {"script": "script", "image": "img"}.get(
        component.get("type"), "div"
    )
    given = component.get("attributes") or {}
    attributes = given if isinstance(given, dict) else {str(text): "" for text in given}
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    for name in ("src", "href", "style"):
        if component.get(name):
            written += f" {name}='{component[name]}'"
    inner = "".join(
        export(component.get(key))
        for key in ("content", "components", "head", "docEl", "doctype", "defaultValue", "name",
                    "custom-name", "icon", "title")
    )  # fmt: skip
    for key in ("script", "script-export"):
        if component.get(key):
            inner += f"<script>({component[key]})()</script><script>{component[key]}</script>"
    for part in ("toolbar", "traits", "classes"):
        inner += json.dumps(component.get(part) or "").replace('\\"', '"')
    return f"<{tag}{written}>{inner}</{tag}>"


def _texts(*texts: Any) -> list[str]:
    return [text for text in texts if isinstance(text, str)]


def _rule(rule: dict[str, Any]) -> str:
    selector = ",".join(map(str, rule.get("selectors", []))) or rule.get("selectorsAdd", "a")
    body = "".join(f"{name}:{value};" for name, value in rule.get("style", {}).items())
    text = f"{selector}{{{body}}}"
    if rule.get("atRuleType"):
        return f"@{rule['atRuleType']} {rule.get('mediaText', '')}{{{text}}}"
    return text
