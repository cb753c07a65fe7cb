"""What each kind of question gives, as a stream and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from services.ai.themes import contrast
from tests.ai.conftest import Ask, client_of, events
from tests.cast import Person
from tests.contracts import xai as ways
from tests.contracts.xai import MODEL, XAI
from tests.contracts.xai_mind import PLAN, THEME
from tests.deployments.press import wait_for
from tests.stack import Stack

History = Callable[[dict[str, Any]], list[dict[str, Any]]]
BLOCK = (
    '<section class="rb-cta-banner rb-section" data-rb-block="cta-banner"><h2>Old</h2></section>'
)


def test_a_page_comes_as_a_plan_and_then_section_by_section(
    ai_stack: Stack, xai: XAI, eddie: Person, site: dict[str, Any], history: History
) -> None:
    with client_of(ai_stack, eddie) as client:
        body = {"site_id": site["id"], "prompt": "A page for a bakery", "language": "English"}
        headers = {"Accept": "text/event-stream"}
        with client.stream("POST", "/api/ai/generate-page", json=body, headers=headers) as answer:
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            assert answer.headers["X-Accel-Buffering"] == "no"
            told = list(events(answer))
    names = [name for name, _ in told if name not in ("delta", "")]
    assert names == ["start", "plan", "section", "section", "section", "usage", "done"]
    by_name = {name: data for name, data in told}
    assert by_name["plan"]["plan"] == PLAN
    sections = [data for name, data in told if name == "section"]
    assert [section["kind"] for section in sections] == [one["kind"] for one in PLAN]
    # The library's own markup passes whole.
    assert all(section["removed"] == section["links"] == [] for section in sections)
    assert all("Written by the model" in section["html"] for section in sections[:2])
    text = "".join(data["text"] for name, data in told if name == "delta" and data["index"] == 1)
    assert json.loads(text)["html"] == sections[1]["html"]
    # Four calls of the model, at what it says they cost.
    assert by_name["usage"]["cost_usd_ticks"] == 4 * 37_756_000
    assert by_name["done"]["credits"] == 16
    assert by_name["start"]["reserved"] >= 16
    (kept,) = history(site)
    assert kept["status"] == "done" and kept["credits"] == 16
    assert kept["model"] == f"{MODEL}-0925"
    assert kept["input_tokens"] + kept["output_tokens"] == sum(
        by_name["usage"][name] for name in ("input_tokens", "output_tokens")
    )
    assert [one["event"] for one in kept["output"]["sections"]][:2] == ["plan", "section"]


def test_a_plan_can_be_edited_before_it_is_written(
    xai: XAI, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    planned = eddie_asks("generate-page", site, only_plan=True).json()
    assert planned["plan"] == PLAN and planned["sections"] == []
    mine = [{"kind": "stats", "brief": "Loaves a day"}]
    written = eddie_asks("generate-page", site, plan=mine, variants=2).json()
    assert [(one["kind"], one["variant"]) for one in written["sections"]] == [
        ("stats", 0),
        ("stats", 1),
    ]
    assert "Loaves a day" in json.dumps(xai.asked[-1]["messages"])
    # The second is told of the first, so that they differ.
    assert "alternative 2" in xai.asked[-1]["messages"][-1]["content"]
    wrong = eddie_asks("generate-page", site, plan=[{"kind": "marquee", "brief": ""}])
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "plan.0.kind"


def test_a_bad_section_is_asked_for_again_alone(
    xai: XAI, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    usual, calls = xai.mind, []

    def mind(asked: dict[str, Any]) -> str:
        calls.append(asked)
        return '{"html": "<p>no block</p>"}' if len(calls) == 2 else usual(asked)

    xai.mind = mind
    plan = [{"kind": "stats", "brief": ""}, {"kind": "steps", "brief": ""}]
    answer = eddie_asks("generate-page", site, plan=plan).json()
    assert [one["kind"] for one in answer["sections"]] == ["stats", "steps"]
    assert len(calls) == 3
    assert "data-rb-block" in calls[2]["messages"][-1]["content"]
    # What could not be used is not charged.
    assert answer["usage"]["cost_usd_ticks"] == 3 * 37_756_000
    assert answer["usage"]["credits"] == 8


def test_a_connection_to_the_model_is_used_again(
    xai: XAI, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    """To a vendor, opening one takes longer than all that we do."""
    for _ in range(5):
        assert eddie_asks("edit", site, html=BLOCK).json()["sections"]
    # Who asks again at once may be quicker than the end of the last answer, now and then.
    assert len(set(xai.connections)) < len(xai.connections)


def test_a_connection_that_never_ends_its_answer_is_not_used_again(
    xai: XAI, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    xai.always(ways.unending)
    for number in (1, 2):
        assert eddie_asks("edit", site, html=BLOCK).json()["sections"]
        wait_for(lambda number=number: len(xai.hung_up) == number)
    # It might still carry words of the last answer.
    assert len(set(xai.connections)) == 2


def test_code_comes_in_files(xai: XAI, eddie_asks: Ask, site: dict[str, Any]) -> None:
    (piece,) = eddie_asks("generate-code", site).json()["sections"]
    assert [file["name"] for file in piece["files"]] == ["index.html", "style.css", "script.js"]
    assert "response_format" not in xai.asked[0]


def test_words_come_back_for_exactly_the_texts_that_were_given(
    xai: XAI, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    texts = [{"id": "a", "text": "Bread"}, {"id": "b", "text": "Open <b>daily</b>"}]
    answer = eddie_asks("generate-content", site, texts=texts, tone="warm", length="shorter")
    assert answer.json()["sections"][0]["texts"] == [
        {"id": "a", "text": "Bread, anew"},
        {"id": "b", "text": "Open <b>daily</b>, anew"},
    ]
    said = json.dumps(xai.asked[0]["messages"])
    assert "Tone: warm" in said and "shorter in length" in said
    twice = eddie_asks("generate-content", site, texts=[texts[0], texts[0]])
    assert twice.json()["errors"][0]["field"] == "texts"
    xai.says('{"texts": [{"id": "a", "text": "Bread"}, {"id": "c", "text": "Invented"}]}')
    assert eddie_asks("generate-content", site, texts=texts).json()["code"] == "ai_bad_answer"


def test_a_layout_neither_loses_nor_invents_a_section(
    xai: XAI, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    sections = [{"id": "x", "kind": "stats"}, {"id": "y", "kind": "steps"}]
    piece = eddie_asks("generate-layout", site, sections=sections).json()["sections"][0]
    assert [one["id"] for one in piece["order"]] == ["y", "x"]
    xai.says('{"name": "", "reason": "", "order": [{"id": "x", "tone": "none"}]}')
    assert eddie_asks("generate-layout", site, sections=sections).status_code == 502


def test_a_theme_has_known_tokens_and_colours_that_can_be_read(
    xai: XAI, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    piece = eddie_asks("generate-design", site, variants=2).json()["sections"][1]
    assert piece["theme"]["colors"] == THEME["colors"] and piece["adjusted"] == []
    pale = THEME | {"colors": THEME["colors"] | {"muted": "#dddddd", "primary": "#ffe08a"}}
    xai.says(json.dumps(pale))
    piece = eddie_asks("generate-design", site).json()["sections"][0]
    colors = piece["theme"]["colors"]
    assert piece["adjusted"] == ["muted", "primary"]
    assert contrast(colors["muted"], colors["surface"]) >= 4.5
    assert contrast(colors["on_primary"], colors["primary"]) >= 4.5
    for wrong in ({"radius": "9px"}, {"fonts": {"heading": "comic", "body": "inter"}}):
        xai.says(json.dumps(THEME | wrong))
        assert eddie_asks("generate-design", site).json()["code"] == "ai_bad_answer"


def test_an_edit_stays_the_block_it_was(xai: XAI, eddie_asks: Ask, site: dict[str, Any]) -> None:
    piece = eddie_asks("edit", site, html=BLOCK).json()["sections"][0]
    assert piece["html"] == BLOCK.replace("Old", "Written by the model")
    for other in ("<div>Other</div>", BLOCK + BLOCK, BLOCK.replace("cta-banner", "stats")):
        xai.says(json.dumps({"html": other}))
        answer = eddie_asks("edit", site, html=BLOCK)
        assert answer.status_code == 502 and answer.json()["code"] == "ai_bad_answer"
    assert eddie_asks("edit", site, html="Just words").json()["errors"][0]["field"] == "html"


def test_a_server_that_knows_no_schemas_may_answer_with_bare_markup(
    xai: XAI, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    xai.says(f"```html\n{BLOCK}\n```")
    assert eddie_asks("edit", site, html=BLOCK).json()["sections"][0]["html"] == BLOCK


def test_the_model_sees_what_the_site_says_of_itself_and_a_picture(
    xai: XAI, eddie: Person, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    brand = {"brand": "Hearth & Crumb bakes rye since 2009."}
    changed = eddie.supabase.patch(f"/rest/v1/sites?id=eq.{site['id']}", json=brand)
    assert changed.status_code == 204
    image = "data:image/png;base64,iVBORw0KGgo="
    assert eddie_asks("generate-code", site, image=image).status_code == 200
    content = xai.asked[0]["messages"][1]["content"]
    assert content[0]["image_url"]["url"] == image
    assert "bakes rye since 2009" in content[1]["text"]
    for wrong in (
        "https://example.com/x.png",
        "data:text/html;base64,PGI+",
        "data:image/svg+xml,x",
    ):
        answer = eddie_asks("generate-code", site, image=wrong)
        assert answer.json()["errors"][0]["field"] == "image"


def test_what_may_be_chosen_comes_from_the_server_with_its_prices(
    ai_stack: Stack, xai: XAI, eddie: Person, eddie_asks: Ask, site: dict[str, Any]
) -> None:
    with client_of(ai_stack, eddie) as client:
        told = client.get("/api/ai/models").json()
    assert told["default"] == MODEL
    assert told["models"][0] == {
        **{"id": MODEL, "input_price": 20_000, "output_price": 60_000},
        "images": True,
    }
    assert 1 <= told["estimates"]["section"] <= 200
    answer = eddie_asks("edit", site, html=BLOCK, model=told["models"][1]["id"])
    assert answer.status_code == 200 and xai.asked[0]["model"] == told["models"][1]["id"]
    unknown = eddie_asks("edit", site, html=BLOCK, model="gpt-4")
    assert unknown.json()["errors"][0]["field"] == "model"


def test_without_a_key_the_answer_says_what_to_set(
    stack: Stack, eddie: Person, site: dict[str, Any]
) -> None:
    for answer in (
        eddie.api.get("/api/ai/models"),
        eddie.api.post("/api/ai/edit", json={"site_id": site["id"], "prompt": "x", "html": BLOCK}),
    ):
        assert answer.status_code == 503
        assert answer.json()["code"] == "not_configured"
        assert "GROK_API_KEY" in answer.json()["detail"]
    assert eddie.api.get("/api/config").json()["features"]["ai"] is False
