"""Pages as a tree: what moves, what leads on, what is deleted and comes back."""

from __future__ import annotations

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ADAM, EDDIE, OLIVE, SAM, VERA, ident

SITE = ident("site of Acme")


def add(db: Database, path: str, title: str = "Page") -> str:
    sql = "insert into pages (site_id, title, path) values ($1, $2, $3) returning id"
    return str(db.value(sql, SITE, title, path, by=EDDIE))


def about(db: Database, page: str) -> tuple[str, list[str], int]:
    (row,) = db.run("select path, old_paths, version from pages where id = $1", page, by=VERA)
    return row["path"], row["old_paths"], row["version"]


def move(db: Database, page: str, path: str, redirect: bool = True) -> int:
    sql = "select move_page($1, $2, $3)"
    return int(str(db.value(sql, page, path, redirect, by=EDDIE)))


def test_a_page_moves_with_what_hangs_below_it_and_is_found_where_it_was(db: Database) -> None:
    top, below, beside = add(db, "/a"), add(db, "/a/b"), add(db, "/ab")
    assert move(db, top, "/c/d") == 2
    assert about(db, top) == ("/c/d", ["/a"], 2)
    assert about(db, below) == ("/c/d/b", ["/a/b"], 2)
    assert about(db, beside) == ("/ab", [], 1)
    assert move(db, top, "/e", redirect=False) == 2
    assert about(db, top) == ("/e", ["/a"], 3)
    # Back where it was: what leads there now is the page itself.
    assert move(db, top, "/a") == 2
    assert about(db, top) == ("/a", ["/e"], 4)
    assert move(db, top, "/a") == 0


def test_an_old_address_leads_to_one_page_and_never_past_one_that_has_it(db: Database) -> None:
    first = add(db, "/x")
    move(db, first, "/y")
    second = add(db, "/x")
    move(db, second, "/z")
    assert about(db, first)[1] == []
    assert about(db, second)[1] == ["/x"]


@pytest.mark.parametrize("path", ["/a/inside", "/../x", "x", "/A", "", "/admin", "/a/"])
def test_a_page_does_not_move_where_none_can_be(db: Database, path: str) -> None:
    page = add(db, "/a")
    with pytest.raises(Refused, match="23514"):
        move(db, page, path)
    assert about(db, page) == ("/a", [], 1)


def test_a_page_does_not_move_onto_another(db: Database) -> None:
    page, below, taken = add(db, "/a"), add(db, "/a/b"), add(db, "/c/b")
    with pytest.raises(Refused, match="23505"):
        move(db, page, "/c")
    assert [about(db, each)[0] for each in (page, below, taken)] == ["/a", "/a/b", "/c/b"]


def test_another_page_becomes_the_home_page(db: Database) -> None:
    db.run("delete from pages where site_id = $1", SITE, by=OLIVE)
    home, page, _taken = add(db, "/"), add(db, "/start"), add(db, "/home")
    assert db.value("select set_home_page($1)", page, by=EDDIE) == "/home-2"
    assert about(db, page) == ("/", ["/start"], 2)
    assert about(db, home) == ("/home-2", [], 2)
    assert db.value("select set_home_page($1)", page, by=EDDIE) == "/"
    # And back: each is where it was.
    assert db.value("select set_home_page($1)", home, by=EDDIE) == "/start"
    assert about(db, home)[:2] == ("/", ["/home-2"])


def test_a_deleted_page_is_gone_for_everybody_and_comes_back_as_it_was(db: Database) -> None:
    page = add(db, "/a", "Kept")
    db.run("select delete_page($1)", page, by=EDDIE)
    for person in (OLIVE, EDDIE, VERA, SAM):
        assert db.run("select id from pages where id = $1", page, by=person) == []
    assert db.run("update pages set title = 'x' where id = $1 returning id", page, by=OLIVE) == []
    for verb in ("delete_page($1)", "move_page($1, '/b')", "set_home_page($1)"):
        with pytest.raises(Refused, match="PT404"):
            db.run(f"select {verb}", page, by=OLIVE)
    listed = db.run("select title, path from deleted_pages($1)", SITE, by=ADAM)
    assert listed == [{"title": "Kept", "path": "/a"}]
    for person in (VERA, SAM):
        assert db.run("select * from deleted_pages($1)", SITE, by=person) == []
    taken = add(db, "/a", "New")
    assert db.value("select undelete_page($1)", page, by=EDDIE) == "/a-2"
    assert about(db, page)[0] == "/a-2" and about(db, taken)[0] == "/a"
    with pytest.raises(Refused, match="PT404"):
        db.run("select undelete_page($1)", page, by=EDDIE)


def test_a_deletion_and_the_way_back_are_in_the_log(db: Database) -> None:
    page = add(db, "/a")
    db.run("set constraints all immediate", by=EDDIE)
    db.run("select delete_page($1)", page, by=EDDIE)
    db.run("select undelete_page($1)", page, by=ADAM)
    rows = db.run(
        "select action, actor_id from activity_logs where object_id = $1 order by sequence",
        page,
        by=OLIVE,
    )
    assert [(row["action"], row["actor_id"]) for row in rows][-2:] == [
        ("page.deleted", EDDIE.id),
        ("page.restored", ADAM.id),
    ]


def test_after_thirty_days_the_next_deletion_ends_what_was_deleted(db: Database) -> None:
    old, other = add(db, "/old"), add(db, "/other")
    db.run("select delete_page($1)", old, by=EDDIE)
    db.run(f"update pages set deleted_at = now() - interval '31 days' where id = '{old}'")
    assert db.run("select * from deleted_pages($1)", SITE, by=EDDIE) == []
    db.run("select delete_page($1)", other, by=EDDIE)
    assert db.value("select count(*) from pages where id = $1", old) == 0


def test_pages_are_put_in_order_without_a_new_version(db: Database) -> None:
    pages = [add(db, f"/p{number}") for number in range(3)]
    wanted = [pages[2], pages[0], pages[1]]
    assert db.value("select order_pages($1, $2)", SITE, wanted, by=EDDIE) == 3
    rows = db.run(
        "select id, version from pages where id = any ($1) order by position", pages, by=VERA
    )
    assert [(row["id"], row["version"]) for row in rows] == [(page, 1) for page in wanted]
    with pytest.raises(Refused, match="PT404"):
        db.run("select order_pages($1, $2)", SITE, wanted, by=VERA)
