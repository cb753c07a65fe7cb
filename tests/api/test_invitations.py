"""Inviting people, with a real Supabase and a mail server. CASES 11, 37-41, 59, 60, 83."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app import create_app
from services import mail, redact
from services.edge.limits import limiter
from tests.cast import Person, invite, join, new_person, unique
from tests.smtp_server import MailServer, closed_port, mail_server
from tests.stack import Stack

LINK = re.compile(r"(http://127\.0\.0\.1:\d+)/invite#(inv_[\w-]{43})\b")
CANARY = '"><img src=x onerror=top.__pwned=1>'


class Office:
    """The app in this process with a mail server of its choice; and an owner."""

    def __init__(self, stack: Stack, smtp_url: str) -> None:
        self.stack = stack
        settings = {**stack.env, "SMTP_URL": smtp_url}
        self.client: FlaskClient = create_app(settings).test_client()
        limiter.reset()
        self.owner = new_person(stack, "owner", organization=unique("Office"))

    def post(self, path: str, by: Person | None, json: Any = None, **headers: str) -> Any:
        bearer = {"Authorization": f"Bearer {by.token}"} if by else {}
        return self.client.post(path, json=json, headers={**bearer, **headers})

    def invite(
        self, *emails: str, role: str = "editor", by: Person | None = None, **headers: str
    ) -> Any:
        body = {"org_id": self.owner.org_id, "emails": list(emails), "role": role}
        return self.post("/api/invitations", by or self.owner, body, **headers)

    def rows(self) -> list[dict[str, Any]]:
        query = self.owner.db.table("organization_invitations").select("*")
        return list(query.eq("org_id", self.owner.org_id).order("created_at").execute().data)

    def add(self, role: str) -> Person:
        """Somebody new who has joined as this."""
        person = new_person(self.stack, role)
        join(person, self.owner, role)
        return person


@pytest.fixture
def open_office(stack: Stack) -> Iterator[Callable[[str], Office]]:
    yield lambda smtp_url: Office(stack, smtp_url)
    limiter.reset()


@pytest.fixture
def postman() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def office(open_office: Callable[[str], Office], postman: MailServer) -> Office:
    return open_office(postman.url)


def address() -> str:
    return f"guest-{secrets.token_hex(4)}@example.com"


def text_of(mail_: Any, kind: str = "plain") -> str:
    return str(mail_.get_body((kind,)).get_content())


def link_in(mail_: Any) -> tuple[str, str]:
    found = LINK.search(text_of(mail_))
    assert found, text_of(mail_)
    return found[1], found[2]


# Several at once ---------------------------------------------------------------------------------


def test_each_address_has_an_outcome_of_its_own(office: Office, postman: MailServer) -> None:
    member = office.add("viewer")
    ann, ben = address(), address()
    assert office.invite(ben).json["results"][0]["outcome"] == "invited"
    given = [ann, f" {ann.upper()} ", "not an address", member.email, ben, "x@y\r\nBcc: z@y.com"]
    answer = office.invite(*given)
    assert answer.status_code == 200
    told = [
        (each["email"], each["outcome"], each["field"], each["sent"])
        for each in answer.json["results"]
    ]
    assert told == [
        (ann, "invited", None, True),
        ("not an address", "refused", "emails.2", None),
        (member.email, "already_member", None, None),
        (ben, "already_invited", None, None),
        ("x@y\r\nbcc: z@y.com", "refused", "emails.5", None),
    ]
    assert all(each["reason"] for each in answer.json["results"][1:])
    assert [each["To"] for each in postman.mails] == [ben, ann]
    assert [(row["email"], row["role"]) for row in office.rows()][-2:] == [
        (ben, "editor"),
        (ann, "editor"),
    ]
    assert all(row["mailed_at"] for row in office.rows() if row["email"] in (ann, ben))


def test_the_mail_leads_into_the_organization_once(office: Office, postman: MailServer) -> None:
    guest = new_person(office.stack, "guest")
    # CASES 59: whatever the request says of itself, the link is ours.
    poison = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Origin": "null"}
    office.invite(guest.email, role="member", **poison)
    (letter,) = postman.mails
    origin, token = link_in(letter)
    assert origin == office.stack.app_url
    assert token in text_of(letter, "html")
    assert "evil" not in str(letter)
    offer = office.post("/api/invitations/describe", None, {"token": token})
    assert offer.json["state"] == "pending"
    assert (offer.json["email"], offer.json["role"]) == (guest.email, "member")
    assert guest.rpc("accept_invitation", token=token)["role"] == "member"
    again = guest.supabase.post("/rest/v1/rpc/accept_invitation", json={"token": token})
    assert (again.status_code, again.json()["code"]) == (410, "PT410")
    used = office.post("/api/invitations/describe", None, {"token": token})
    assert used.json["state"] == "accepted"


def test_a_request_from_another_host_sends_nothing(office: Office, postman: MailServer) -> None:
    assert office.invite(address(), Host="evil.example").status_code == 400
    assert office.rows() == [] and postman.raw == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"emails": []}, "emails"),
        ({"emails": ["a@example.com"] * 51}, "emails"),
        ({"emails": "a@example.com"}, "emails"),
        ({"emails": [{"to": "a@example.com"}]}, "emails.0"),
        ({"emails": ["a" * 400]}, "emails.0"),
        ({"role": "emperor"}, "role"),
        ({"role": None}, "role"),
        ({"org_id": "1"}, "org_id"),
        ({"token_hash": "0" * 64}, "token_hash"),
    ],
)
def test_bad_input_names_its_field_and_invites_nobody(
    office: Office, postman: MailServer, change: dict[str, Any], field: str
) -> None:
    body = {"org_id": office.owner.org_id, "emails": [address()], "role": "viewer"} | change
    answer = office.post("/api/invitations", office.owner, body)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == field
    assert office.rows() == [] and postman.raw == []


# Who may -----------------------------------------------------------------------------------------


def test_the_role_decides_before_any_mail(office: Office, postman: MailServer, sam: Person) -> None:
    admin, editor = office.add("admin"), office.add("editor")
    before = len(office.rows())
    above = office.invite(address(), role="owner", by=admin)
    assert (above.status_code, above.json["errors"][0]["field"]) == (422, "role")
    assert office.invite(address(), by=editor).status_code == 403
    strange = office.invite(address(), by=sam)
    unknown = {"org_id": str(uuid4()), "emails": [address()], "role": "viewer"}
    nowhere = office.post("/api/invitations", sam, unknown)
    assert strange.status_code == nowhere.status_code == 404
    assert strange.json["detail"] == nowhere.json["detail"]
    anonymous = office.post("/api/invitations", None, unknown)
    assert anonymous.status_code == 401
    assert len(office.rows()) == before and postman.raw == []


def test_sending_again_is_for_admins_of_that_organization(
    office: Office, postman: MailServer, sam: Person
) -> None:
    editor, admin = office.add("editor"), office.add("admin")
    owners = office.invite(address(), role="owner").json["results"][0]["invitation_id"]
    path = "/api/invitations/{}/resend"
    assert office.post(path.format(owners), editor).status_code == 403
    assert office.post(path.format(owners), admin).status_code == 403
    foreign, nowhere = (office.post(path.format(each), sam) for each in (owners, uuid4()))
    assert foreign.status_code == nowhere.status_code == 404
    assert foreign.json["detail"] == nowhere.json["detail"]
    assert len(postman.raw) == 1
    again = office.post(path.format(owners), office.owner)
    assert again.json["sent"] is True
    old, new = (link_in(letter)[1] for letter in postman.mails)
    assert office.post("/api/invitations/describe", None, {"token": old}).status_code == 404
    assert office.post("/api/invitations/describe", None, {"token": new}).status_code == 200
    office.owner.rpc("withdraw_invitation", invitation_id=owners)
    assert office.post(path.format(owners), office.owner).status_code == 409
    assert office.post("/api/invitations/describe", None, {"token": new}).status_code == 404


def test_a_known_and_an_unknown_address_get_the_same_answer(office: Office, sam: Person) -> None:
    """CASES 60: whether somebody has an account shows nowhere."""
    answers = [office.invite(each) for each in (sam.email, address())]
    known, unknown = (dict(each.json["results"][0]) for each in answers)
    for each in (known, unknown):
        each.pop("email"), each.pop("invitation_id")
    assert known == unknown
    assert {each.status_code for each in answers} == {200}


# The mail server ---------------------------------------------------------------------------------


@contextmanager
def faulty(fault: str) -> Iterator[str]:
    with ExitStack() as cleanup:
        yield closed_port() if fault == "down" else cleanup.enter_context(mail_server(fault)).url


@pytest.mark.parametrize("fault", ["down", "garbage", "drop", "hang"])
def test_a_mail_server_that_fails_loses_no_invitation(
    open_office: Callable[[str], Office],
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(mail, "STEP_SECONDS", 0.5)
    with faulty(fault) as url:
        office = open_office(url)
        caplog.set_level(logging.DEBUG)
        results = office.invite(address(), address()).json["results"]
        assert [(each["outcome"], each["sent"]) for each in results] == [("invited", False)] * 2
        assert all("Send it again" in each["reason"] for each in results)
        assert [row["mailed_at"] for row in office.rows()] == [None, None]
        path = f"/api/invitations/{results[0]['invitation_id']}/resend"
        again = office.post(path, office.owner)
        assert (again.status_code, again.json["sent"]) == (200, False)
    assert "inv_" not in caplog.text and results[0]["email"] not in caplog.text


def test_an_address_that_is_refused_does_not_stop_the_others(
    open_office: Callable[[str], Office],
) -> None:
    with mail_server("refuse") as postman:
        office = open_office(postman.url)
        results = office.invite(address(), f"refused-{address()}", address()).json["results"]
        assert [each["sent"] for each in results] == [True, False, True]
        assert len(postman.raw) == 2
        assert [bool(row["mailed_at"]) for row in office.rows()] == [True, False, True]
        # Put right in the meantime, it leaves, and that is remembered.
        postman.fault = ""
        path = f"/api/invitations/{results[1]['invitation_id']}/resend"
        assert office.post(path, office.owner).json["sent"] is True
        assert all(row["mailed_at"] for row in office.rows())


def test_without_a_mail_server_nobody_is_invited_in_vain(stack: Stack) -> None:
    settings = {**stack.env, "APP_URL": "https://app.example.com"}
    client = create_app(settings).test_client()
    owner = new_person(stack, "owner", organization=unique("Silent"))
    answer = client.post(
        "/api/invitations",
        json={"org_id": owner.org_id, "emails": [address()], "role": "viewer"},
        headers={"Authorization": f"Bearer {owner.token}", "Host": "app.example.com"},
    )
    assert (answer.status_code, answer.json["code"]) == (503, "not_configured")
    features = client.get("/api/config", headers={"Host": "app.example.com"}).json["features"]
    assert features["mail"] is False
    rows = owner.db.table("organization_invitations").select("id").eq("org_id", owner.org_id)
    assert rows.execute().data == []


# The token ---------------------------------------------------------------------------------------


def test_the_token_is_in_the_mail_and_nowhere_else(
    office: Office, postman: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """CASES 39: 256 bits; neither rows, answers nor logs hold it, and no address but behind a #."""
    caplog.set_level(logging.DEBUG)
    answer = office.invite(address())
    _, token = link_in(postman.mails[0])
    office.post("/api/invitations/describe", None, {"token": token})
    admin = office.add("admin")
    seen = [answer.get_data(as_text=True), caplog.text, json.dumps(office.rows())]
    for table in ("organization_invitations", "activity_logs"):
        seen.append(admin.supabase.get(f"/rest/v1/{table}?org_id=eq.{admin.org_id}").text)
    digest = hashlib.sha256(token.encode()).hexdigest()
    assert not [text for text in seen if token in text or digest in text]
    assert redact.text(f"GET /invite#{token} failed") == "GET /invite#[redacted] failed"
    page = office.client.get("/invite")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    hidden = admin.supabase.get("/rest/v1/invitation_tokens")
    assert hidden.status_code == 404


