"""What somebody might try with a browser's keys, each attack under its own name."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.policies.people import (
    ACME,
    ADAM,
    ANON,
    ANYA,
    BOREALIS,
    EDDIE,
    MEMBERS,
    NORA,
    OLIVE,
    PEOPLE,
    RITA,
    SAM,
    SERVICE,
    VERA,
    Person,
    ident,
)
from tests.policies.rest import Rest

ACMES_SITE, ACMES_PAGE = ident("site of Acme"), ident("page of Acme")
SAMS_SITE, SAMS_PAGE = ident("site of Borealis"), ident("page of Borealis")
EDDIES = ident("Eddies")


def new_site(rest: Rest, by: Person = EDDIE, org: str = ACME) -> dict[str, Any]:
    answer = rest.insert(by, "sites", org_id=org, name=f"Site {uuid4()}")
    row: dict[str, Any] = answer.json()[0]
    return row


def new_page(
    rest: Rest, by: Person = EDDIE, site: str = ACMES_SITE, **more: object
) -> dict[str, Any]:
    usual: dict[str, object] = {"site_id": site, "title": "Page", "path": f"/{uuid4()}"}
    row: dict[str, Any] = rest.insert(by, "pages", **{**usual, **more}).json()[0]
    return row


def is_forbidden(answer: httpx.Response) -> bool:
    return answer.status_code in (401, 403) and answer.json()["code"] == "42501"


# Power -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [*MEMBERS, RITA, NORA, SAM], ids=lambda person: person.name)
def test_nobody_promotes_themselves(rest: Rest, person: Person) -> None:
    mine = {"org_id": ACME, "user_id": person.id}
    assert is_forbidden(rest.update(person, "organization_members", mine, role="owner"))
    assert is_forbidden(rest.insert(person, "organization_members", **mine, role="owner"))
    assert is_forbidden(rest.delete(person, "organization_members", mine))
    roles = rest.get(
        OLIVE, "organization_members", select="user_id,role", org_id=f"eq.{ACME}"
    ).json()
    assert {row["user_id"]: row["role"] for row in roles} == {
        member.id: role for member, role in MEMBERS.items()
    }


def test_a_member_cannot_slip_into_another_organization(rest: Rest) -> None:
    mine = {"org_id": ACME, "user_id": VERA.id}
    assert is_forbidden(rest.update(VERA, "organization_members", mine, org_id=BOREALIS))
    assert is_forbidden(rest.update(VERA, "organization_members", mine, user_id=OLIVE.id))


ANYTHING = ident("anything at all")
NOT_FOR_CLIENTS: dict[str, dict[str, object]] = {
    "organizations": {
        "id": ANYTHING,
        "slug": "mine",
        "plan": "business",
        "created_at": "2020-01-01",
        "updated_at": "2020-01-01",
    },
    "profiles": {"user_id": ANYTHING, "created_at": "2020-01-01"},
    "sites": {
        "id": ANYTHING,
        "org_id": EDDIES,
        "published_at": "2020-01-01",
        "published_url": "https://evil.example/",
        "published_deployment_id": ident("deployment of Acme"),
        "created_by": VERA.id,
        "created_at": "2020-01-01",
        "updated_at": "2020-01-01",
    },
    "pages": {
        "id": ANYTHING,
        "org_id": EDDIES,
        "site_id": ident("site of Eddies"),
        "created_by": VERA.id,
        "updated_by": VERA.id,
        "created_at": "2020-01-01",
        "updated_at": "2020-01-01",
    },
    "page_versions": {"html": "forged", "kind": "publish", "created_by": VERA.id, "version": 1},
    "deployments": {
        "status": "ready",
        "url": "https://evil.example/",
        "manifest": {},
        "log": [],
        "progress": {},
        "error": {},
        "host": "archive",
        "requested_by": VERA.id,
    },
    "organization_invitations": {
        "role": "owner",
        "email": "forged@example.com",
        "expires_at": "2099-01-01",
        "accepted_at": None,
        "invited_by": VERA.id,
    },
    "page_comments": {"org_id": EDDIES, "created_by": VERA.id, "resolved_by": VERA.id},
    "components": {"org_id": EDDIES, "created_by": VERA.id, "uses": 9},
    "sections": {"org_id": EDDIES, "created_by": VERA.id, "uses": 9},
    "assets": {"org_id": EDDIES, "path": "x", "size": 1, "type": "image/png", "uses": 9},
    "ai_generations": {"status": "done", "credits": 0, "cost_usd_ticks": 0, "created_by": VERA.id},
    "integrations": {"state": "connected", "last_four": "zzzz", "provider": "github"},
    "subscriptions": {
        "plan": "business",
        "status": "active",
        "stripe_customer_id": "cus_forged",
        "stripe_subscription_id": "sub_forged",
        "trial_used": False,
    },
    "invoices": {"status": "paid", "paid_cents": 900, "stripe_invoice_id": "in_forged"},
    "usage_quotas": {"used": 0, "allowed": 1000, "period": "2099-01-01", "metric": "pages"},
    "api_usage": {"units": 0, "user_id": VERA.id},
    "activity_logs": {"actor_id": VERA.id, "hash": "0" * 64, "before": None, "sequence": 99},
    "error_logs": {"state": "resolved", "times": 1},
    "form_submissions": {
        "fields": {},
        "files": [],
        "site_id": ident("site of Eddies"),
        "changed_at": "2020-01-01",
    },
    "published_forms": {"definition": {}, "base_url": "https://evil.example/"},
    "form_hooks": {"url": "https://evil.example/", "site_id": ident("site of Eddies")},
    "form_deliveries": {"state": "waiting", "attempts": 0, "hook_id": ident("hook of Eddies")},
    "analytics_daily": {"views": 1000},
    "analytics_events": {"path": "/forged"},
    "user_preferences": {"user_id": ANYTHING, "created_at": "2020-01-01"},
    "user_settings": {"user_id": ANYTHING, "created_at": "2020-01-01"},
}
OWN_COLUMN = {
    "organizations": "id",
    **dict.fromkeys(("profiles", "user_preferences", "user_settings"), "user_id"),
}


@pytest.mark.parametrize(
    ("table", "column"),
    [(table, column) for table, columns in NOT_FOR_CLIENTS.items() for column in columns],
)
@pytest.mark.parametrize("person", [EDDIE, OLIVE], ids=lambda person: person.name)
def test_a_column_that_nobody_may_choose_stays_as_it_is(
    rest: Rest, person: Person, table: str, column: str
) -> None:
    value = NOT_FOR_CLIENTS[table][column]
    own = OWN_COLUMN.get(table, "org_id")
    where = {own: person.id if own == "user_id" else ACME}
    assert is_forbidden(rest.update(person, table, where, **{column: value}))


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("sites", {"org_id": ACME, "name": "Site", "published_url": "https://evil.example/"}),
        ("sites", {"org_id": ACME, "name": "Site", "domain": "bank.example.org"}),
        ("sites", {"org_id": ACME, "name": "Site", "created_by": VERA.id}),
        (
            "pages",
            {"site_id": ACMES_SITE, "title": "Page", "path": "/forged", "created_by": VERA.id},
        ),
        ("pages", {"site_id": ACMES_SITE, "title": "Page", "path": "/forged", "version": 7}),
        (
            "deployments",
            {"org_id": ACME, "site_id": ACMES_SITE, "host": "local", "status": "ready"},
        ),
        ("organizations", {"name": "Forged", "slug": "forged", "plan": "business"}),
    ],
)
def test_a_new_row_cannot_bring_what_it_must_be_given(
    rest: Rest, table: str, row: dict[str, object]
) -> None:
    assert is_forbidden(rest.insert(OLIVE, table, **row))


def test_the_author_is_whoever_is_signed_in(rest: Rest) -> None:
    site, page = new_site(rest), new_page(rest)
    assert site["created_by"] == page["created_by"] == page["updated_by"] == EDDIE.id
    answer = rest.update(ADAM, "pages", {"id": page["id"], "version": "1"}, html="x", version=2)
    assert answer.json()[0]["updated_by"] == ADAM.id


@pytest.mark.parametrize("person", [ANON, *PEOPLE], ids=lambda person: person.name)
@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("claim_deployment", {"worker": "me"}),
        ("renew_deployment", {"deployment_id": ident("deployment of Acme"), "generation": 1}),
        (
            "finish_deployment",
            {"deployment_id": ident("deployment of Acme"), "generation": 1, "status": "ready"},
        ),
        ("deployment_queue", {}),
        # Not even found: the API shows one schema.
        ("org_ids", {"min_role": "viewer"}),
        ("person_id", {}),
        ("make_profile", {}),
        ("queue_deployment", {}),
    ],
)
def test_the_workers_functions_are_not_for_people(
    rest: Rest, person: Person, function: str, arguments: dict[str, object]
) -> None:
    answer = rest.call(person, function, **arguments)
    assert answer.status_code in (401, 403, 404), answer.text
    assert answer.json()["code"] in ("42501", "PGRST202")


# Other organizations -----------------------------------------------------------------------------


def test_an_editor_cannot_move_a_site_to_another_organization(rest: Rest) -> None:
    """Row-level security alone would allow it: Eddie edits in Acme and owns the other firm."""
    site = new_site(rest)
    assert is_forbidden(rest.update(EDDIE, "sites", {"id": site["id"]}, org_id=EDDIES))
    assert rest.get(OLIVE, "sites", id=f"eq.{site['id']}").json() == [site]


def test_a_page_cannot_hang_under_another_organizations_site(rest: Rest) -> None:
    mine = ident("site of Eddies")
    mixed = rest.insert(EDDIE, "pages", org_id=EDDIES, site_id=ACMES_SITE, title="P", path="/mixed")
    assert is_forbidden(mixed)
    page = new_page(rest, site=mine)
    assert is_forbidden(rest.update(EDDIE, "pages", {"id": page["id"]}, site_id=ACMES_SITE))


@pytest.mark.parametrize("extra", [{}, {"org_id": ACME}, {"org_id": BOREALIS}], ids=str)
def test_a_strangers_site_and_a_site_that_does_not_exist_look_the_same(
    rest: Rest, extra: dict[str, str]
) -> None:
    """Only the id that the asker sent himself may differ."""
    answers = []
    for site in (SAMS_SITE, str(uuid4())):
        # "/" is taken in Sam's site, which must not show either.
        answer = rest.insert(EDDIE, "pages", site_id=site, title="P", path="/", **extra)
        answers.append((answer.status_code, answer.text.replace(site, "ID")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 403


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("request_deployment", {"site_id": SAMS_SITE, "host": "local"}),
        ("request_deployment", {"site_id": SAMS_SITE, "host": "nonsense", "message": "x" * 300}),
        ("cancel_deployment", {"deployment_id": ident("deployment of Borealis")}),
        ("request_restore", {"deployment_id": ident("deployment of Borealis")}),
        ("create_checkpoint", {"page_id": SAMS_PAGE, "label": "x" * 300}),
    ],
)
@pytest.mark.parametrize("person", [OLIVE, NORA, ANYA], ids=lambda person: person.name)
def test_functions_tell_nothing_of_other_organizations(
    rest: Rest, person: Person, function: str, arguments: dict[str, str]
) -> None:
    known = rest.call(person, function, **arguments)
    (name,) = (name for name in arguments if name.endswith("_id"))
    for other in (str(uuid4()), None):
        unknown = rest.call(person, function, **{**arguments, name: other})
        assert (unknown.status_code, unknown.text) == (known.status_code, known.text)
    assert known.status_code == 404
    assert known.json()["code"] == "PT404"


def test_a_strangers_version_cannot_be_restored(rest: Rest) -> None:
    version = rest.get(SAM, "page_versions", page_id=f"eq.{SAMS_PAGE}").json()[0]
    known = rest.call(OLIVE, "restore_page_version", version_id=version["id"])
    unknown = rest.call(OLIVE, "restore_page_version", version_id=str(uuid4()))
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert known.status_code == 404


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("sites", {"id": SAMS_SITE, "org_id": ACME, "name": "Stolen"}),
        ("pages", {"id": SAMS_PAGE, "site_id": ACMES_SITE, "title": "Stolen", "path": "/stolen"}),
    ],
)
@pytest.mark.parametrize("resolution", ["merge-duplicates", "ignore-duplicates"])
def test_an_upsert_on_a_strangers_row_leaves_it_alone(
    rest: Rest, table: str, row: dict[str, str], resolution: str
) -> None:
    before = rest.get(SAM, table).json()
    rest.ask(
        OLIVE,
        "POST",
        f"/rest/v1/{table}",
        json=row,
        headers={"prefer": f"resolution={resolution},return=representation"},
    )
    assert rest.get(SAM, table).json() == before
    assert rest.get(OLIVE, table, id=f"eq.{row['id']}").json() == []


def test_one_slug_may_be_used_in_two_organizations(rest: Rest) -> None:
    slug = f"shared-{uuid4()}"
    assert rest.insert(OLIVE, "sites", org_id=ACME, name="A", slug=slug).status_code == 201
    assert rest.insert(SAM, "sites", org_id=BOREALIS, name="B", slug=slug).status_code == 201
    assert rest.insert(OLIVE, "sites", org_id=ACME, name="A", slug=slug).status_code == 409


# Looking -----------------------------------------------------------------------------------------

TABLES = ("organizations", "organization_members", "profiles", "sites", "pages", "page_versions",
          "deployments", "organization_invitations", "page_comments", "components", "sections",
          "assets", "preview_links", "ai_generations", "integrations", "subscriptions", "invoices",
          "usage_quotas",
          "api_usage", "activity_logs", "error_logs", "form_submissions")  # fmt: skip
PRIVATE = ("deployment_leases", "workers", "invitation_tokens", "rate_limits", "released_slugs",
           "integration_secrets", "stripe_events", "activity_heads")  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_a_count_counts_only_what_may_be_seen(rest: Rest, table: str) -> None:
    for method in ("GET", "HEAD"):

        def count(kind: str, method: str = method) -> httpx.Response:
            headers = {"prefer": f"count={kind}", "range": "0-0"}
            return rest.ask(NORA, method, f"/rest/v1/{table}", headers=headers)

        seen = 1 if table == "profiles" else 0  # her own
        assert count("exact").headers["content-range"].endswith(f"/{seen}")
        for guess in ("planned", "estimated"):
            assert count(guess).status_code == 406


@pytest.mark.parametrize(
    ("table", "select"),
    [
        ("sites", "id,organizations!inner(name),pages(html)"),
        ("organizations", "*,organization_members(*,profiles(*)),sites(*,pages(*))"),
        ("profiles", "*,organization_members(*,organizations(*))"),
        ("deployments", "*,sites!inner(*)"),
    ],
)
def test_an_embed_shows_no_row_of_others(rest: Rest, table: str, select: str) -> None:
    answer = rest.get(SAM, table, select=select)
    if answer.is_success:  # one that the API finds ambiguous shows nothing either
        for name in ("Acme", *(person.id for person in MEMBERS)):
            assert name not in answer.text
    assert ACME not in answer.text


def test_a_filter_on_a_hidden_table_finds_nothing(rest: Rest) -> None:
    query = {"select": "id,organizations!inner(name)", "organizations.name": "eq.Acme"}
    assert rest.get(SAM, "sites", **query).json() == []
    assert rest.get(SAM, "pages", html="ilike.*secret*", select="html").json() == [
        {"html": "<p>Borealis secret</p>"}
    ]


@pytest.mark.parametrize("table", [*TABLES, *PRIVATE, "users", "objects"])
def test_anon_sees_nothing_at_all(rest: Rest, table: str) -> None:
    answer = rest.get(ANON, table)
    assert answer.status_code in (401, 404), answer.text
    assert rest.get(ANON, table, html="ilike.*a*").status_code in (400, 401, 404)


@pytest.mark.parametrize(
    "schema", ["private", "auth", "storage", "pg_catalog", "information_schema"]
)
def test_no_other_schema_answers(rest: Rest, schema: str) -> None:
    for table in ("deployment_leases", "users", "objects", "pg_roles", "tables"):
        answer = rest.ask(OLIVE, "GET", f"/rest/v1/{table}", headers={"accept-profile": schema})
        assert answer.status_code in (404, 406), answer.text


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("sites", {"org_id": ACME, "name": "x" * 200}),
        ("sites", {"org_id": ACME, "name": None}),
        ("sites", {"org_id": "not a uuid", "name": "Site"}),
        ("sites", {"org_id": ACME, "name": "Site", "theme": [1]}),
        ("pages", {"site_id": ACMES_SITE, "title": "P", "path": "/p", "status": "live"}),
        ("pages", {"site_id": ACMES_SITE, "title": "P", "path": "/p", "position": -1}),
        ("pages", {"site_id": ACMES_SITE, "title": "P", "path": "/p", "position": 1 << 40}),
        ("pages", {"site_id": ACMES_SITE, "title": "P", "path": "/p", "content": "text"}),
        ("pages", {"site_id": ACMES_SITE, "title": "P\u0000", "path": "/p"}),
    ],
)
def test_a_refusal_shows_no_row(rest: Rest, table: str, row: dict[str, object]) -> None:
    answer = rest.insert(EDDIE, table, **row)
    assert 400 <= answer.status_code < 500, answer.text
    assert "Failing row" not in answer.text
    assert "select " not in answer.text.lower()


def test_a_removed_members_token_opens_nothing(rest: Rest) -> None:
    for table in TABLES:
        rows = rest.get(RITA, table).json()
        assert all(row.get("user_id") == RITA.id for row in rows), table
    answer = rest.insert(RITA, "sites", org_id=ACME, name="Revenge")
    assert is_forbidden(answer)


def test_what_a_person_says_of_themselves_gives_no_role(rest: Rest) -> None:
    boaster = Person("nora", claims={
        "user_metadata": {"role": "owner", "org_id": ACME},
        "app_metadata": {"role": "owner", "org_id": ACME},
        "org_ids": [ACME],
    })  # fmt: skip
    assert rest.get(boaster, "sites").json() == []


# Destroying --------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["organizations", "sites", "pages"])
def test_a_delete_without_a_filter_is_refused_or_stays_at_home(rest: Rest, table: str) -> None:
    rest.ask(NORA, "DELETE", f"/rest/v1/{table}")
    rest.ask(NORA, "PATCH", f"/rest/v1/{table}", json={"name": "Mine", "title": "Mine"})
    for person, org in ((OLIVE, ACME), (SAM, BOREALIS)):
        column = "id" if table == "organizations" else "org_id"
        assert rest.get(person, table, **{column: f"eq.{org}"}).json()


def test_an_owner_deletes_an_organization_with_everything_in_it(rest: Rest) -> None:
    org = rest.call(NORA, "create_organization", name="Short-lived").json()["id"]
    site = new_site(rest, NORA, org)
    page = new_page(rest, NORA, site["id"])
    rest.call(NORA, "request_deployment", site_id=site["id"], host="local")
    assert len(rest.delete(NORA, "organizations", {"id": org}).json()) == 1
    for table in ("sites", "pages", "page_versions", "deployments", "organization_members"):
        assert rest.get(NORA, table, org_id=f"eq.{org}").json() == []
    assert rest.get(NORA, "page_versions", page_id=f"eq.{page['id']}").json() == []


@pytest.mark.parametrize("table", PRIVATE)
@pytest.mark.parametrize("person", [OLIVE, SERVICE], ids=lambda person: person.name)
def test_private_tables_are_not_even_found(rest: Rest, person: Person, table: str) -> None:
    for headers in ({}, {"accept-profile": "private"}):
        answer = rest.ask(person, "GET", f"/rest/v1/{table}", headers=headers)
        assert answer.status_code in (404, 406), answer.text


# What is new with teams --------------------------------------------------------------------------


def test_an_editor_cannot_take_a_part_along_to_another_organization(rest: Rest) -> None:
    for table in ("components", "sections"):
        part = rest.insert(EDDIE, table, org_id=ACME, name="Part").json()[0]
        assert part["created_by"] == EDDIE.id
        assert is_forbidden(rest.update(EDDIE, table, {"id": part["id"]}, org_id=EDDIES))


def test_an_asset_cannot_point_into_another_organizations_folder(rest: Rest) -> None:
    asset = {"org_id": EDDIES, "name": "Logo", "type": "image/png", "size": 9}
    answer = rest.insert(EDDIE, "assets", **asset, path=f"{ACME}/{uuid4()}.png")
    assert answer.json()["code"] == "23514"


@pytest.mark.parametrize("extra", [{}, {"org_id": ACME}, {"org_id": BOREALIS}], ids=str)
def test_a_comment_on_a_strangers_page_and_on_none_look_the_same(
    rest: Rest, extra: dict[str, str]
) -> None:
    answers = []
    for page in (SAMS_PAGE, str(uuid4())):
        answer = rest.insert(EDDIE, "page_comments", page_id=page, body="Hm", **extra)
        answers.append((answer.status_code, answer.text.replace(page, "ID")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 403


def test_an_answer_stays_on_the_page_of_what_it_answers(rest: Rest) -> None:
    first = rest.insert(EDDIE, "page_comments", page_id=ACMES_PAGE, body="Hm").json()[0]
    other = new_page(rest)["id"]
    answer = rest.insert(EDDIE, "page_comments", page_id=other, parent_id=first["id"], body="Well")
    assert answer.status_code == 409


def test_a_default_organization_is_one_of_ones_own(rest: Rest) -> None:
    mine = {"user_id": EDDIE.id}
    for org in (BOREALIS, str(uuid4())):
        assert is_forbidden(rest.update(EDDIE, "user_settings", mine, default_org_id=org))
    for chosen in (ACME, None):
        answer = rest.update(EDDIE, "user_settings", mine, default_org_id=chosen)
        assert answer.json()[0]["default_org_id"] == chosen


def test_people_see_only_the_generations_they_asked_for(rest: Rest) -> None:
    rows = {person: rest.get(person, "ai_generations").json() for person in (EDDIE, ADAM, SAM)}
    prompts = {person: {row["prompt"] for row in rows[person]} for person in rows}
    # Other tests may have asked in his name.
    assert "eddie asks" in prompts[EDDIE]
    assert {row["created_by"] for row in rows[EDDIE]} == {EDDIE.id}
    assert prompts[ADAM] >= {"eddie asks", "olive asks", "Acme prompt"}
    # Sam asked in Acme before he left: what he asked stays there.
    assert prompts[SAM] == {"Borealis prompt"}


def test_an_invitation_tells_nothing_about_accounts(rest: Rest) -> None:
    """Somebody with an account elsewhere and somebody without get the same answer."""
    shapes = []
    for email in (f"{uuid4()}@example.com", RITA.email):
        answer = rest.call(
            OLIVE,
            "create_invitation",
            **{"org_id": ACME, "email": email, "role": "viewer", "token_hash": uuid4().hex * 2},
        )
        shapes.append((answer.status_code, sorted(answer.json()), answer.json()["accepted_by"]))
        rest.call(OLIVE, "withdraw_invitation", invitation_id=answer.json()["id"])
    assert shapes[0] == shapes[1]
    assert shapes[0][0] == 200
