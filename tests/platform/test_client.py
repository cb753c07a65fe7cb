"""supabase-js, unaltered, does with the embedded Supabase what it does with hosted."""

from __future__ import annotations

import json
import subprocess

import httpx
import pytest

from scripts.local import ROOT
from tests import pictures
from tests.cast import PASSWORD, Person, join, new_person
from tests.stack import Stack

PNG = {"content-type": "image/png"}


def test_the_browser_client_works_as_on_hosted(supabase: Stack, olive: Person) -> None:
    # Somebody of their own: the client ends by signing out everywhere.
    person = join(new_person(supabase, "client"), olive, "editor")
    done = subprocess.run(
        ["node", "tests/platform/client.mjs", person.email, PASSWORD, person.org_id],
        cwd=ROOT,
        env=supabase.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    seen = json.loads(done.stdout)

    assert seen.pop("claims")["iss"] == f"{supabase.supabase_url}/auth/v1"
    assert seen == {
        "email": person.email,
        "user": person.id,
        "refreshed": True,
        "saved": 1,
        "stale": 0,
        "embedded": [{"title": "First", "sites": {"name": "Client"}}],
        "count": 1,
        "uploaded": True,
        "finished": 4,
        "picture": [200, "image/png", "max-age=31536000"],
        "bytes": 4,
        "removed": 1,
        "taken": "user_already_exists",
        "weak": "weak_password",
        "signedOut": None,
    }


def test_an_uploaded_file_is_a_picture_and_nothing_else(supabase: Stack, eddie: Person) -> None:
    name = f"{eddie.org_id}/0190c5a2-0000-7000-8000-0000000000aa.png"
    script = b"<script>alert(1)</script>"
    pictures.store(eddie.supabase, name, script)

    address = f"{supabase.supabase_url}/storage/v1/object/public/assets/{name}"
    shown = httpx.get(address, trust_env=False)

    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["a%00.png", "%E0%A4%A", "%zz", "%ff.png"])
def test_an_address_that_is_no_text_is_refused(eddie: Person, path: str) -> None:
    target = f"/storage/v1/object/assets/{eddie.org_id}/{path}"

    assert eddie.supabase.post(target, content=b"x", headers=PNG).status_code == 400
    assert eddie.supabase.get(f"/rest/v1/sites?name=eq.{path}").status_code in (200, 400)


@pytest.mark.parametrize("name", ["../x.png", "..%2f..%2fx.png", "%2e%2e/x.png", "a//b.png", ""])
def test_no_name_leads_out_of_the_folder(supabase: Stack, eddie: Person, name: str) -> None:
    before = {file.name for file in supabase.folder.iterdir()}
    target = f"/storage/v1/object/assets/{eddie.org_id}/{name}"
    answer = eddie.supabase.post(target, content=b"x", headers=PNG)

    assert 400 <= answer.status_code < 500
    assert {file.name for file in supabase.folder.iterdir()} - before <= {"objects"}