def test_guessing_gets_one_answer_and_then_none(office: Office) -> None:
    """CASES 40."""
    wrong = ["x", "inv_" + "A" * 43, "' or 1=1 --", str(uuid4()), "☃"]

    def guess(token: str) -> Any:
        # Another sender's address in a header that anybody can write changes nothing.
        forged = {"X-Forwarded-For": f"203.0.113.{secrets.randbelow(250)}"}
        return office.post("/api/invitations/describe", None, {"token": token}, **forged)

    answers = [guess(token) for token in wrong]
    assert {each.status_code for each in answers} == {404}
    assert len({each.json["detail"] for each in answers}) == 1
    # 30 in a minute, and on a machine too slow for that 300 in a day.
    refused = next(each for each in map(guess, map(str, range(300))) if each.status_code != 404)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_hostile_names_are_text_in_the_mail(office: Office, postman: MailServer) -> None:
    owner = office.owner
    owner.supabase.patch(
        f"/rest/v1/profiles?user_id=eq.{owner.id}", json={"display_name": CANARY}
    ).raise_for_status()
    owner.supabase.patch(
        f"/rest/v1/organizations?id=eq.{owner.org_id}", json={"name": f"{CANARY} {{{{ 7*7 }}}} ☃"}
    ).raise_for_status()
    office.invite(address())
    (letter,) = postman.mails
    assert letter["Subject"] == f"Join {CANARY} {{{{ 7*7 }}}} ☃ on Roseram Builder"
    assert letter.get_all("Bcc") is None and len(letter.get_all("To")) == 1
    assert "<img" not in text_of(letter, "html") and "&lt;img" in text_of(letter, "html")
    assert f"{CANARY} {{{{ 7*7 }}}} ☃" in text_of(letter)


def test_two_clicks_make_one_member(supabase: Stack) -> None:
    """CASES 38, through the API; tests/policies/test_races.py does a hundred on PostgreSQL."""
    owner = new_person(supabase, "owner")
    orgs = [owner.rpc("create_organization", name=unique("Race"))["id"] for _ in range(5)]
    with ThreadPoolExecutor(2) as clicks:
        for _ in range(5):
            guest = new_person(supabase, "guest")
            for org_id in orgs:
                token = invite(owner, guest.email, "editor", org_id=org_id)
                path, body = "/rest/v1/rpc/accept_invitation", {"token": token}
                twice = [clicks.submit(guest.supabase.post, path, json=body) for _ in range(2)]
                assert sorted(each.result().status_code for each in twice) == [200, 410]
            mine = guest.db.table("organization_members").select("org_id").eq("user_id", guest.id)
            assert len(mine.execute().data) == len(orgs)
            guest.close()
