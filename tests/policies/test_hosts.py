"""Accounts at hosts, and what may be published through them: the database's side of it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import (
    ACME,
    ADAM,
    BOREALIS,
    EDDIE,
    NORA,
    OLIVE,
    SAM,
    SERVICE,
    VERA,
    Person,
    ident,
)
from tests.policies.test_deployments import (
    claim,
    empty_queue,
    finish,
    lapse,
    new_site,
    renew,
    request,
)

__all__ = ["empty_queue"]

NETLIFY = ident("integration of Acme")
SECRET = {"key_id": "key", "nonce": "AAAAAAAAAAAAAAAA", "ciphertext": "AAAA" * 12}


def save(db: Database, by: Person = OLIVE, **changes: Any) -> Any:
    row = {
        "id": str(uuid4()), "org_id": ACME, "provider": "vercel", "label": "Ours",
        "account_label": "acme", "account_id": "u1", "team_id": "", "last_four": "1234",
        "method": "token", "scopes": ["all"],
    } | changes  # fmt: skip
    sql = "select * from save_integration($1, $2, $3)"
    return db.one(sql, by.id, json.dumps(row), json.dumps(SECRET), by=SERVICE)


def test_only_admins_and_owners_manage_integrations_whoever_the_service_asks_for(db) -> None:
    assert save(db, ADAM)["state"] == "connected"
    for person in (EDDIE, VERA, SAM, NORA):
        for attempt in (
            lambda who=person: save(db, who, label=str(uuid4())),
            lambda who=person: db.one(
                "select * from rename_integration($1, $2, 'X')", who.id, NETLIFY, by=SERVICE
            ),
            lambda who=person: db.one(
                "select * from delete_integration($1, $2)", who.id, NETLIFY, by=SERVICE
            ),
            lambda who=person: db.value("select may_connect($1, $2)", who.id, ACME, by=SERVICE),
            lambda who=person: db.value(
                "select begin_oauth($1, $2, $3)", who.id, ACME, uuid4().hex * 2, by=SERVICE
            ),
        ):
            with pytest.raises(Refused) as refusal:
                attempt()
            assert refusal.value.code in ("42501", "PT404")


def test_a_credential_takes_the_place_of_one_of_its_own_host_only(db) -> None:
    with pytest.raises(Refused, match="another host"):
        save(db, id=NETLIFY, provider="github")
    kept = save(db, id=NETLIFY, provider="netlify", last_four="9999", label="ignored")
    assert (kept["last_four"], kept["label"]) == ("9999", "")
    with pytest.raises(Refused):  # A row of another organization is nobody's to take over.
        save(db, SAM, id=NETLIFY, provider="netlify", org_id=BOREALIS)


def test_forgetting_an_account_destroys_its_credential(db) -> None:
    db.one("select * from delete_integration($1, $2)", OLIVE.id, NETLIFY, by=SERVICE)
    assert db.value("select read_integration_secret($1)", NETLIFY, by=SERVICE) is None
    assert (
        db.run(f"select 1 from private.integration_secrets where integration_id = '{NETLIFY}'")
        == []
    )


def test_a_state_is_used_once_and_only_by_whoever_began(db) -> None:
    state = uuid4().hex * 2
    db.value("select begin_oauth($1, $2, $3)", OLIVE.id, ACME, state, by=SERVICE)

    def end(by: Person) -> Any:
        return db.value("select end_oauth($1, $2)", by.id, state, by=SERVICE)

    with pytest.raises(Refused) as stolen:
        end(ADAM)
    assert stolen.value.code == "PT410"
    assert str(end(OLIVE)) == ACME
    with pytest.raises(Refused, match="has been used"):
        end(OLIVE)
    late = uuid4().hex * 2
    db.value("select begin_oauth($1, $2, $3)", OLIVE.id, ACME, late, by=SERVICE)
    db.run("update private.oauth_states set expires_at = now() - interval '1 second'")
    with pytest.raises(Refused, match="run out"):
        db.value("select end_oauth($1, $2)", OLIVE.id, late, by=SERVICE)


def test_replacing_credentials_spares_what_a_person_changed_meanwhile(db) -> None:
    new = {"id": NETLIFY, "key_id": "new", "nonce": "BBBBBBBBBBBBBBBB", "ciphertext": "BBBB" * 12}

    def replace(old_nonce: str) -> Any:
        rows = json.dumps([new | {"old_nonce": old_nonce}])
        return db.value("select replace_integration_secrets($1)", rows, by=SERVICE)

    assert replace("CCCCCCCCCCCCCCCC") == 0
    assert replace("AAAAAAAAAAAAAAAA") == 1
    secret = db.value("select read_integration_secret($1)", NETLIFY, by=SERVICE)
    assert (secret["key_id"], secret["nonce"]) == ("new", "BBBBBBBBBBBBBBBB")


# Publishing to a host -----------------------------------------------------------------------------


def test_a_host_wants_an_account_of_this_organization_and_consent_once(db) -> None:
    site = new_site(db)
    with pytest.raises(Refused, match="No account"):
        request(db, site, host="vercel", consent=True)
    for foreign in (ident("integration of Borealis"), str(uuid4())):
        with pytest.raises(Refused, match="No account"):
            request(db, site, host="netlify", integration_id=foreign, consent=True)
    with pytest.raises(Refused, match="agree"):
        request(db, site, host="netlify", integration_id=NETLIFY)
    assert (
        request(db, site, host="netlify", integration_id=NETLIFY, consent=True)["host"] == "netlify"
    )
    # From the second time on neither is asked for again.
    assert request(db, site, host="netlify")["status"] == "queued"
    db.run(f"update integrations set state = 'broken' where id = '{NETLIFY}'")
    with pytest.raises(Refused, match="reconnects"):
        request(db, site, host="netlify")


def test_github_pages_has_no_previews(db) -> None:
    with pytest.raises(Refused, match="no previews"):
        request(db, host="github_pages", target="preview")


def test_another_account_starts_a_project_of_its_own(db) -> None:
    site = new_site(db)
    request(db, site, host="netlify", integration_id=NETLIFY, consent=True)
    db.run(f"update site_hosts set project = '{{\"id\": \"old\"}}' where site_id = '{site}'")
    other = save(db, provider="netlify", label="Second")["id"]
    request(db, site, host="netlify", integration_id=str(other))
    assert db.run(f"select project from site_hosts where site_id = '{site}'")[0]["project"] == {}


def test_a_scheduled_publish_waits_for_its_time_beside_one_for_now(db) -> None:
    site = new_site(db)
    first = request(db, site, scheduled_for="now", time_zone="Europe/Berlin")
    move = f"update deployments set scheduled_for = now() %s where id = '{first['id']}'"
    db.run(move % "+ interval '1 hour'")
    now = request(db, site)
    assert claim(db)["id"] == str(now["id"])
    finish(db, {"id": now["id"], "generation": 1})
    assert claim(db) is None
    db.run(move % "- interval '1 second'")
    due = claim(db)
    assert due["id"] == str(first["id"])
    # What was published since it was scheduled is older than this.
    assert due["sequence"] > now["sequence"]
    again = request(db, site, scheduled_for="now", time_zone="Asia/Tokyo")
    newer = request(db, site, scheduled_for="now", time_zone="Asia/Tokyo")
    status = db.run(f"select status from deployments where id = '{again['id']}'")
    assert (status[0]["status"], newer["time_zone"]) == ("canceled", "Asia/Tokyo")


def test_a_preview_is_promoted_and_a_live_site_is_not(db) -> None:
    made = db.one("select * from request_promotion($1)", ident("preview of Acme"), by=EDDIE)
    assert (made["kind"], made["target"]) == ("promote", "production")
    with pytest.raises(Refused, match="Only a preview"):
        db.one("select * from request_promotion($1)", ident("deployment of Acme"), by=EDDIE)


def test_unpublishing_forgets_the_address(db) -> None:
    site = ident("site of Acme")
    live = request(db)
    finish(db, claim(db))
    published = f"select published_deployment_id as live from sites where id = '{site}'"
    assert db.run(published)[0]["live"] == live["id"]
    made = db.one("select * from request_unpublish($1, 'local')", site, by=EDDIE)
    assert made["kind"] == "unpublish"
    finish(db, claim(db))
    assert db.run(published)[0]["live"] is None
    with pytest.raises(Refused, match="not published"):
        db.one("select * from request_unpublish($1, 'vercel')", site, by=EDDIE)


def test_nothing_more_goes_live_for_whoever_may_no_longer_publish(db) -> None:
    request(db)
    job = claim(db)
    waiting = request(db, new_site(db))
    db.run(
        "update organization_members set role = 'member' "
        f"where user_id = '{EDDIE.id}' and org_id = '{ACME}'"
    )
    assert renew(db, job) == "canceled"
    assert claim(db) is None
    row = db.run(f"select status, error from deployments where id = '{waiting['id']}'")[0]
    assert (row["status"], row["error"]["code"]) == ("canceled", "not_allowed_any_more")


def test_what_a_job_is_known_as_is_written_by_whoever_holds_it(db) -> None:
    request(db, new_site(db), host="netlify", integration_id=NETLIFY, consent=True)
    job = claim(db)

    def note(generation: int, external: dict[str, str], project: dict[str, str] | None) -> Any:
        sql = "select note_deployment($1, $2, $3, $4)"
        return db.value(
            sql, job["id"], generation, json.dumps(external),
            json.dumps(project) if project else None, by=SERVICE,
        )  # fmt: skip

    assert note(job["generation"], {"deploy": "d1"}, {"id": "p1"}) == "ok"
    assert note(job["generation"], {"live": "yes"}, None) == "ok"
    lapse(db, job)
    later = claim(db)
    assert later["external"] == {"deploy": "d1", "live": "yes"}
    assert note(job["generation"], {"deploy": "zombie"}, {"id": "zombie"}) == "lost"
    home = db.run(f"select project from site_hosts where site_id = '{job['site_id']}'")[0]
    assert home["project"] == {"id": "p1"}
