"""Components: counted where they are used, changed by one person at a time."""

from __future__ import annotations

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ACME, ADAM, BOREALIS, EDDIE, SAM, VERA, ident

SITE = ident("site of Acme")


def make(db: Database, name: str = "Banner", org: str = ACME) -> str:
    sql = "insert into components (org_id, name, html) values ($1, $2, '<p>x</p>') returning id"
    return str(db.value(sql, org, name))


def using(*ids: str) -> str:
    return "".join(f'<div data-rb-component="{each}">x</div>' for each in ids)


def page(db: Database, path: str, html: str) -> str:
    sql = "insert into pages (site_id, title, path, html) values ($1, 'P', $2, $3) returning id"
    return str(db.value(sql, SITE, path, html, by=EDDIE))


def uses(db: Database, component: str) -> int:
    return int(db.value("select uses from components where id = $1", component))


def counted_for(db: Database, page_id: str) -> int:
    return int(db.value("select count(*) from private.component_uses where page_id = $1", page_id))


def test_uses_are_counted_with_every_save_and_deletion(db: Database) -> None:
    one, two = make(db), make(db, "Footer")
    first = page(db, "/one", using(one, one, two))
    page(db, "/two", using(one))
    assert (uses(db, one), uses(db, two)) == (3, 1)
    db.run("update pages set html = $2 where id = $1", first, using(two), by=EDDIE)
    assert (uses(db, one), uses(db, two)) == (1, 1)
    told = db.value("select component_pages($1)", two, by=VERA)
    assert [(each["page_id"], each["path"], each["uses"]) for each in told] == [(first, "/one", 1)]
    db.run("delete from pages where id = $1", first, by=EDDIE)
    assert (uses(db, one), uses(db, two)) == (1, 0)
    assert db.value("select component_pages($1)", two, by=VERA) == []


def test_a_save_that_keeps_its_components_counts_nothing_anew(db: Database) -> None:
    one = make(db)
    made = page(db, "/one", using(one, one))
    row = "select ctid::text from private.component_uses where page_id = $1"
    counted = db.value(row, made)
    html = f"<p>Before</p>{using(one)}<p>between</p>{using(one)}"
    db.run("update pages set html = $2 where id = $1", made, html, by=EDDIE)
    assert db.value(row, made) == counted
    db.run("update pages set html = $2 where id = $1", made, html + using(one), by=EDDIE)
    assert db.value(row, made) != counted
    assert uses(db, one) == 3


def test_what_is_no_component_of_the_organization_is_not_counted(db: Database) -> None:
    theirs = make(db, org=BOREALIS)
    made = page(db, "/x", using(theirs, ident("nothing"), "' or true --", "x" * 36))
    assert uses(db, theirs) == 0
    assert counted_for(db, made) == 0


def test_a_component_that_is_deleted_takes_only_its_counts_along(db: Database) -> None:
    one = make(db)
    kept = page(db, "/one", using(one))
    db.run("delete from components where id = $1", one, by=EDDIE)
    assert db.value("select html from pages where id = $1", kept) == using(one)
    assert counted_for(db, kept) == 0


def test_a_component_holds_no_other(db: Database) -> None:
    one, two = make(db), make(db)
    for held in (one, two):
        with pytest.raises(Refused) as refusal:
            db.run("update components set html = $2 where id = $1", one, using(held), by=EDDIE)
        assert refusal.value.code == "23514"


def test_a_save_from_an_old_version_changes_nothing(db: Database) -> None:
    one = make(db)
    save = "update components set html = $2, version = $3 + 1 where id = $1 and version = $3"
    assert db.run(save + " returning version", one, "a", 1, by=EDDIE) == [{"version": 2}]
    assert db.run(save + " returning version", one, "b", 1, by=ADAM) == []
    with pytest.raises(Refused) as refusal:
        db.run("update components set html = 'c', version = 9 where id = $1", one, by=ADAM)
    assert refusal.value.code == "PT409"
    assert db.value("select html from components where id = $1", one) == "a"


def test_being_used_is_no_change_of_a_component(db: Database) -> None:
    one = make(db)
    sql = "select version, updated_at from components where id = $1"
    before = db.one(sql, one)
    page(db, "/one", using(one))
    assert uses(db, one) == 1
    assert db.one(sql, one) == before


def test_a_publish_changes_the_pages_whose_component_changed(db: Database) -> None:
    one = make(db)
    mine = page(db, "/one", using(one))
    page(db, "/two", "")
    db.run("update sites set published_at = clock_timestamp() + interval '1 s' where id = $1", SITE)
    changes = "select unpublished_changes($1)"
    assert db.value(changes, SITE, by=VERA) == []
    db.run("update components set html = 'new' where id = $1", one, by=EDDIE)
    db.run("update sites set published_at = now() - interval '1 s' where id = $1", SITE)
    db.run("set constraints all immediate")
    db.run("alter table pages disable trigger before_page")
    db.run("update pages set updated_at = now() - interval '1 h' where site_id = $1", SITE)
    (change,) = db.value(changes, SITE, by=VERA)
    assert (change["page_id"], change["is_edited"]) == (mine, False)
    assert change["components"] == ["Banner"]


@pytest.mark.parametrize("call", ["component_pages", "unpublished_changes"])
def test_a_stranger_hears_the_same_of_others_things_and_of_nothing(db: Database, call: str) -> None:
    theirs = {"component_pages": make(db), "unpublished_changes": SITE}[call]
    said = set()
    for wanted in (theirs, ident("nothing at all")):
        with pytest.raises(Refused) as refusal:
            db.run(f"select {call}($1)", wanted, by=SAM)
        said.add((refusal.value.code, refusal.value.message))
    assert len(said) == 1


def test_a_deleted_page_uses_nothing_until_it_is_brought_back(db: Database) -> None:
    one = make(db)
    mine = page(db, "/one", using(one))
    db.run("select delete_page($1)", mine, by=EDDIE)
    assert uses(db, one) == 0
    assert db.value("select component_pages($1)", one, by=VERA) == []
    with pytest.raises(Refused):
        db.run("select report_presence($1)", mine, by=EDDIE)
    db.run("select undelete_page($1)", mine, by=EDDIE)
    assert uses(db, one) == 1
