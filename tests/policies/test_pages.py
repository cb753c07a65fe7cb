"""Pages are edited by several people at once, and nothing anybody wrote is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ACME, ADAM, EDDIE, OLIVE, SERVICE, VERA, Person, ident

SITE = ident("site of Acme")


@pytest.fixture
def page(db: Database) -> str:
    values = "values ($1, 'Page', '/new', 'one') returning id"
    sql = f"insert into pages (site_id, title, path, html) {values}"
    return str(db.value(sql, SITE, by=EDDIE))


def save(db: Database, page: str, by: Person, html: str, version: int) -> int | None:
    """Save as the builder does: with the version the change was made from."""
    rows = db.run(
        "update pages set html = $2, version = $3 + 1 "
        "where id = $1 and version = $3 returning version",
        page,
        html,
        version,
        by=by,
    )
    return int(rows[0]["version"]) if rows else None


def history(db: Database, page: str) -> list[tuple[Any, ...]]:
    rows = db.run(
        "select * from page_versions where page_id = $1 order by version, created_at", page, by=VERA
    )
    return [(row["version"], row["kind"], row["html"]) for row in rows]


def let_time_pass(db: Database, page: str, minutes: int = 11) -> None:
    db.run(f"""
        update page_versions set created_at = created_at - interval '{minutes} minutes',
          updated_at = updated_at - interval '{minutes} minutes' where page_id = '{page}'""")


# The lock -----------------------------------------------------------------------------------------


def test_a_save_from_an_old_version_changes_nothing(db: Database, page: str) -> None:
    assert save(db, page, EDDIE, "two", 1) == 2
    assert save(db, page, ADAM, "mine", 1) is None
    assert db.value("select html from pages where id = $1", page) == "two"


@pytest.mark.parametrize("version", [0, 3, 4, 99, -1])
def test_a_save_that_names_a_wrong_version_is_refused(
    db: Database, page: str, version: int
) -> None:
    with pytest.raises(Refused) as refusal:
        db.run("update pages set html = 'x', version = $2 where id = $1", page, version, by=EDDIE)
    assert refusal.value.code == "PT409"
    assert db.value("select html from pages where id = $1", page) == "one"


def test_naming_the_version_one_read_is_as_good_as_naming_the_next(db: Database, page: str) -> None:
    sql = "update pages set html = $2, version = $3 where id = $1 returning version"
    assert db.value(sql, page, "two", 1, by=EDDIE) == 2
    assert db.value(sql, page, "three", 3, by=EDDIE) == 3


@pytest.mark.parametrize(
    "change",
    [
        "path = '/other'",
        "title = 'Other'",
        "status = 'draft'",
        "html = 'x'",
        "css = 'x'",
        "js = 'x'",
        """seo = '{"description": "x"}'""",
        "content = '{}'",
    ],
)
def test_every_change_of_a_page_makes_a_new_version(db: Database, page: str, change: str) -> None:
    assert (
        db.value(f"update pages set {change} where id = $1 returning version", page, by=EDDIE) == 2
    )


@pytest.mark.parametrize("change", ["position = 7", "title = 'Page'", "html = 'one'"])
def test_what_changes_nothing_disturbs_nobody(db: Database, page: str, change: str) -> None:
    """Moving a page in the list must not make the save of whoever is editing it fail."""
    assert (
        db.value(f"update pages set {change} where id = $1 returning version", page, by=ADAM) == 1
    )
    assert save(db, page, EDDIE, "two", 1) == 2


def test_the_workers_key_cannot_write_pages(db: Database, page: str) -> None:
    for sql in (
        "update pages set html = 'x'",
        "delete from pages",
        "insert into pages default values",
    ):
        with pytest.raises(Refused, match="permission denied"):
            db.run(sql, by=SERVICE)


# A site with its pages ----------------------------------------------------------------------------

CREATE_SITE = "select * from create_site($1, 'Fair', $2)"


def test_a_site_is_made_with_all_its_pages(db: Database) -> None:
    pages = [{"path": "/", "title": "Home", "html": "<p>hi</p>"}, {"path": "/b", "title": "B"}]
    site = db.one(CREATE_SITE, ACME, pages, by=EDDIE)
    assert (site["slug"], site["created_by"]) == ("fair", EDDIE.id)
    rows = db.run("select * from pages where site_id = $1 order by position", site["id"], by=EDDIE)
    assert [(row["path"], row["html"], row["status"], row["content"]) for row in rows] == [
        ("/", "<p>hi</p>", "published", None),
        ("/b", "", "published", None),
    ]


@pytest.mark.parametrize(
    "pages",
    [
        [{"path": "/", "title": "Home"}, {"path": "/../x", "title": "Out"}],
        [{"path": "/", "title": "Home"}, {"path": "/", "title": "Twice"}],
        [{"path": "/"}],
        {},
        None,
    ],
)
def test_a_site_whose_pages_are_refused_is_not_made_either(db: Database, pages: object) -> None:
    with pytest.raises(Refused):
        db.run(CREATE_SITE, ACME, pages, by=EDDIE)
    assert db.run("select id from sites where name = 'Fair'", by=EDDIE) == []


# The history --------------------------------------------------------------------------------------


def test_the_first_state_is_kept(db: Database, page: str) -> None:
    save(db, page, EDDIE, "two", 1)
    assert history(db, page) == [(1, "checkpoint", "one"), (2, "autosave", "two")]


def test_autosaves_of_ten_minutes_are_one_version(db: Database, page: str) -> None:
    for version in range(1, 6):
        save(db, page, EDDIE, f"state {version + 1}", version)
    assert history(db, page) == [(1, "checkpoint", "one"), (6, "autosave", "state 6")]
    let_time_pass(db, page)
    save(db, page, EDDIE, "later", 6)
    assert history(db, page)[1:] == [(6, "autosave", "state 6"), (7, "autosave", "later")]


def test_autosaves_of_two_people_stay_apart(db: Database, page: str) -> None:
    save(db, page, EDDIE, "eddie", 1)
    save(db, page, ADAM, "adam", 2)
    save(db, page, EDDIE, "eddie again", 3)
    assert [html for _, _, html in history(db, page)] == ["one", "eddie", "adam", "eddie again"]


def test_a_checkpoint_ends_the_rewriting(db: Database, page: str) -> None:
    save(db, page, EDDIE, "good", 1)
    row = db.one("select * from create_checkpoint($1, '  Before the fair ')", page, by=EDDIE)
    assert (row["label"], row["html"], row["created_by"]) == ("Before the fair", "good", EDDIE.id)
    save(db, page, EDDIE, "worse", 2)
    assert history(db, page)[-2:] == [(2, "checkpoint", "good"), (3, "autosave", "worse")]


def test_a_restore_brings_back_everything_and_keeps_the_present(db: Database, page: str) -> None:
    db.run(
        """update pages set title = 'Good', css = 'a{}', js = '1', seo = '{"a": 1}',
          content = '{"b": 2}', html = 'good' where id = $1""",
        page,
        by=EDDIE,
    )
    sql = "select * from create_checkpoint($1)"
    good = db.one(sql, page, by=EDDIE)["id"]
    save(db, page, EDDIE, "ruined", 2)
    row = db.one("select * from restore_page_version($1)", good, by=EDDIE)
    assert (row["title"], row["css"], row["js"], row["html"]) == ("Good", "a{}", "1", "good")
    assert (row["seo"], row["content"], row["version"]) == ({"a": 1}, {"b": 2}, 4)
    save(db, page, EDDIE, "onwards", 4)
    assert history(db, page)[-3:] == [
        (3, "checkpoint", "ruined"),
        (4, "restore", "good"),
        (5, "autosave", "onwards"),
    ]


def test_a_restore_of_the_present_is_a_version_too(db: Database, page: str) -> None:
    first = db.value("select id from page_versions where page_id = $1", page)
    db.run("select restore_page_version($1)", first, by=OLIVE)
    assert history(db, page) == [(1, "checkpoint", "one"), (2, "restore", "one")]


def test_autosaves_are_thinned_the_older_the_more(db: Database, page: str) -> None:
    """All of an hour, one for each hour of a day, each day of a week, each week of a year."""
    now = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
    ages = [timedelta(minutes=minutes) for minutes in range(15, 3 * 24 * 60, 15)]
    ages += [timedelta(days=days, hours=hours) for days in range(3, 400) for hours in (1, 9)]
    db.run("alter table page_versions disable trigger thin_history")
    for number, age in enumerate(sorted(ages, reverse=True), 2):
        db.run(
            """insert into page_versions (org_id, page_id, version, kind, title, html, created_at)
              values ($1, $2, $3::int, 'autosave', 'T', '', $4)""",
            ACME,
            page,
            number,
            (now - age).isoformat(),
        )
    named = "update page_versions set kind = 'checkpoint' where page_id = $1 and version = 40"
    db.run(named, page)
    db.value("select private.thin_page_versions($1, $2)", page, now.isoformat())
    sql = "select created_at from page_versions where page_id = $1 and kind = 'autosave'"
    kept = [now - datetime.fromisoformat(str(row["created_at"])) for row in db.run(sql, page)]
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert len([age for age in kept if age <= hour]) == 4
    assert len([age for age in kept if hour < age <= day]) in (24, 25)
    assert len([age for age in kept if day < age <= 7 * day]) in (6, 7)
    assert len([age for age in kept if 7 * day < age]) in (51, 52, 53)
    assert max(kept) <= 365 * day
    assert db.value("select count(*) from page_versions where version = 40 and page_id = $1", page)
    # A second time there is nothing left to do.
    assert db.value("select private.thin_page_versions($1, $2)", page, now.isoformat()) == 0


def test_history_is_thinned_with_every_new_version(db: Database, page: str) -> None:
    for version in range(1, 5):
        save(db, page, EDDIE, f"state {version + 1}", version)
        let_time_pass(db, page, minutes=11)
    assert len(history(db, page)) == 5
    # All in one week: of two weeks, one version each would stay.
    thursday = "date_trunc('week', now() - interval '300 days', 'UTC') + interval '3 days'"
    at = f"{thursday} + version * interval '11 minutes'"
    aged = f"update page_versions set created_at = {at}, updated_at = {at} where page_id = $1"
    db.run(aged, page)
    save(db, page, EDDIE, "today", 5)
    assert [html for _, _, html in history(db, page)] == ["one", "state 5", "today"]


def test_only_an_editor_restores_or_labels(db: Database, page: str) -> None:
    version = db.value("select id from page_versions where page_id = $1", page)
    for sql, thing in (
        ("select restore_page_version($1)", version),
        ("select create_checkpoint($1)", page),
    ):
        with pytest.raises(Refused, match="Only editors, admins and owners") as refusal:
            db.run(sql, thing, by=VERA)
        assert refusal.value.code == "42501"


def test_typing_during_a_publish_does_not_overwrite_what_was_published(
    db: Database, page: str
) -> None:
    db.run("update deployments set status = 'canceled' where status = 'queued'")
    save(db, page, EDDIE, "published", 1)
    db.run("select request_deployment($1, 'local')", SITE, by=EDDIE)
    job = db.value("select claim_deployment('worker', 60) as job", by=SERVICE)
    assert job["site_id"] == SITE
    save(db, page, EDDIE, "typed meanwhile", 2)
    save(db, page, EDDIE, "and more", 3)
    finish = "select finish_deployment($1, $2, 'ready', 'http://127.0.0.1/', '{}')"
    assert db.value(finish, job["id"], job["generation"], by=SERVICE) is True
    assert history(db, page) == [
        (1, "checkpoint", "one"),
        (2, "autosave", "published"),
        (2, "publish", "published"),
        (4, "autosave", "and more"),
    ]


def test_publishing_again_marks_only_what_changed(db: Database, page: str) -> None:
    db.run("update deployments set status = 'canceled' where status = 'queued'")
    values = "values ($1, 'D', '/d', 'draft') returning id"
    draft = f"insert into pages (site_id, title, path, status) {values}"
    hidden = db.value(draft, SITE, by=EDDIE)
    for _ in range(2):
        db.run("select request_deployment($1, 'local')", SITE, by=EDDIE)
        job = db.value("select claim_deployment('worker', 60) as job", by=SERVICE)
        finish = "select finish_deployment($1, $2, 'ready', 'http://127.0.0.1/', '{}')"
        db.run(finish, job["id"], job["generation"], by=SERVICE)
    assert [kind for _, kind, _ in history(db, page)] == ["checkpoint", "publish"]
    assert [kind for _, kind, _ in history(db, hidden)] == ["checkpoint"]


def test_a_page_takes_its_organization_from_its_site(db: Database, page: str) -> None:
    row = db.one("select org_id, created_by, version, status from pages where id = $1", page)
    assert row == {"org_id": ACME, "created_by": EDDIE.id, "version": 1, "status": "published"}


@pytest.mark.parametrize("column", ["org_id", "site_id", "id", "created_by", "created_at"])
def test_not_even_the_owner_of_the_tables_moves_a_page(
    db: Database, page: str, column: str
) -> None:
    value = {"created_at": "now() - interval '1 day'", "created_by": f"'{VERA.id}'"}
    with pytest.raises(Refused, match="fixed when it is made"):
        new = value.get(column, "gen_random_uuid()")
        db.run(f"update pages set {column} = {new} where id = '{page}'")
