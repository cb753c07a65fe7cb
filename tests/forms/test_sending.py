"""POST /api/forms/<site>/<form>: what is taken, what is refused, and what is kept of it."""

from __future__ import annotations

import hashlib
import itertools
import time
import uuid
from typing import Any

import httpx
import pytest

from tests.cast import Person, new_person
from tests.clock import MINUTE, far_from_the_end
from tests.forms.conftest import CONTACT, Live, publish, until
from tests.stack import Stack

GOOD = {"name": "Ann", "email": "ann@example.com", "message": "Two loaves, please."}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    return found


def test_urlencoded_multipart_and_json_are_kept_alike(live: Live) -> None:
    several = GOOD | {"topic": ["bread", "cake"]}
    for options in ({"data": several}, {"json": several}, {"data": several, "files": {"x": b""}}):
        answer = live.send(**options)
        assert (answer.status_code, answer.json()) == (201, {"received": True}), answer.text
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    rows = live.kept()
    assert len(rows) == 3
    assert all(row["fields"] == several and row["state"] == "new" for row in rows)
    assert {row["path"] for row in rows} == {"/"}


def test_only_the_fields_of_the_published_form_are_kept(live: Live) -> None:
    sneaky = {"is_admin": "yes", "state": "read", "__proto__": "x", "org_id": str(uuid.uuid4())}
    answer = live.send(data=GOOD | sneaky, files={"name": ("evil.html", b"<script>")})
    assert answer.status_code == 201, answer.text
    (row,) = live.kept()
    assert row["fields"] == GOOD
    assert row["files"] == []


def test_what_is_wrong_is_named_by_field(live: Live) -> None:
    answer = live.send(data={"name": "A" * 41, "email": "nowhere", "topic": "fish"})
    errors = {each["field"]: each["message"] for each in problem(answer, 422)["errors"]}
    assert set(errors) == {"name", "email", "topic"}
    assert "40" in errors["name"]
    errors = {each["field"] for each in problem(live.send(data={"message": "x"}), 422)["errors"]}
    assert errors == {"name", "email"}
    assert live.kept() == []


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"json": [1]}, 400),
        ({"json": {"name": {"deep": 1}}}, 400),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"content": b"\xff\xfe", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"data": {"message": "x" * 140_000}}, 413),
        ({"data": {str(n): "x" for n in range(400)}}, 400),
    ],
)
def test_what_cannot_be_read_is_refused(
    live_once: Live, options: dict[str, Any], status: int
) -> None:
    assert live_once.send(**options).status_code == status


@pytest.fixture(scope="module")
def live_once(stack: Stack, http: httpx.Client) -> Live:
    from tests.forms.conftest import go_live

    return go_live(stack, new_person(stack, "baker", organization="Bakers"), http)


