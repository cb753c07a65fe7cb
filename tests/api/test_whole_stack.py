"""The API with a real Supabase: roles, foreign ids, sessions that ended, a database away."""

import re
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from services.status import readiness
from tests.cast import Person, new_person, sign_in
from tests.stack import Stack, running_stack


@pytest.fixture(scope="module")
def people(stack: Stack, cast: dict[str, Person]) -> dict[str, Person]:
    """The cast, with every process running."""
    return cast


@pytest.fixture(scope="module")
def site(people: dict[str, Person]) -> dict[str, Any]:
    site = people["eddie"].new_site()
    people["eddie"].new_page(site)
    return site


@pytest.fixture(scope="module")
def deployment(people: dict[str, Person], site: dict[str, Any]) -> dict[str, Any]:
    answer = people["eddie"].api.post(
        "/api/deployments", json={"site_id": site["id"], "host": "archive"}
    )
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def assert_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert not re.search(r"relation|constraint|permission denied|schema|Traceback", answer.text)
    return body


@pytest.mark.parametrize("name", ["olive", "adam", "eddie"])
def test_editors_and_above_publish(
    people: dict[str, Person], site: dict[str, Any], name: str
) -> None:
    answer = people[name].api.post(
        "/api/deployments", json={"site_id": site["id"], "host": "local"}
    )
    assert answer.status_code == 202, answer.text
    assert answer.json()["site_id"] == site["id"]


@pytest.mark.parametrize("name", ["mia", "vera"])
def test_members_and_viewers_are_told_that_their_role_is_too_low(
    people: dict[str, Person], site: dict[str, Any], name: str
) -> None:
    answer = people[name].api.post(
        "/api/deployments", json={"site_id": site["id"], "host": "local"}
    )
    assert assert_problem(answer, 403)["code"] == "forbidden"


def test_anon_is_asked_to_sign_in(people: dict[str, Person], site: dict[str, Any]) -> None:
    answer = people["anon"].api.post(
        "/api/deployments", json={"site_id": site["id"], "host": "local"}
    )
    assert_problem(answer, 401)


TOKEN = "a-token-that-no-host-knows"
# What each route with a body is sent about a thing of this id; a new one needs an entry.
BODIES: dict[str, Callable[[str], dict[str, Any]]] = {
    "/api/deployments": lambda id: {"site_id": id, "host": "local"},
    "/api/form-hooks": lambda id: {"site_id": id, "url": "https://hooks.example/"},
    "/api/billing/checkout": lambda id: {"org_id": id, "plan": "pro", "interval": "month"},
    "/api/billing/return": lambda id: {"org_id": id, "session_id": "cs_test_1"},
    "/api/billing/portal": lambda id: {"org_id": id},
    "/api/billing/refresh": lambda id: {"org_id": id},
    "/api/billing/preview": lambda id: {"org_id": id, "plan": "pro", "interval": "month"},
    "/api/billing/change": lambda id: {"org_id": id, "plan": "pro", "interval": "month"},
    "/api/invitations": lambda id: {
        "org_id": id,
        "emails": ["stranger@example.com"],
        "role": "viewer",
    },
    "/api/integrations": lambda id: {
        "org_id": id,
        "provider": "netlify",
        "token": TOKEN,
        "label": "Mine",
    },
    "/api/integrations/{integration_id}/rename": lambda id: {"label": "Mine"},
    "/api/integrations/{integration_id}/rotate": lambda id: {"token": TOKEN},
    "/api/preview-links": lambda id: {"deployment_id": id},
    "/api/analytics/links": lambda id: {"site_id": id},
    "/api/sites/{site_id}/hosts/{host}/domain": lambda id: {"name": "www.example.com"},
    "/api/sites/{site_id}/unpublish": lambda id: {"host": "local"},
}
# These name no thing of anybody's.
NO_ID = {
    ("/api/ai/models", "get"),
    ("/api/billing/plans", "get"),
    ("/api/integrations/github/connect", "get"),
    ("/api/integrations/github/callback", "post"),
}
# No model is configured here, which is said before anything is looked up; tests/ai has a stranger
# ask there.
OF_THE_AI = "/api/ai/"


