"""CASES 213: a site that harms others is taken down by the operator, whatever its owners do."""

from __future__ import annotations

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ACME, EDDIE, OLIVE, SERVICE, VERA, ident
from tests.policies.test_activity import told

SITE = ident("site of Acme")
WHY = "It asks for the passwords of a bank"


@pytest.fixture
def down(db: Database) -> Database:
    """Acme's site, taken down while a publish of it waits."""
    db.run(f"select request_deployment('{SITE}', 'local')", by=EDDIE)
    answer = db.value("select suspend_site($1, $2)", SITE, f" {WHY} ", by=SERVICE)
    assert answer["id"] == SITE and "local" in answer["hosts"]
    return db


def test_what_waits_is_canceled_and_what_is_live_is_taken_off(down: Database) -> None:
    jobs = down.run(
        "select kind, status, requested_by, error ->> 'code' as code from deployments "
        "where site_id = $1 and (kind = 'unpublish' or error is not null) order by created_at",
        SITE,
    )
    assert ("publish", "canceled", "site_suspended") in [
        (job["kind"], job["status"], job["code"]) for job in jobs
    ]
    (off,) = [job for job in jobs if job["kind"] == "unpublish"]
    assert (off["status"], off["requested_by"]) == ("queued", None)
    # No person asked for it, so no person's role can cancel it.
    down.run(
        "select private.stop_unwanted(id) from deployments where kind = 'unpublish' "
        f"and site_id = '{SITE}'"
    )
    left = "select status from deployments where kind = 'unpublish' and site_id = $1"
    assert down.value(left, SITE) == "queued"


def test_nothing_of_it_is_published_again_and_nobodys_work_is_held_back(down: Database) -> None:
    for sql in (
        f"select request_deployment('{SITE}', 'local')",
        f"select request_deployment('{SITE}', 'local', 'preview')",
        f"select request_restore('{ident('deployment of Acme')}')",
    ):
        with pytest.raises(Refused) as refusal:
            down.run(sql, by=OLIVE)
        assert refusal.value.code == "PT403"
        assert f"took this site down: {WHY}." in refusal.value.message
    down.run(f"select request_deployment('{SITE}', 'archive')", by=EDDIE)
    down.run(f"update sites set name = 'Better' where id = '{SITE}'", by=EDDIE)
    row = down.one("select suspended_at, suspended_for from sites where id = $1", SITE, by=VERA)
    assert row["suspended_at"] and row["suspended_for"] == WHY


def test_its_owners_cannot_lift_it(down: Database) -> None:
    for sql in (
        f"update sites set suspended_at = null, suspended_for = null where id = '{SITE}'",
        f"select lift_suspension('{SITE}')",
    ):
        with pytest.raises(Refused) as refusal:
            down.run(sql, by=OLIVE)
        assert refusal.value.code == "42501"
    down.run(f"select lift_suspension('{SITE}')", by=SERVICE)
    down.run(f"select request_deployment('{SITE}', 'local')", by=EDDIE)


def test_its_previews_open_for_nobody(db: Database) -> None:
    link = db.value("select id from preview_links where org_id = $1 limit 1", ACME)
    assert db.value("select is_preview_link_open($1)", link) is True
    db.run("select suspend_site($1, $2)", SITE, WHY, by=SERVICE)
    assert db.value("select is_preview_link_open($1)", link) is False


def test_the_log_says_it_and_why(db: Database) -> None:
    lines = told(db, f"select suspend_site('{SITE}', '{WHY}')", by=SERVICE)
    (line,) = [each for each in lines if each["object_type"] == "site"]
    assert (line["action"], line["actor_kind"]) == ("site.updated", "service")
    assert line["after"]["suspended_for"] == WHY


def test_a_site_is_found_by_its_address_and_by_no_others(db: Database) -> None:
    db.run("update sites set published_url = 'https://a.example/s/' where id = $1", SITE)
    db.run("update sites set domain = 'www.victim.org' where id = $1", SITE)
    for address in ("https://a.example/s", "https://a.example/s/", "https://a.example/s/x?y"):
        assert db.value("select private.site_at($1)", address) == SITE
    for address in ("https://a.example/", "https://a.example/sx/", "https://www.victim.org/", ""):
        assert db.value("select private.site_at($1)", address) is None
    with pytest.raises(Refused, match="No site has this id"):
        db.run("select suspend_site('https://a.example/', 'x')", by=SERVICE)


def test_reports_are_kept_for_a_year(db: Database) -> None:
    tell = "select report_abuse('https://a.example/', 'phishing', 'A bank', 'r@example.com')"
    db.run(tell, by=SERVICE)
    db.run("update private.abuse_reports set created_at = now() - interval '366 days'")
    db.run(tell, by=SERVICE)
    listed = db.value("select list_abuse_reports(10)", by=SERVICE)
    assert [(each["url"], each["contact"]) for each in listed] == [
        ("https://a.example/", "r@example.com")
    ]
    for sql in (
        "select report_abuse('javascript:x', 'phishing', '')",
        "select report_abuse('https://a.example/', 'dislike', '')",
    ):
        with pytest.raises(Refused):
            db.run(sql, by=SERVICE)
