"""How long answers are kept, and what happens when a person asks for theirs."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cast import Person
from tests.forms.conftest import Live


def as_service(live: Live, function: str, **arguments: Any) -> Any:
    stack = live.owner.stack
    headers = {"apikey": stack.secret_key, "Authorization": f"Bearer {stack.secret_key}"}
    url = f"{stack.supabase_url}/rest/v1/rpc/{function}"
    answer = live.http.post(url, json=arguments, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


def change(live: Live, row_id: str, **values: Any) -> None:
    answer = live.owner.supabase.patch(f"/rest/v1/form_submissions?id=eq.{row_id}", json=values)
    assert answer.is_success, answer.text


def test_everything_with_a_mail_address_is_found_and_erased_with_its_files(
    live: Live, sam: Person
) -> None:
    live.send(data={"name": "Ann", "email": "Ann@Example.com"})
    live.send(data={"name": "Ann", "email": "ann@example.com", "_website": "spam"})
    live.send("letter", data={"address": " ann@example.com "})
    live.send(data={"name": "Bea", "email": "bea@example.com", "message": "ann@example.com says"})
    live.send(data={"name": "Joann", "email": "joann@example.com"})
    asked = {"org_id": live.owner.org_id, "email": "ANN@example.com"}
    assert sam.rpc("submissions_of", **asked) == []
    refused = sam.supabase.post("/rest/v1/rpc/erase_submissions", json=asked)
    assert refused.status_code == 404
    assert len(live.owner.rpc("submissions_of", **asked)) == 3
    assert live.owner.rpc("erase_submissions", **asked) == 3
    assert {row["fields"]["name"] for row in live.kept()} == {"Bea", "Joann"}
    assert live.kept("letter") == []
    wrong = live.owner.supabase.post(
        "/rest/v1/rpc/erase_submissions", json=asked | {"email": "example.com"}
    )
    assert wrong.status_code == 422


def test_files_of_what_was_deleted_are_removed(live: Live) -> None:
    live.send("apply", data={"name": "Ann"}, files={"letter": ("cv.pdf", b"cv")})
    (row,) = live.kept("apply")
    path = row["files"][0]["path"]
    live.owner.supabase.delete(f"/rest/v1/form_submissions?id=eq.{row['id']}")
    # Nothing younger than five minutes: its row may only be on its way.
    assert path not in as_service(live, "orphaned_files")["submissions"]


def test_what_is_older_than_the_site_keeps_goes_and_nothing_else(live: Live) -> None:
    live.send(data={"name": "Ann", "email": "ann@example.com"})
    site = f"/rest/v1/sites?id=eq.{live.site_id}"
    assert live.owner.supabase.patch(site, json={"form_retention_days": 30}).is_success
    as_service(live, "purge_submissions")
    assert len(live.kept()) == 1, "it came today"
    for wrong in (0, -1, 100_000):
        refused = live.owner.supabase.patch(site, json={"form_retention_days": wrong})
        assert refused.status_code == 400


def test_state_and_note_are_the_teams_and_all_else_is_the_visitors(live: Live) -> None:
    live.send(data={"name": "Ann", "email": "ann@example.com"})
    (row,) = live.kept()
    before = datetime.now(UTC) - timedelta(minutes=1)
    change(live, row["id"], state="spam", note="Called\nback")
    (row,) = live.kept()
    assert (row["state"], row["note"]) == ("spam", "Called\nback")
    assert datetime.fromisoformat(row["changed_at"]) > before
    for column, value in (("fields", {}), ("files", []), ("path", "/x"),
                          ("created_at", "2020-01-01")):  # fmt: skip
        url = f"/rest/v1/form_submissions?id=eq.{row['id']}"
        refused = live.owner.supabase.patch(url, json={column: value})
        assert refused.status_code == 403, column
    for wrong in ({"state": "gone"}, {"note": "x" * 2001}):
        url = f"/rest/v1/form_submissions?id=eq.{row['id']}"
        assert live.owner.supabase.patch(url, json=wrong).status_code == 400


def test_search_looks_into_fields_notes_and_names_of_files(live: Live, sam: Person) -> None:
    live.send(data={"name": "Ann", "email": "ann@example.com", "message": "Zwölf BREZELN"})
    live.send("apply", data={"name": "Bea"}, files={"letter": ("Lebenslauf.pdf", b"cv")})
    asked = {"org_id": live.owner.org_id}
    for words, times in (("brezeln", 1), ("lebenslauf", 1), ("%", 0), ("message", 0), ("ann@", 1)):
        assert len(live.owner.rpc("find_submissions", **asked, words=words)) == times, words
    assert sam.rpc("find_submissions", **asked, words="ann") == []
    (row,) = live.kept()
    change(live, row["id"], note="Stammkundin")
    assert len(live.owner.rpc("find_submissions", **asked, words="stammkundin")) == 1


def test_an_answer_stored_for_a_form_that_is_not_live_is_refused(live: Live) -> None:
    submission = {"id": str(uuid.uuid4()), "site_id": live.site_id, "form": "nothing", "path": "/",
                  "fields": {}, "files": [], "is_spam": False, "proof": ""}  # fmt: skip
    stack = live.owner.stack
    headers = {"apikey": stack.secret_key, "Authorization": f"Bearer {stack.secret_key}"}
    url = f"{stack.supabase_url}/rest/v1/rpc/store_submission"
    answer = live.http.post(url, json={"submission": submission}, headers=headers)
    assert answer.status_code == 404
