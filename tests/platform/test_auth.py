"""CASES B 56, 59, 60 and 61 on the embedded Auth: what it tells, how often, and to whom."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from scripts.local import ROOT
from tests.browser.test_signin import FOREIGN
from tests.cast import PASSWORD, Person, new_person, sign_in
from tests.platform.conftest import probe_settings
from tests.stack import Stack, running_stack


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An Auth that confirms addresses by mail as hosted ones do, and that tests may exhaust."""
    settings = {**probe_settings(), "SUPABASE_CONFIRM_EMAIL": "1"}
    with running_stack(tmp_path_factory.mktemp("strict"), "supabase", **settings) as stack:
        yield stack


def ask(
    stack: Stack, path: str, body: dict[str, Any], source: str = "127.0.0.1", **headers: str
) -> httpx.Response:
    # Every address of 127/8 is this machine: each test comes from one of its own.
    transport = httpx.HTTPTransport(local_address=source, verify=False)  # noqa: S501
    with httpx.Client(base_url=stack.supabase_url, transport=transport, timeout=60) as client:
        return client.post(
            f"/auth/v1/{path}", json=body, headers={"apikey": stack.publishable_key, **headers}
        )


def new_address(name: str = "somebody") -> str:
    return f"{name}-{uuid4()}@example.com"


def token_of(mail: dict[str, Any]) -> str:
    link = next(word for word in mail["text"].split() if "token_hash=" in word)
    return str(httpx.URL(link).params["token_hash"])


def confirmed(stack: Stack) -> str:
    email = new_address("known")
    body = {"email": email, "password": PASSWORD}
    assert ask(stack, "signup", body).status_code == 200
    proof = {"token_hash": token_of(stack.mails(to=email)[-1]), "type": "signup"}
    assert ask(stack, "verify", proof).json()["access_token"]
    return email


def anonymised(answer: httpx.Response) -> tuple[int, str]:
    """Status and body, without what differs between any two people."""
    # Ids that tell the time stay apart from random ones.
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-(\d)[0-9a-f]{3}-[0-9a-f-]{17}", r"ID\1", answer.text)
    return answer.status_code, re.sub(r"\d{4}-\d\d-\d\dT[\d:]+(\.\d+)?", "TIME", text)


SAME = {
    "signup": ("signup", {"password": PASSWORD, "data": {"display_name": "Kim"}}),
    "sign-in": ("token?grant_type=password", {"password": "not the password"}),
    "reset": ("recover", {}),
    "link": ("otp", {"create_user": True}),
    "link without making an account": ("otp", {"create_user": False}),
    "older link": ("magiclink", {}),
}


@pytest.mark.parametrize("way", SAME)
def test_a_known_and_an_unknown_address_get_the_same_answer(strict: Stack, way: str) -> None:
    path, body = SAME[way]
    known, unknown = confirmed(strict), new_address("known")
    answers = [ask(strict, path, {"email": email, **body}) for email in (known, unknown)]
    assert anonymised(answers[0]) == anonymised(answers[1])
    keys = [sorted(answer.json()) for answer in answers]
    assert keys[0] == keys[1]
    # Neither is quicker than a password takes to check, or a mail to send.
    assert all(answer.elapsed.total_seconds() >= 0.4 for answer in answers)


def test_signing_up_again_changes_nothing_and_signs_nobody_in(strict: Stack) -> None:
    email = confirmed(strict)
    mails = len(strict.mails(to=email))
    again = ask(strict, "signup", {"email": email, "password": "the thief's own password"})
    assert "access_token" not in again.text
    assert len(strict.mails(to=email)) == mails
    assert sign_in(strict, email)["user"]["email"] == email
    with pytest.raises(AssertionError, match="invalid_credentials"):
        sign_in(strict, email, "the thief's own password")


def test_who_guesses_waits_by_account_and_by_network_address(strict: Stack) -> None:
    """A forged X-Forwarded-For makes nobody somebody else."""

    def guess(number: int) -> int:
        body = {"email": new_address(), "password": "wrong"}
        forged = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250}"}
        path = "token?grant_type=password"
        return ask(strict, path, body, source="127.0.0.61", **forged).status_code

    with ThreadPoolExecutor(24) as pool:
        statuses = sorted(pool.map(guess, range(108)))
    assert statuses == [400] * 100 + [429] * 8
    email = confirmed(strict)
    body = {"email": email, "password": PASSWORD}
    refused = ask(strict, "token?grant_type=password", body, source="127.0.0.61")
    assert refused.json()["error_code"] == "over_request_rate_limit"
    assert int(refused.headers["retry-after"]) > 0
    # The others sign in as ever.
    assert ask(strict, "token?grant_type=password", body, source="127.0.0.62").status_code == 200


def test_who_guesses_links_or_codes_waits(strict: Stack) -> None:
    def guess(number: int) -> int:
        proof = {"type": "magiclink", "token_hash": f"{number:056d}"}
        return ask(strict, "verify", proof, source="127.0.0.63").status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = sorted(pool.map(guess, range(34)))
    assert statuses == [403] * 30 + [429] * 4