def test_text_that_a_database_would_choke_on_loses_only_that(live: Live) -> None:
    body = "name=A%00nn&email=ann%40example.com&message=%ED%A0%80%1B%5B31m+two%0D%0Alines"
    answer = live.send(
        content=body.encode(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 201, answer.text
    fields = live.kept()[0]["fields"]
    assert fields["name"] == "Ann"
    assert "\x1b" not in fields["message"] and fields["message"].endswith("two\nlines")


def test_unknown_deleted_and_malformed_forms_are_all_the_same(live: Live, eddie: Person) -> None:
    """CASES 153: no oracle."""
    site = live.owner.new_site()
    addresses = [
        f"{live.site_id}/nothing",
        f"{uuid.uuid4()}/contact",
        f"{eddie.new_site()['id']}/contact",  # exists, and was never published
        f"{site['id']}/contact",
        "not-a-site/contact",
        f"{live.site_id}/Not%20a%20form",
        f"{live.site_id}/{'x' * 200}",
    ]
    told = set()
    for address in addresses:
        answer = live.http.post(f"{live.app_url}/api/forms/{address}", data=GOOD)
        body = problem(answer, 404)
        told.add((body["code"], body["detail"], body["title"]))
    page = live.owner.supabase.patch(
        f"/rest/v1/pages?site_id=eq.{live.site_id}&path=eq./",
        json={"html": "<p>Gone", "version": 2},
    )
    assert page.is_success, page.text
    publish(live.owner, live.site_id)
    # Whoever still has the page open is heard for an hour.
    assert live.send(data=GOOD).status_code == 201
    gone = live.owner.api.post(f"/api/sites/{live.site_id}/unpublish", json={"host": "local"})
    assert gone.is_success, gone.text
    assert len(told) == 1


def test_a_restored_version_brings_its_forms_back(live: Live) -> None:
    live.owner.supabase.patch(
        f"/rest/v1/pages?site_id=eq.{live.site_id}&path=eq./",
        json={"html": CONTACT.replace('data-rb-form="contact"', 'data-rb-form="other"'),
              "version": 2},
    )  # fmt: skip
    publish(live.owner, live.site_id)
    forms = f"/rest/v1/published_forms?site_id=eq.{live.site_id}&retired_at=is.null&select=form"

    def names() -> set[str]:
        return {row["form"] for row in live.owner.supabase.get(forms).json()}

    assert names() == {"other", "letter", "apply", "guarded"}
    first = live.owner.supabase.get(
        f"/rest/v1/deployments?site_id=eq.{live.site_id}&order=sequence&limit=1&select=id"
    ).json()[0]
    assert live.owner.api.post(f"/api/deployments/{first['id']}/restore").is_success
    until(lambda: names() == {"contact", "letter", "apply", "guarded"})


def test_what_falls_into_the_trap_is_spam_and_nobody_is_told(live: Live) -> None:
    answer = live.send(data=GOOD | {"_website": "https://spam.example"})
    assert answer.status_code == 201, "a robot learns nothing"
    assert [row["state"] for row in live.kept()] == ["spam"]
    told = live.owner.supabase.get(f"/rest/v1/form_deliveries?site_id=eq.{live.site_id}")
    assert told.json() == []


def test_one_address_sends_ten_a_minute_and_no_more(live: Live) -> None:
    far_from_the_end(MINUTE, seconds=20)
    answers = [live.send(data=GOOD).status_code for _ in range(14)]
    assert answers[:10] == [201] * 10
    assert set(answers[10:]) == {429}
    assert len(live.kept()) == 10
    waiting = live.http.post(live.endpoint("contact"), data=GOOD, headers={"Accept": "text/html"})
    assert waiting.status_code == 429 and "<h1>Not sent</h1>" in waiting.text
    assert "oven" not in waiting.text, "which form it is was not even looked up"


def test_files_lie_in_the_organizations_folder_where_its_editors_read_them(
    live: Live, sam: Person
) -> None:
    files = [("letter", ("../../cv\r\n.pdf", b"%PDF-1.7 cv", "application/pdf")),
             ("letter", ("photo.svg", b"<svg onload=alert(1)>", "image/svg+xml"))]  # fmt: skip
    answer = live.send("apply", data={"name": "Ann"}, files=files)
    assert answer.status_code == 201, answer.text
    (row,) = live.kept("apply")
    assert [file["name"] for file in row["files"]] == ["cv%0D%0A.pdf", "photo.svg"]
    first, second = (file["path"] for file in row["files"])
    assert first == f"{live.owner.org_id}/{row['id']}/1"
    mine = live.owner.supabase.get(f"/storage/v1/object/submissions/{first}")
    assert mine.content == b"%PDF-1.7 cv"
    svg = live.owner.supabase.get(f"/storage/v1/object/submissions/{second}")
    assert svg.headers["Content-Type"] == "application/octet-stream", "it is never shown"
    for stranger in (sam, Person("anon", live.owner.stack)):
        for way in ("", "public/"):
            answer = stranger.supabase.get(f"/storage/v1/object/{way}submissions/{first}")
            assert answer.status_code >= 400, answer.text
    assert problem(live.send("apply", data={"name": "Ann"}), 422)["errors"][0]["field"] == "letter"
    six = [("letter", (f"{n}.txt", b"x")) for n in range(6)]
    assert live.send("apply", data={"name": "Ann"}, files=six).status_code == 422
    big = [("letter", ("big", b"x" * (10 * 1024 * 1024)))]
    assert live.send("apply", data={"name": "Ann"}, files=big).status_code == 413


def work(place: str, *, when: float | None = None) -> str:
    start = f"{int(when or time.time())}.{uuid.uuid4().int % 10**9}"
    for count in itertools.count():
        digest = hashlib.sha256(f"{place}|{start}.{count}".encode()).digest()
        if digest[0] == 0 and digest[1] < 2:
            return f"{start}.{count}"
    raise AssertionError


def test_a_guarded_form_takes_work_once_and_only_its_own(live: Live) -> None:
    place = f"{live.site_id}/guarded"
    proof = work(place)
    assert problem(live.send("guarded", data={"word": "x"}), 403)["code"] == "proof_needed"
    for wrong in ("1.2.3", proof + "0", work(f"{live.site_id}/contact"),
                  work(place, when=time.time() - 90_000)):  # fmt: skip
        answer = live.send("guarded", data={"word": "x", "_proof": wrong})
        assert answer.status_code == 403, answer.text
    assert live.send("guarded", data={"word": "x", "_proof": proof}).status_code == 201
    assert live.send("guarded", data={"word": "x", "_proof": proof}).status_code == 409
    assert [row["fields"] for row in live.kept("guarded")] == [{"word": "x"}]


HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_without_a_script_the_visitor_is_led_back_to_the_site_and_nowhere_else(live: Live) -> None:
    home = live.url
    answer = live.send(data=GOOD, headers=HTML | {"Referer": home})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{home}#form-contact-sent"
    answer = live.send("letter", data={"address": "a@example.com"}, headers=HTML)
    assert answer.headers["Location"] == f"{home}thanks/"
    # From an origin that is not the site's: our own page, whatever was asked for.
    page = {"_page": "//evil.example/#form-contact", "next": "https://evil.example/"}
    for referrer in ("https://evil.example/", "https://evil.example/?" + home):
        answer = live.send(data=GOOD | page, headers=HTML | {"Referer": referrer})
        assert answer.status_code == 201 and "Location" not in answer.headers
        assert "Thank you, the baker reads it tonight." in answer.text
        assert "evil" not in answer.text
    for path in ("//evil.example#form-contact", "/\\evil.example#form-contact", "https://x#y"):
        answer = live.send(data=GOOD | {"_page": path}, headers=HTML | {"Referer": home})
        assert answer.headers["Location"].startswith(home)


def test_without_a_script_what_is_wrong_is_said_with_the_fields_own_labels(live: Live) -> None:
    answer = live.send(data={"name": "<b>Ann", "email": "no"}, headers=HTML)
    assert answer.status_code == 422
    assert "The oven is cold: that was not sent." in answer.text
    assert "<strong>E-mail</strong>" in answer.text
    assert "<b>Ann" not in answer.text
    answer = live.http.post(f"{live.app_url}/api/forms/{uuid.uuid4()}/x", data=GOOD, headers=HTML)
    assert answer.status_code == 404 and "does not take answers" in answer.text


def test_a_script_of_any_origin_may_ask_first(live: Live) -> None:
    headers = {"Origin": "https://bakery.example", "Access-Control-Request-Method": "POST",
               "Access-Control-Request-Headers": "content-type"}  # fmt: skip
    answer = live.http.options(live.endpoint("contact"), headers=headers)
    assert answer.is_success
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert "Access-Control-Allow-Credentials" not in answer.headers
