"""CASES 212: what the operator says at the command line, and what support may do at the service."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from click.testing import Result

from app import create_app
from tests.cast import Person, new_person, unique
from tests.deployments.press import wait_for
from tests.smtp_server import closed_port
from tests.stack import Stack

WHY = "The contact form fails"


def flask(stack: Stack, *arguments: str, **settings: str) -> Result:
    """Run a command of the operator's."""
    app = create_app({**stack.env, **settings})
    return app.test_cli_runner().invoke(args=["support", *arguments])


def slug_of(owner: Person) -> str:
    return str(owner.db.table("organizations").select("slug").execute().data[0]["slug"])


def let_in(owner: Person, visitor: Person, **settings: str) -> Result:
    wanted = ("--as", visitor.email, "--reason", WHY, "--hours", "2")
    return flask(owner.stack, "open", slug_of(owner), *wanted, **settings)


@pytest.fixture
def owner(stack: Stack) -> Person:
    return new_person(stack, "owner", organization=unique("Bakery"))


@pytest.fixture
def sue(stack: Stack) -> Person:
    return new_person(stack, "sue")


def visits(person: Person) -> list[dict[str, Any]]:
    return list(person.db.table("support_visits").select("*").execute().data)


def test_the_operator_opens_it_and_the_owners_are_mailed(owner: Person, sue: Person) -> None:
    site = owner.new_site()
    assert sue.db.table("sites").select("id").execute().data == []
    said = let_in(owner, sue).output
    assert f"{sue.email} may look into Bakery" in said and "1 of 1 owners were mailed." in said
    (visit,) = visits(owner)
    assert visit["id"] in said
    (mail,) = owner.stack.mails(owner.email)
    assert mail["subject"].startswith("Support looks into Bakery")
    for text in (mail["text"], mail["html"]):
        assert sue.email in text and WHY in text and "can change nothing" in text
        assert f"{owner.stack.app_url}/team" in text
        assert re.search(r"until \d+ \w+ \d{4}, \d\d:\d\d UTC", text)
    assert owner.stack.mails(sue.email) == []
    assert [row["id"] for row in sue.db.table("sites").select("id").execute().data] == [site["id"]]


def test_the_operator_lists_and_ends_it(owner: Person, sue: Person) -> None:
    let_in(owner, sue)
    (visit,) = visits(sue)
    (line,) = [
        line for line in flask(owner.stack, "list").output.splitlines() if visit["id"] in line
    ]
    assert re.search(rf"open .* {slug_of(owner)}  {sue.email}  {WHY}$", line)
    said = flask(owner.stack, "close", visit["id"])
    assert said.output == f"{sue.email} sees nothing of the organization any more.\n"
    assert sue.db.table("organizations").select("id").execute().data == []
    assert re.search(rf"{visit['id']}  closed", flask(owner.stack, "list").output)
    (row,) = visits(owner)
    assert row["closed_at"] and row["closed_by"] is None


def test_a_mail_server_that_is_down_is_told_and_the_owners_see_it_all_the_same(
    owner: Person, sue: Person
) -> None:
    said = let_in(owner, sue, SMTP_URL=closed_port()).output
    assert "0 of 1 owners were mailed. They see it on the screen Team" in said
    assert len(visits(owner)) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("open", "no-such", "--as", "{sue}", "--reason", WHY), "No organization has this slug."),
        (("open", "{slug}", "--as", "x@example.com", "--reason", WHY), "Nobody has an account"),
        (("open", "{slug}", "--as", "{owner}", "--reason", WHY), "is a member of"),
        (("open", "{slug}", "--as", "{sue}", "--reason", " "), "Give the reason in one line"),
        (("open", "{slug}", "--as", "{sue}", "--reason", WHY, "--hours", "9"), "9 is not in the"),
        (("open", "{slug}", "--as", "{sue}"), "Missing option '--reason'"),
        (("close", "4711"), "'4711' is not a valid UUID"),
        (("close", str(uuid4())), "There is no open support access with this id."),
    ],
)
def test_what_is_wrong_is_one_sentence(
    owner: Person, sue: Person, arguments: tuple[str, ...], says: str
) -> None:
    known = {"sue": sue.email, "owner": owner.email, "slug": slug_of(owner)}
    result = flask(owner.stack, *(each.format(**known) for each in arguments))
    assert result.exit_code in (1, 2) and visits(owner) == []
    (error,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert says in error and "Traceback" not in result.stderr


# What the service offers to those who belong to an organization.
CALLS: dict[str, dict[str, Any]] = {
    "/api/deployments": {"site_id": "{site}", "host": "local"},
    "/api/deployments/{deployment}/cancel": {},
    "/api/deployments/{deployment}/restore": {},
    "/api/deployments/{deployment}/promote": {},
    "/api/sites/{site}/unpublish": {"host": "local"},
    "/api/invitations": {"org_id": "{org}", "emails": ["x@example.com"], "role": "viewer"},
    "/api/integrations": {
        "org_id": "{org}",
        "provider": "netlify",
        "label": "Ours",
        "token": "x" * 40,
    },
    "/api/preview-links": {"deployment_id": "{deployment}", "label": "", "hours": 1},
    "/api/analytics/links": {"site_id": "{site}", "label": ""},
    "/api/form-hooks": {"site_id": "{site}", "form": "", "url": "https://hooks.example/"},
    "/api/comments/{comment}/notify": {},
    "/api/billing/portal": {"org_id": "{org}"},
}


def test_support_does_nothing_at_the_service(owner: Person, sue: Person) -> None:
    site = owner.new_site()
    page = owner.new_page(site)
    comment = owner.insert("page_comments", page_id=page["id"], body="Well")
    asked = {"site_id": site["id"], "host": "local", "target": "preview"}
    deployment = owner.rpc("request_deployment", **asked)
    state = owner.db.table("deployments").select("status").eq("id", deployment["id"])
    wait_for(lambda: state.execute().data[0]["status"] == "ready")
    ids = {"site": site["id"], "org": owner.org_id}
    ids |= {"deployment": deployment["id"], "comment": comment["id"]}
    let_in(owner, sue)
    # Everything is switched on, so that nothing is refused because it is missing.
    here = {"GROK_API_KEY": "key", "GROK_BASE_URL": "http://127.0.0.1:9"}
    here |= {
        "STRIPE_SECRET_KEY": "sk_test_" + "x" * 24,
        "STRIPE_WEBHOOK_SECRET": "whsec_" + "x" * 24,
    }
    here |= {"STRIPE_API_URL": "http://127.0.0.1:9", "NETLIFY_API_URL": "http://127.0.0.1:9"}
    client = create_app({**owner.stack.env, **here}).test_client()
    headers = {"Authorization": f"Bearer {sue.token}", "Idempotency-Key": str(uuid4())}
    tables = ("deployments", "organization_invitations", "integrations", "preview_links")
    tables += ("form_hooks", "analytics_links", "ai_generations")

    def counts() -> list[int]:
        return [len(owner.db.table(name).select("id").execute().data) for name in tables]

    before = counts()
    for path, body in CALLS.items():
        told = {
            name: value.format(**ids) if isinstance(value, str) else value
            for name, value in body.items()
        }
        answer = client.post(path.format(**ids), json=told or None, headers=headers)
        assert answer.status_code in (403, 404), f"{path}: {answer.status_code} {answer.text}"
    assert counts() == before
    read = client.get(f"/api/sites/{site['id']}/changes/local", headers=headers)
    assert read.status_code == 200