def test_a_foreign_id_and_no_id_at_all_are_the_same_to_a_stranger(
    people: dict[str, Person], site: dict[str, Any], deployment: dict[str, Any], stack: Stack
) -> None:
    """CASES 41: every route that takes an id, as sam of another organization."""
    document = httpx.get(f"{stack.app_url}/api/openapi.json", trust_env=False).json()
    tried = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation.get("security") == [] or (path, method) in NO_ID:
                continue
            if path.startswith(OF_THE_AI):
                continue
            details = []
            real_ones = (deployment["id"], site["id"], people["eddie"].org_id)
            for real, made_up in ((real, uuid.uuid4()) for real in real_ones):
                for identifier in (real, made_up):
                    answer = people["sam"].api.request(
                        method,
                        re.sub("{.*?}", str(identifier), path.replace("{host}", "netlify")),
                        json=BODIES[path](str(identifier)) if "requestBody" in operation else None,
                    )
                    problem = assert_problem(answer, 404)
                    details.append((problem["detail"], problem["code"], problem["title"]))
                    tried += 1
            assert len(set(details)) == 1, path
    assert tried >= 90


@pytest.mark.parametrize("header", ["X-Org-Id", "X-Organization-Id", "X-Tenant"])
def test_neither_a_header_nor_a_query_says_for_which_organization(
    people: dict[str, Person], site: dict[str, Any], header: str
) -> None:
    """CASES 42: the site and the membership decide."""
    wish = {"site_id": site["id"], "host": "archive"}
    for org_id in (people["sam"].org_id, site["org_id"]):
        said = {"params": {"org_id": org_id}, "headers": {header: org_id}}
        assert_problem(people["sam"].api.post("/api/deployments", json=wish, **said), 404)
        ours = people["eddie"].api.post("/api/deployments", json=wish, **said)
        assert (ours.status_code, ours.json()["site_id"]) == (202, site["id"])
    told = {**wish, "org_id": people["sam"].org_id}
    problem = assert_problem(people["eddie"].api.post("/api/deployments", json=told), 422)
    assert problem["errors"][0]["field"] == "org_id"


def test_a_session_that_was_signed_out_changes_nothing_more(stack: Stack) -> None:
    with closing(new_person(stack, "leaver", organization="Leavers")) as person:
        site = person.new_site()
        signed_out = person.supabase.post("/auth/v1/logout?scope=global")
        assert signed_out.status_code in (200, 204)
        answer = person.api.post("/api/deployments", json={"site_id": site["id"], "host": "local"})
        assert assert_problem(answer, 401)["code"] == "session_ended"


def test_the_keys_of_the_project_are_no_sign_in(stack: Stack, site: dict[str, Any]) -> None:
    for key in (stack.publishable_key, stack.secret_key, stack.jwt_secret):
        answer = httpx.post(
            f"{stack.app_url}/api/deployments",
            json={"site_id": site["id"], "host": "local"},
            headers={"Authorization": f"Bearer {key}", "apikey": key},
            trust_env=False,
        )
        assert_problem(answer, 401)


def test_ready_says_so(stack: Stack) -> None:
    answer = httpx.get(f"{stack.app_url}/api/ready", trust_env=False)
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_the_description_opens_in_a_browser_without_breaking_the_policy(page: Page) -> None:
    page.goto("/api/docs")
    expect(page.get_by_role("heading", name="API of Roseram Builder")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).maxInlineSize") != "none"


@pytest.mark.slow
def test_without_its_database_the_app_says_so_and_recovers(tmp_path: Path) -> None:
    with running_stack(tmp_path, "supabase", "worker", "web") as stack:
        session = sign_in(stack, "olive@example.com")
        body = {"site_id": str(uuid.uuid4()), "host": "local"}
        with closing(Person("olive", stack, session=session)) as olive:
            assert_problem(olive.api.post("/api/deployments", json=body), 404)

            stack.kill("supabase")
            assert olive.api.get("/api/health").status_code == 200
            answer = olive.api.post("/api/deployments", json=body)
            assert_problem(answer, 503)
            assert int(answer.headers["Retry-After"]) > 0
            time.sleep(readiness.REMEMBERED_SECONDS)
            problem = assert_problem(olive.api.get("/api/ready"), 503)
            assert "supabase" in [error["field"] for error in problem["errors"]]

            stack.start("supabase")
            assert_problem(olive.api.post("/api/deployments", json=body), 404)
