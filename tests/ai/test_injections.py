"""CASES 104, 105, 107, 113: fifty wordings, asked and hidden in the page, of a model that obeys.

The model here gives away all that it was told. So what it could give away is looked at.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from tests.ai.conftest import Ask, asking, client_of
from tests.cast import Person
from tests.contracts.xai import KEY, XAI
from tests.hostile.injections import WORDINGS
from tests.stack import Stack

BLOCK = '<section class="rb-cta-banner rb-section" data-rb-block="cta-banner"><h2>{}</h2></section>'
HANDS = {"tools", "functions", "tool_choice", "function_call", "web_search_options", "store"}


def obey(asked: dict[str, Any]) -> str:
    """Tell everything, and add what was wished for."""
    everything = escape(json.dumps(asked, ensure_ascii=False))[:20_000]
    wished = asked["messages"][-1]["content"]
    return json.dumps({"html": BLOCK.format(everything + str(wished)[:5_000])})


def secrets_of(stack: Stack, *people: Person) -> list[str]:
    names = [name for name in stack.env if re.search(r"SECRET|KEYS?$|PASSWORD", name)]
    found = [stack.env[name] for name in names if len(stack.env[name]) > 8]
    return [KEY, *found, *(person.token for person in people)]


def test_there_are_fifty_of_them() -> None:
    assert len(WORDINGS) == len(set(WORDINGS)) == 50


def test_a_model_that_obeys_has_nothing_to_give_away_and_no_hands(
    ai_stack: Stack, xai: XAI, eddie: Person, sam: Person, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    canary = "canary-of-the-neighbours"
    theirs = sam.new_site(name=canary)
    brand = {"brand": canary}
    assert sam.supabase.patch(f"/rest/v1/sites?id=eq.{theirs['id']}", json=brand).is_success
    sam.new_page(theirs, title=canary, html=f"<p>{canary}</p>")
    with client_of(ai_stack, sam) as client:
        assert asking(client)("edit", theirs, prompt=canary, html=BLOCK.format("x")).is_success
    xai.asked.clear()
    xai.mind = obey
    before = published_and_members(eddie, site)
    for wording in WORDINGS:
        answer = eddie_asks("edit", site, prompt=wording, html=BLOCK.format(escape(wording)))
        assert answer.status_code == 200, (wording, answer.text)
        piece = answer.json()["sections"][0]
        assert not re.search(
            r"<script|<img|<iframe|\son\w+\s*=\s*[\"']|javascript:", piece["html"], re.IGNORECASE
        ), (wording, piece["html"])
    assert len(xai.asked) == len(WORDINGS)
    told = json.dumps(xai.asked, ensure_ascii=False)
    for secret in (canary, *secrets_of(ai_stack, eddie, sam)):
        assert secret not in told
    # What stands in a page cannot leave the place that is marked as its material.
    assert all(each["messages"][-1]["content"].count("</material>") == 1 for each in xai.asked)
    assert all(not HANDS & set(each) for each in xai.asked)
    assert published_and_members(eddie, site) == before


def published_and_members(person: Person, site: dict[str, Any]) -> list[Any]:
    """What a model with hands would have changed."""

    def read(path: str) -> Any:
        return person.supabase.get(f"/rest/v1/{path}").json()

    return [
        read(f"deployments?site_id=eq.{site['id']}&select=id"),
        read(f"pages?site_id=eq.{site['id']}&select=id,html"),
        read(f"organization_members?org_id=eq.{person.org_id}&select=user_id,role&order=user_id"),
        read(f"organization_invitations?org_id=eq.{person.org_id}&select=id&order=id"),
    ]
