"""Pictures counted and replaced everywhere, links that end, people told of comments once."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import (
    ACME,
    ADAM,
    BOREALIS,
    EDDIE,
    MIA,
    OLIVE,
    SAM,
    Person,
    ident,
)

SITE, PAGE = ident("site of Acme"), ident("page of Acme")


def new_asset(db: Database) -> tuple[str, str]:
    path = f"{ACME}/{uuid4()}.png"
    rows = db.run(
        "insert into assets (org_id, path, name, type, size) values ($1, $2, 'A', 'image/png', 9) "
        "returning id",
        ACME,
        path,
    )
    return rows[0]["id"], path


def uses(db: Database, asset: str) -> int:
    return int(db.run("select uses from assets where id = $1", asset)[0]["uses"])


def show(db: Database, *paths: str) -> None:
    html = "".join(f'<img src="https://s.example/assets/{path}?v=1">' for path in paths)
    db.run("update pages set html = $1 where id = $2", html, PAGE)


def test_the_uses_of_a_picture_are_counted_as_pages_change(db: Database) -> None:
    (one, first), (other, second) = new_asset(db), new_asset(db)
    show(db, first, first, second)
    assert (uses(db, one), uses(db, other)) == (1, 1)
    db.run(
        "update sites set seo = jsonb_build_object('favicon', $1::text) where id = $2", first, SITE
    )
    db.run("insert into components (org_id, name, html) values ($1, 'C', $2)", ACME, first)
    db.run("insert into sections (org_id, name, css) values ($1, 'S', $2)", ACME, first)
    assert uses(db, one) == 4
    show(db, second)
    assert (uses(db, one), uses(db, other)) == (3, 1)
    db.run("delete from pages where id = $1", PAGE)
    assert (uses(db, one), uses(db, other)) == (3, 0)


def test_a_picture_that_comes_after_its_page_knows_its_uses(db: Database) -> None:
    path = f"{ACME}/{uuid4()}.png"
    show(db, path)
    rows = db.run(
        "insert into assets (org_id, path, name, type, size) values ($1, $2, 'A', 'image/png', 9) "
        "returning uses",
        ACME,
        path,
    )
    assert rows[0]["uses"] == 1


def test_replacing_a_picture_makes_a_new_version_of_each_page_it_stands_on(db: Database) -> None:
    (one, first), (other, second) = new_asset(db), new_asset(db)
    show(db, first)
    db.run(
        "update pages set content = jsonb_build_object('src', $1::text) where id = $2", first, PAGE
    )
    before = db.run("select version from pages where id = $1", PAGE)[0]["version"]
    answer = db.run("select replace_asset($1, $2) as told", one, other, by=EDDIE)
    page = db.run("select html, content, version from pages where id = $1", PAGE)[0]
    assert answer[0]["told"] == {"changed": 1}
    assert second in page["html"] and first not in page["html"]
    assert page["content"] == {"src": second}
    assert page["version"] == before + 1
    assert (uses(db, one), uses(db, other)) == (0, 1)


@pytest.mark.parametrize("person", [MIA, SAM], ids=lambda person: person.name)
def test_whoever_may_not_edit_replaces_no_picture(db: Database, person: Person) -> None:
    (one, first), (other, _) = new_asset(db), new_asset(db)
    show(db, first)
    with pytest.raises(Refused):
        db.run("select replace_asset($1, $2)", one, other, by=person)


def test_a_picture_is_not_replaced_by_one_of_another_organization(db: Database) -> None:
    one, _ = new_asset(db)
    with pytest.raises(Refused, match="no such picture"):
        db.run("select replace_asset($1, $2)", one, ident("asset of Borealis"), by=OLIVE)


def test_a_link_lasts_at_most_a_day_and_shows_only_a_preview(db: Database) -> None:
    preview = ident("preview of Acme")
    made = db.one(
        "insert into preview_links (deployment_id, hours) values ($1, 1) "
        "returning org_id, expires_at - created_at = interval '1 hour' as lasts",
        preview,
        by=EDDIE,
    )
    assert made == {"org_id": ACME, "lasts": True}
    for deployment, hours in ((preview, 25), (preview, 0), (ident("deployment of Acme"), 1)):
        sql = "insert into preview_links (deployment_id, hours) values ($1, $2)"
        with pytest.raises(Refused):
            db.run(sql, deployment, hours, by=ADAM)


def test_nobody_shares_the_preview_of_another_organization(db: Database) -> None:
    sql = "insert into preview_links (deployment_id) values ($1)"
    with pytest.raises(Refused):
        db.run(sql, ident("preview of Borealis"), by=EDDIE)
    assert db.run("select org_id from preview_links where org_id = $1", BOREALIS)


def test_a_link_is_closed_by_its_end_and_by_its_revocation(db: Database) -> None:
    link = ident("preview link of Acme")
    asked = "select is_preview_link_open($1) as open"
    assert db.run(asked, link)[0]["open"]
    db.run("update preview_links set expires_at = now() where id = $1", link)
    assert not db.run(asked, link)[0]["open"]
    assert not db.run(asked, str(uuid4()))[0]["open"]


def test_whoever_a_comment_calls_is_told_once_and_only_if_they_wish(db: Database) -> None:
    def told() -> set[str]:
        return {row["email"] for row in db.run("select * from take_comment_recipients($1)", said)}

    everybody = json.dumps([OLIVE.id, EDDIE.id, MIA.id, SAM.id])
    said = db.one(
        "insert into page_comments (page_id, body, mentions) values ($1, 'Look', $2) returning id",
        PAGE,
        everybody,
        by=OLIVE,
    )["id"]
    db.run(
        "update user_settings set notifications = $1 where user_id = $2",
        json.dumps({"mentions": False}),
        MIA.id,
    )
    # Not the author, not a stranger, not who wants no mail.
    assert told() == {EDDIE.email}
    assert told() == set()
    more = json.dumps([EDDIE.id, ADAM.id])
    db.run("update page_comments set mentions = $1 where id = $2", more, said, by=OLIVE)
    assert told() == {ADAM.email}
