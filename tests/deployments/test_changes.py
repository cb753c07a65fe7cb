"""What a publish would change since the live version: pages and blocks, by whom."""

from __future__ import annotations

import pytest

from tests.cast import invite
from tests.deployments.press import Press, Publisher

HERO = '<section data-rb-block="hero-split"><h1>Fresh bread</h1></section>'
STEPS = '<section data-rb-block="steps"><p>Knead, then bake</p></section>'


def planned(person: Publisher, site: str) -> dict:
    answer = person.api.get(f"/api/sites/{site}/changes/local")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def adam(press: Press, olive: Publisher) -> Publisher:
    person = Publisher.signs_up(press, "adam")
    person.rpc("accept_invitation", token=invite(olive, person.email, "admin"))
    yield person
    person.close()


def test_pages_and_blocks_are_named_with_those_who_changed_them(
    press: Press, olive: Publisher, adam: Publisher
) -> None:
    pages = {"/": HERO + STEPS, "/menu": STEPS, "/old": "<p>Old</p>", "/draft": "<p>Soon</p>"}
    site = olive.site(name="Changing", pages=pages)
    first = planned(olive, site)
    assert first["live_since"] is None and first["pages"] == []
    assert first["counts"]["added"] == first["counts"]["all"]
    with press.worker():
        live = olive.published(site)
        assert planned(olive, site)["pages"] == []
        olive.write(site, "/", HERO.replace("Fresh", "Fresher") + STEPS)
        adam.write(site, "/", STEPS + HERO.replace("Fresh", "Freshest"))
        # Saved again as it was: no file changes, so no page does.
        olive.write(site, "/menu", STEPS + " ")
        olive.write(site, "/menu", STEPS)
        new = {"site_id": site, "path": "/news", "title": "News", "html": "<p>New</p>"}
        adam.rest("POST", "pages", json=new)
        (old,) = olive.rest("GET", f"pages?site_id=eq.{site}&path=eq.%2Fold&select=id")
        olive.rpc("delete_page", page_id=old["id"])
        olive.rest("PATCH", f"pages?site_id=eq.{site}&path=eq.%2Fdraft", json={"status": "draft"})

        told = planned(olive, site)
        by_path = {page["path"]: page for page in told["pages"]}
        assert {path: page["what"] for path, page in by_path.items()} == {
            "/": "edited", "/news": "new", "/old": "removed", "/draft": "removed",
        }  # fmt: skip
        assert by_path["/"]["by"] == [olive.id, adam.id]
        (hero,) = [block for block in by_path["/"]["blocks"] if block["name"] == "Hero split"]
        assert hero == {
            **{"name": "Hero split", "text": "Freshest bread"},
            **{"what": "changed", "by": [olive.id, adam.id]},
        }
        assert by_path["/news"]["by"] == [adam.id]
        assert by_path["/old"]["title"] == "Page /old"

        # Publishing makes all of it the live version; going back makes it a difference again.
        olive.published(site)
        assert planned(olive, site)["pages"] == []
        back = olive.api.post(f"/api/deployments/{live['id']}/restore").json()
        assert press.finished(back["id"])["status"] == "ready"
        again = {page["path"]: page["what"] for page in planned(olive, site)["pages"]}
        assert again == {path: page["what"] for path, page in by_path.items()}


def test_a_page_follows_the_component_it_uses(press: Press, olive: Publisher) -> None:
    part = {"org_id": olive.org_id, "name": "Opening hours", "html": "<p>Nine to five</p>"}
    (component,) = olive.rest("POST", "components", json=part)
    uses = f'<div data-rb-component="{component["id"]}"></div>'
    site = olive.site(name="Following", pages={"/": uses, "/a": "<p>Alone</p>"})
    with press.worker():
        olive.published(site)
    changed = {"html": "<p>Nine to six</p>"}
    olive.rest("PATCH", f"components?id=eq.{component['id']}", json=changed)
    (page,) = planned(olive, site)["pages"]
    assert (page["path"], page["what"]) == ("/", "follows")
    assert page["blocks"] == [
        {"name": "Component", "text": "Opening hours", "what": "changed", "by": []}
    ]


def test_a_stranger_learns_nothing(press: Press, olive: Publisher) -> None:
    site = olive.site(name="Private")
    sam = Publisher.signs_up(press, "sam")
    try:
        assert sam.api.get(f"/api/sites/{site}/changes/local").status_code == 404
    finally:
        sam.close()