@pytest.mark.parametrize("path", ["recover", "otp", "magiclink"])
def test_nobody_is_mailed_again_and_again(strict: Stack, path: str) -> None:
    email = confirmed(strict)
    before = len(strict.mails(to=email))
    statuses = [ask(strict, path, {"email": email}).status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert len(strict.mails(to=email)) - before == 5


@pytest.mark.parametrize(
    "forged", [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"},
               {"Origin": "https://evil.example", "Referer": "https://evil.example/"}]
)  # fmt: skip
def test_links_in_mails_lead_to_the_app_whatever_the_request_says(
    strict: Stack, forged: dict[str, str]
) -> None:
    email = confirmed(strict)
    for path in ("recover", "otp", "recover?redirect_to=https://evil.example/"):
        ask(strict, path, {"email": email, "redirect_to": "https://evil.example"}, **forged)
        mail = strict.mails(to=email)[-1]
        links = re.findall(r'href="([^"]+)"', mail["html"])
        assert links
        assert all(link.startswith(f"{strict.app_url}/auth/confirm?") for link in links)
        assert "evil" not in str(mail)


@pytest.mark.parametrize("way", ["verify", "callback"])
def test_supabase_sends_people_to_the_app_and_nowhere_else(strict: Stack, way: str) -> None:
    """CASES 58: every hostile form that the screens are tried with, as redirect_to."""
    with httpx.Client(base_url=strict.supabase_url, verify=False, timeout=60) as client:  # noqa: S501
        for form in [*FOREIGN, f"{strict.app_url}.evil.example", f"{strict.app_url}@evil.example"]:
            asked = {"type": "magiclink", "token": "x" * 56, "redirect_to": form}
            answer = client.get(f"/auth/v1/{way}", params=asked)
            location = answer.headers.get("location", f"{strict.app_url}/")
            assert re.match(rf"{re.escape(strict.app_url)}(/|\?|#|$)", location), (form, location)


def test_a_link_works_once(strict: Stack) -> None:
    email = confirmed(strict)
    ask(strict, "otp", {"email": email})
    proof = {"token_hash": token_of(strict.mails(to=email)[-1]), "type": "magiclink"}
    assert ask(strict, "verify", proof).status_code == 200
    assert ask(strict, "verify", proof).status_code == 403
    # As a link of another kind neither.
    assert ask(strict, "verify", {**proof, "type": "recovery"}).status_code == 403


def test_a_new_address_counts_when_its_own_mailbox_says_so(probe: Stack, ann: Person) -> None:
    wanted = new_address("new")
    assert ann.supabase.put("/auth/v1/user", json={"email": wanted}).status_code == 200
    assert sign_in(probe, ann.email)["user"]["email"] == ann.email
    assert probe.mails(to=ann.email) == []
    proof = {"token_hash": token_of(probe.mails(to=wanted)[-1]), "type": "email_change"}
    assert ask(probe, "verify", proof).json()["user"]["email"] == wanted
    assert sign_in(probe, wanted)["user"]["id"] == ann.id


def test_a_refresh_token_from_long_ago_ends_the_whole_session(probe: Stack) -> None:
    """CASES 56: whoever replays it is not its owner, so both have to sign in again."""
    person = new_person(probe, "stolen")
    tokens = [person.session["refresh_token"]]
    for _ in range(3):
        answer = ask(probe, "token?grant_type=refresh_token", {"refresh_token": tokens[-1]})
        tokens.append(answer.json()["refresh_token"])
    time.sleep(2.5)  # Lite forgives reuse for two seconds, for two tabs that refresh at once.
    replayed = ask(probe, "token?grant_type=refresh_token", {"refresh_token": tokens[0]})
    assert replayed.status_code == 400
    newest = ask(probe, "token?grant_type=refresh_token", {"refresh_token": tokens[-1]})
    assert newest.status_code == 400
    person.close()


def test_hosted_projects_are_told_the_same() -> None:
    """CASES 66: what `supabase config push` sets; the embedded Auth does the rest by code."""
    auth = tomllib.loads((ROOT / "supabase/config.toml").read_text())["auth"]
    assert auth["enable_refresh_token_rotation"] is True
    assert 0 < auth["refresh_token_reuse_interval"] <= 10
    assert auth["additional_redirect_urls"] == []
    assert auth["jwt_expiry"] <= 3600
    assert auth["email"]["enable_confirmations"] is True
    assert auth["email"]["secure_password_change"] is True
    assert auth["email"]["double_confirm_changes"] is True
    for template in auth["email"]["template"].values():
        text = (ROOT / template["content_path"]).read_text()
        links = re.findall(r'href="([^"]+)"', text)
        assert links
        assert all(link.startswith("{{ .SiteURL }}/auth/confirm?token_hash=") for link in links)


def test_the_templates_are_all_there(tmp_path: Path) -> None:
    found = {path.stem for path in (ROOT / "supabase/templates").glob("*.html")}
    assert found == {"confirmation", "recovery", "magic_link", "email_change"}
