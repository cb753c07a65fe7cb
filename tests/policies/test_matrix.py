"""policies/README.md says who may do what; every cell of its matrix is tried through the API."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest

from tests.policies.database import ROOT, Database
from tests.policies.people import (
    ACME,
    ADAM,
    ANON,
    COLUMNS,
    EDDIE,
    MIA,
    NORA,
    OLIVE,
    SERVICE,
    VERA,
    Person,
    arena,
    doomed,
    generation_of,
    hook_for,
    ident,
    leftover_for,
    submission_for,
    token_for,
    visit_for,
)
from tests.policies.rest import Rest

ALLOWED, REFUSED = "✓", "–"
REFUSALS = {"42501", "PT404"}


@dataclass(frozen=True)
class Cell:
    what: str
    verb: str
    column: str
    allowed: bool

    def __str__(self) -> str:
        return f"{self.column} {'may' if self.allowed else 'may not'} {self.verb} {self.what}"


def read_matrix() -> Iterator[Cell]:
    lines = (ROOT / "policies/README.md").read_text(encoding="utf-8").splitlines()
    table = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]
    head, _rule, *body = table
    assert head[2:] == list(COLUMNS)
    for what, verb, *marks in body:
        for column, mark in zip(head[2:], marks, strict=True):
            assert mark in (ALLOWED, REFUSED), f"{what}, {verb}, {column}: {mark!r}"
            yield Cell(what.replace("`", ""), verb, column, mark == ALLOWED)


CELLS = list(read_matrix())


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_the_matrix_is_true(rest: Rest, cell: Cell) -> None:
    attempt = ATTEMPTS[cell.what, cell.verb]
    answer = attempt(rest, COLUMNS[cell.column])
    if cell.allowed:
        assert worked(answer), f"refused: {answer.status_code} {answer.text}"
    else:
        assert refused(answer), f"not refused: {answer.status_code} {answer.text}"


def worked(answer: httpx.Response) -> bool:
    return answer.is_success and answer.content not in (b"", b"[]")


def refused(answer: httpx.Response) -> bool:
    """No row, or a plain refusal: never an error of ours, and never the reason why."""
    if answer.is_success:
        return answer.json() == []
    body = answer.json()
    if "/storage/" in answer.request.url.path:
        return answer.status_code in (400, 403, 404)
    return answer.status_code in (401, 403, 404) and body["code"] in REFUSALS


# Tables where it matters whose row it is; the others stand in the matrix under their own name.
BY_AUTHOR = {
    "page_comments": "comment",
    "profiles": "profile",
    "user_preferences": "preferences",
    "user_settings": "settings",
}
VERBS = {"read", "insert", "update", "delete"}
# Ends the account that calls it: tried in test_team.py, where everything is rolled back.
NOT_IN_THE_MATRIX = {"delete_account"}


def test_the_matrix_has_a_row_for_every_table_and_verb(db: Database) -> None:
    rows = {(cell.what, cell.verb) for cell in CELLS}
    for table in tables(db):
        if noun := BY_AUTHOR.get(table):
            tried = {verb for what, verb in rows if what in (f"own {noun}", f"another's {noun}")}
        else:
            tried = {verb for what, verb in rows if what == table}
        assert tried >= VERBS, table


def test_the_matrix_has_a_row_for_every_function_that_is_exposed(db: Database) -> None:
    functions = db.run("""
        select distinct p.proname as name from pg_proc p
        where p.pronamespace = 'public'::regnamespace""")
    called = {cell.what for cell in CELLS if cell.verb == "call"}
    assert {row["name"] for row in functions} == called | NOT_IN_THE_MATRIX


def test_the_matrix_has_a_row_for_nothing_else(db: Database) -> None:
    known = {"files in assets", "files in submissions", "own generation", *tables(db)}
    known |= {"own files in avatars", "another's files in avatars"}
    known |= {f"{whose} {noun}" for noun in BY_AUTHOR.values() for whose in ("own", "another's")}
    assert {cell.what for cell in CELLS if cell.verb != "call"} <= known


def tables(db: Database) -> set[str]:
    """Whatever in the exposed schema has rows: tables, and views of any kind."""
    relations = db.run("""
        select c.relname as name from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')""")
    return {row["name"] for row in relations}


# Things to try it on. Each is made anew, so that cells may run in any order ----------------------


def new_site(rest: Rest) -> str:
    answer = rest.insert(OLIVE, "sites", org_id=ACME, name=f"Site {uuid4()}")
    return str(answer.json()[0]["id"])


def suspended_site(rest: Rest) -> str:
    site = new_site(rest)
    assert rest.call(SERVICE, "suspend_site", address=site, reason="A test").is_success
    return site


def report_abuse(rest: Rest, by: Person) -> httpx.Response:
    return rest.call(by, "report_abuse", url="https://bad.example/", reason="spam", words="")


def open_visit(rest: Rest, by: Person) -> httpx.Response:
    told = {"org_slug": "borealis", "email": NORA.email, "reason": "A test"}
    answer = rest.call(by, "open_support_visit", **told)
    if answer.is_success:
        # A member of nothing shall see nothing for the other tests too.
        rest.call(SERVICE, "close_support_visit", visit_id=answer.json()["id"])
    return answer


def new_page(rest: Rest) -> str:
    path = f"/{uuid4()}"
    answer = rest.insert(OLIVE, "pages", site_id=ident("site of Acme"), title="A page", path=path)
    return str(answer.json()[0]["id"])


def used_component(rest: Rest) -> str:
    component = of_acme("component")["id"]
    html = f'<div data-rb-component="{component}"></div>'
    site, path = ident("site of Acme"), f"/{uuid4()}"
    rest.insert(OLIVE, "pages", site_id=site, title="A page", path=path, html=html)
    return component


def deleted_page(rest: Rest) -> str:
    page = new_page(rest)
    assert rest.call(OLIVE, "delete_page", page_id=page).is_success
    return page


def version_of(rest: Rest, page: str) -> str:
    answer = rest.get(OLIVE, "page_versions", select="id", page_id=f"eq.{page}")
    return str(answer.json()[0]["id"])


def new_deployment(rest: Rest) -> str:
    answer = rest.call(OLIVE, "request_deployment", site_id=new_site(rest), host="archive")
    return str(answer.json()["id"])


def picture() -> bytes:
    """The smallest honest PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\xff\xff")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def announce(rest: Rest, by: Person, name: str, size: int = 100) -> httpx.Response:
    """Say that a picture will come. Who may not do that may not upload either."""
    row = {"org_id": name.split("/")[0], "path": name, "size": size}
    return rest.insert(by, "assets", **row, name="Picture", type="image/png")


def upload(
    rest: Rest, by: Person, name: str, method: str = "POST", bucket: str = "assets"
) -> httpx.Response:
    announced = announce(rest, by, name) if (method, bucket) == ("POST", "assets") else None
    answer = rest.ask(
        by,
        method,
        f"/storage/v1/object/{bucket}/{name}",
        content=picture(),
        headers={"content-type": "image/png"},
    )
    if announced and announced.is_success and answer.is_success:
        finished = rest.call(by, "finish_upload", asset_id=announced.json()[0]["id"])
        assert finished.is_success, finished.text
    return answer


def new_file(rest: Rest) -> str:
    name = f"{ACME}/{uuid4()}.png"
    assert upload(rest, OLIVE, name).is_success
    return name


def new_attachment(rest: Rest) -> str:
    name = f"{ACME}/{ident('submission of Acme')}/{uuid4()}"
    assert attach(rest, SERVICE, name).is_success
    return name


def attach(rest: Rest, by: Person, name: str, method: str = "POST") -> httpx.Response:
    return rest.ask(
        by,
        method,
        f"/storage/v1/object/submissions/{name}",
        content=b"A letter",
        headers={"content-type": "application/octet-stream"},
    )


def list_attachments(rest: Rest, by: Person) -> httpx.Response:
    folder = new_attachment(rest).rsplit("/", 1)[0]
    body = {"prefix": folder, "limit": 1}
    return rest.ask(by, "POST", "/storage/v1/object/list/submissions", json=body)


def new_submission(rest: Rest) -> str:
    """Something that a visitor sends now."""
    name = str(uuid4())
    assert rest.call(SERVICE, "store_submission", submission=sent(name)).is_success
    return name


def sent(name: str) -> dict[str, object]:
    return {
        "id": name,
        "site_id": ident("site of Acme"),
        "form": "contact",
        "path": "/",
        "fields": {"email": f"{name}@example.com"},
        "files": [],
        "is_spam": False,
        "proof": "",
    }


def failed_delivery(rest: Rest) -> str:
    """Acme's failed delivery, failed once more if somebody has tried it again."""
    delivery = ident("delivery of Acme")
    for attempt in range(1, 9):
        row = rest.get(OLIVE, "form_deliveries", id=f"eq.{delivery}").json()[0]
        if row["state"] == "failed":
            break
        ended = {"attempt": attempt, "outcome": "refused", "status": 410, "problem": ""}
        while rest.call(SERVICE, "claim_form_delivery", lease_seconds=3600).json():
            pass
        rest.call(SERVICE, "finish_form_delivery", delivery_id=delivery, **ended)
    return delivery


def try_hook(rest: Rest, by: Person) -> httpx.Response:
    """At a webhook of this person's own: of two tries at once the second one waits."""
    return rest.call(by, "test_form_hook", hook_id=ident(f"hook for {by.name} to try"))


def new_avatar(rest: Rest, of: Person) -> str:
    name = f"{of.id}/{uuid4()}.png"
    upload(rest, of, name, bucket="avatars")
    return name


# One attempt for each row of the matrix ----------------------------------------------------------

Attempt = Callable[[Rest, Person], httpx.Response]
Attempts = dict[tuple[str, str], Attempt]


def read(table: str, **where: str) -> Attempt:
    return lambda rest, by: rest.get(
        by, table, **{name: f"eq.{value}" for name, value in where.items()}
    )


def insert(table: str, **row: object) -> Attempt:
    """`new` stands for a fresh word."""
    return lambda rest, by: rest.insert(
        by,
        table,
        **{name: f"/{uuid4()}" if value == "new" else value for name, value in row.items()},
    )


def update(table: str, find: Callable[[Rest], dict[str, str]], **row: object) -> Attempt:
    return lambda rest, by: rest.update(by, table, find(rest), **row)


def delete(table: str, find: Callable[[Rest], dict[str, str]]) -> Attempt:
    return lambda rest, by: rest.delete(by, table, find(rest))


def acme(_rest: Rest) -> dict[str, str]:
    return {"id": ACME}


def vera_in_acme(_rest: Rest) -> dict[str, str]:
    return {"org_id": ACME, "user_id": ident("vera")}


def acmes_deployment(_rest: Rest) -> dict[str, str]:
    return {"id": ident("deployment of Acme")}


def own_profile(by: Person) -> dict[str, str]:
    return {"user_id": by.id if by not in (ANON, SERVICE) else OLIVE.id}


def another(by: Person) -> dict[str, str]:
    """A member of Acme who is not the person asking."""
    return {"user_id": EDDIE.id if by != EDDIE else ADAM.id}


def list_files(rest: Rest, by: Person) -> httpx.Response:
    new_file(rest)
    return rest.ask(by, "POST", "/storage/v1/object/list/assets", json={"prefix": ACME, "limit": 1})


def avatar_owner(by: Person) -> Person:
    """The person, or for those who are nobody somebody who has pictures."""
    return OLIVE if by in (ANON, SERVICE) else by


def other_avatar_owner(by: Person) -> Person:
    return EDDIE if by != EDDIE else ADAM


def avatar_attempts(whose: Callable[[Person], Person]) -> dict[str, Attempt]:
    def listing(rest: Rest, by: Person) -> httpx.Response:
        folder = new_avatar(rest, whose(by)).split("/")[0]
        body = {"prefix": folder, "limit": 1}
        return rest.ask(by, "POST", "/storage/v1/object/list/avatars", json=body)

    def adding(rest: Rest, by: Person) -> httpx.Response:
        return upload(rest, by, f"{whose(by).id}/{uuid4()}.png", bucket="avatars")

    def replacing(rest: Rest, by: Person) -> httpx.Response:
        return upload(rest, by, new_avatar(rest, whose(by)), "PUT", bucket="avatars")

    def deleting(rest: Rest, by: Person) -> httpx.Response:
        body = {"prefixes": [new_avatar(rest, whose(by))]}
        return rest.ask(by, "DELETE", "/storage/v1/object/avatars", json=body)

    return {"list": listing, "upload": adding, "replace": replacing, "delete": deleting}


def make_organization(rest: Rest, by: Person) -> httpx.Response:
    answer = rest.call(by, "create_organization", name=f"Firm {uuid4()}")
    if answer.is_success:
        # A member of nothing shall be one for the other tests too.
        assert rest.delete(by, "organizations", {"id": answer.json()["id"]}).is_success
    return answer


def new_comment(rest: Rest, by: Person) -> str:
    answer = rest.insert(by, "page_comments", page_id=PAGE_OF_ACME, body="A comment")
    return str(answer.json()[0]["id"])


def new_mention(rest: Rest) -> str:
    row = {"page_id": PAGE_OF_ACME, "body": "@Eddie", "mentions": [EDDIE.id]}
    return str(rest.insert(OLIVE, "page_comments", **row).json()[0]["id"])


def comment_of(by: Person, rest: Rest) -> dict[str, str]:
    """One the person wrote, if there is one that they could write."""
    return {"id": new_comment(rest, by if by in (MIA, EDDIE, ADAM, OLIVE) else EDDIE)}


def comment_of_another(by: Person, rest: Rest) -> dict[str, str]:
    return {"id": new_comment(rest, EDDIE if by != EDDIE else ADAM)}


def new_part(table: str) -> Callable[[Rest], dict[str, str]]:
    return lambda rest: {
        "id": str(rest.insert(OLIVE, table, org_id=ACME, name="A part").json()[0]["id"])
    }


def asset_row() -> dict[str, object]:
    path = f"{ACME}/{uuid4()}.png"
    return {"org_id": ACME, "path": path, "name": "Logo", "type": "image/png", "size": 100}


def new_asset(rest: Rest) -> dict[str, str]:
    return {"id": str(rest.insert(OLIVE, "assets", **asset_row()).json()[0]["id"])}


def asset_without_file(rest: Rest) -> dict[str, str]:
    """A picture whose file is deleted already: until then its row stays."""
    name = new_file(rest)
    removed = rest.ask(OLIVE, "DELETE", "/storage/v1/object/assets", json={"prefixes": [name]})
    assert removed.is_success
    (row,) = rest.get(OLIVE, "assets", select="id", path=f"eq.{name}").json()
    return {"id": str(row["id"])}


def finish_an_upload(rest: Rest, by: Person) -> httpx.Response:
    name = f"{ACME}/{uuid4()}.png"
    asset = announce(rest, OLIVE, name).json()[0]["id"]
    sent = {"content": picture(), "headers": {"content-type": "image/png"}}
    assert rest.ask(OLIVE, "POST", f"/storage/v1/object/assets/{name}", **sent).is_success
    return rest.call(by, "finish_upload", asset_id=asset)


def new_preview_link(rest: Rest) -> dict[str, str]:
    made = rest.insert(OLIVE, "preview_links", deployment_id=ident("preview of Acme"))
    return {"id": str(made.json()[0]["id"])}


def made(table: str, **row: object) -> Callable[[Rest], dict[str, str]]:
    return lambda rest: {"id": str(rest.insert(OLIVE, table, **row).json()[0]["id"])}


def weekly_reports(rest: Rest, by: Person) -> httpx.Response:
    rest.update(OLIVE, "sites", {"id": SITE_OF_ACME}, analytics=True)
    rest.update(OLIVE, "user_settings", own_profile(OLIVE), notifications={"weekly_report": True})
    return rest.call(by, "take_weekly_reports", batch=10)


def new_invitation(rest: Rest) -> str:
    answer = rest.call(OLIVE, "create_invitation", **invitation_of(ACME))
    return str(answer.json()["id"])


def invitation_of(org: str) -> dict[str, str]:
    return {
        "org_id": org,
        "email": f"{uuid4()}@example.com",
        "role": "viewer",
        "token_hash": uuid4().hex * 2,
    }


def accept(rest: Rest, by: Person) -> httpx.Response:
    answer = rest.call(by, "accept_invitation", token=token_for(by))
    if answer.is_success:
        # A member of nothing shall be one for the other tests too.
        rest.call(by, "leave_organization", org_id=ident("Eddies"))
    return answer


def of_acme(what: str) -> dict[str, str]:
    return {"id": ident(f"{what} of Acme")}


def integration_of(org: str) -> dict[str, object]:
    row = {"id": str(uuid4()), "org_id": org, "provider": "netlify", "label": str(uuid4())}
    told = {"account_label": "Acme", "account_id": "1", "team_id": "", "last_four": "1234"}
    secret = {"key_id": "key", "nonce": "AAAAAAAAAAAAAAAA", "ciphertext": "AAAA" * 12}
    return {
        "actor": OLIVE.id,
        "integration": {**row, **told, "method": "token", "scopes": []},
        "secret": secret,
    }


def new_integration(rest: Rest) -> str:
    answer = rest.call(SERVICE, "save_integration", **integration_of(ACME))
    return str(answer.json()["id"])


def end_oauth(rest: Rest, by: Person) -> httpx.Response:
    state = uuid4().hex * 2
    rest.call(SERVICE, "begin_oauth", actor=OLIVE.id, org_id=ACME, state_hash=state)
    return rest.call(by, "end_oauth", actor=OLIVE.id, state_hash=state)


def never(table: str, find: dict[str, str], row: dict[str, object], **change: object) -> Attempts:
    """A table that only the service's own functions and triggers write."""
    return {
        (table, "read"): read(table, **find),
        (table, "insert"): insert(table, **row),
        (table, "update"): update(table, lambda _: find, **change),
        (table, "delete"): delete(table, lambda _: find),
    }


def own_row(table: str, noun: str, **change: object) -> Attempts:
    """A table with a row for each person."""

    def write(whose: Callable[[Person], dict[str, str]]) -> Attempt:
        return lambda rest, by: rest.update(by, table, whose(by), **change)

    def remove(whose: Callable[[Person], dict[str, str]]) -> Attempt:
        return lambda rest, by: rest.delete(by, table, whose(by))

    return {
        (f"own {noun}", "read"): lambda rest, by: read(table, **own_profile(by))(rest, by),
        (f"own {noun}", "update"): write(own_profile),
        (f"own {noun}", "delete"): remove(own_profile),
        (f"another's {noun}", "read"): lambda rest, by: read(table, **another(by))(rest, by),
        (f"another's {noun}", "insert"): insert(table, user_id=NORA.id, **change),
        (f"another's {noun}", "update"): write(another),
        (f"another's {noun}", "delete"): remove(another),
    }


def part(table: str) -> Attempts:
    """A table that editors fill."""
    return {
        (table, "read"): read(table, org_id=ACME),
        (table, "insert"): insert(table, org_id=ACME, name="A part"),
        (table, "update"): update(table, new_part(table), name="Another name"),
        (table, "delete"): delete(table, new_part(table)),
    }


def call(function: str, **make: Callable[[Rest], object]) -> Attempt:
    return lambda rest, by: rest.call(
        by, function, **{name: thing(rest) for name, thing in make.items()}
    )


def error_of(org: str) -> dict[str, object]:
    return {
        "org_id": org,
        "person_id": OLIVE.id,
        "fingerprint": uuid4().hex * 2,
        "source": "browser",
        "message": "It broke",
        "detail": {},
        "release": "1",
        "times": 1,
    }


def new_error(rest: Rest) -> str:
    error = error_of(ACME)
    assert rest.call(SERVICE, "record_error", **error).is_success
    answer = rest.get(OLIVE, "error_logs", select="id", fingerprint=f"eq.{error['fingerprint']}")
    return str(answer.json()[0]["id"])


PAGE_OF_ACME, SITE_OF_ACME = ident("page of Acme"), ident("site of Acme")
GOAL = {
    "site_id": SITE_OF_ACME,
    "name": "Reads",
    "steps": [{"kind": "path", "value": "/about"}],
}
DAYS = {"from_day": lambda _: "2026-01-01", "to_day": lambda _: "2026-01-31"}

MEMBER = {"org_id": lambda _: ACME, "user_id": lambda _: VERA.id}
SETTLE: dict[str, Callable[[Rest], object]] = {
    "generation_id": lambda _: ident("generation of Acme"),
    "status": lambda _: "done",
    "output": lambda _: {},
    "error": lambda _: None,
    "model": lambda _: "grok",
    **dict.fromkeys(("input_tokens", "output_tokens", "cost_usd_ticks", "credits"), lambda _: 0),
    "duration_ms": lambda _: 1,
    "endpoint": lambda _: "POST /api/ai/edit",
    "http_status": lambda _: 200,
}
KEPT = ("generation_id", "output", "model", "input_tokens", "output_tokens", "cost_usd_ticks")
VISIT = {"org_id": ACME, "site_id": ident("site of Acme")}

LIMITS = {
    **dict.fromkeys(("sites", "pages", "members", "deployments", "storage_mb", "custom_domains")),
    "ai_credits": 3000,
    "retention_days": 30,
}

ATTEMPTS: Attempts = {
    ("organizations", "read"): read("organizations", id=ACME),
    ("organizations", "insert"): insert("organizations", name="Forged", slug="forged"),
    ("organizations", "update"): update("organizations", acme, name="Acme"),
    ("organizations", "delete"): lambda rest, by: rest.delete(
        by, "organizations", {"id": doomed(by)}
    ),
    ("organization_members", "read"): read("organization_members", org_id=ACME),
    ("organization_members", "insert"): insert(
        "organization_members", org_id=ACME, user_id=NORA.id, role="viewer"
    ),
    ("organization_members", "update"): update("organization_members", vera_in_acme, role="owner"),
    ("organization_members", "delete"): delete("organization_members", vera_in_acme),
    ("own profile", "read"): lambda rest, by: read("profiles", **own_profile(by))(rest, by),
    ("own profile", "update"): lambda rest, by: rest.update(
        by, "profiles", own_profile(by), display_name="Me"
    ),
    ("own profile", "delete"): lambda rest, by: rest.delete(by, "profiles", own_profile(by)),
    ("another's profile", "read"): lambda rest, by: read("profiles", **another(by))(rest, by),
    ("another's profile", "insert"): insert("profiles", user_id=NORA.id, display_name="Forged"),
    ("another's profile", "update"): lambda rest, by: rest.update(
        by, "profiles", another(by), display_name="Forged"
    ),
    ("another's profile", "delete"): lambda rest, by: rest.delete(by, "profiles", another(by)),
    ("sites", "read"): read("sites", org_id=ACME),
    ("sites", "insert"): insert("sites", org_id=ACME, name="Another site"),
    ("sites", "update"): update(
        "sites", lambda rest: {"id": new_site(rest)}, theme={"preset": "linen"}
    ),
    ("sites", "delete"): delete("sites", lambda rest: {"id": new_site(rest)}),
    ("pages", "read"): read("pages", id=PAGE_OF_ACME),
    ("pages", "insert"): insert("pages", site_id=ident("site of Acme"), title="Page", path="new"),
    ("pages", "update"): update(
        "pages", lambda rest: {"id": new_page(rest), "version": "1"}, html="<p>Hello</p>", version=2
    ),
    ("pages", "delete"): delete("pages", lambda rest: {"id": new_page(rest)}),
    ("page_versions", "read"): read("page_versions", page_id=PAGE_OF_ACME),
    ("page_versions", "insert"): insert(
        "page_versions",
        org_id=ACME,
        page_id=PAGE_OF_ACME,
        version=9,
        kind="publish",
        title="Forged",
    ),
    ("page_versions", "update"): update(
        "page_versions", lambda _: {"page_id": PAGE_OF_ACME}, html="x"
    ),
    ("page_versions", "delete"): delete("page_versions", lambda _: {"page_id": PAGE_OF_ACME}),
    ("deployments", "read"): read("deployments", org_id=ACME),
    ("deployments", "insert"): insert(
        "deployments", org_id=ACME, site_id=ident("site of Acme"), host="local", status="ready"
    ),
    ("deployments", "update"): update("deployments", acmes_deployment, url="https://evil.example/"),
    ("deployments", "delete"): delete("deployments", acmes_deployment),
    ("files in assets", "list"): list_files,
    ("files in assets", "upload"): lambda rest, by: upload(rest, by, f"{ACME}/{uuid4()}.png"),
    ("files in assets", "replace"): lambda rest, by: upload(rest, by, new_file(rest), "PUT"),
    ("files in assets", "delete"): lambda rest, by: rest.ask(
        by, "DELETE", "/storage/v1/object/assets", json={"prefixes": [new_file(rest)]}
    ),
    **{
        (f"{name} files in avatars", verb): attempt
        for name, whose in (("own", avatar_owner), ("another's", other_avatar_owner))
        for verb, attempt in avatar_attempts(whose).items()
    },
    ("create_organization", "call"): make_organization,
    ("create_site", "call"): call(
        "create_site", org_id=lambda _: ACME, name=lambda _: "A new site"
    ),
    ("check_request", "call"): call("check_request"),
    ("search_pages", "call"): call("search_pages", query=lambda _: "Acme", org_id=lambda _: ACME),
    ("create_checkpoint", "call"): call(
        "create_checkpoint", page_id=new_page, label=lambda _: "Mine"
    ),
    ("restore_page_version", "call"): call(
        "restore_page_version", version_id=lambda rest: version_of(rest, new_page(rest))
    ),
    ("move_page", "call"): call(
        "move_page", page_id=new_page, path=lambda _: f"/moved-{uuid4().hex[:8]}"
    ),
    ("set_home_page", "call"): call("set_home_page", page_id=new_page),
    ("order_pages", "call"): call(
        "order_pages",
        site_id=lambda _: ident("site of Acme"),
        page_ids=lambda rest: [new_page(rest)],
    ),
    ("delete_page", "call"): call("delete_page", page_id=new_page),
    ("undelete_page", "call"): call("undelete_page", page_id=deleted_page),
    ("deleted_pages", "call"): call(
        "deleted_pages", site_id=lambda rest: deleted_page(rest) and ident("site of Acme")
    ),
    ("report_presence", "call"): call("report_presence", page_id=lambda _: PAGE_OF_ACME),
    ("component_pages", "call"): call("component_pages", component_id=used_component),
    ("unpublished_changes", "call"): call(
        "unpublished_changes", site_id=lambda _: ident("site of Acme")
    ),
    ("request_deployment", "call"): call(
        "request_deployment", site_id=new_site, host=lambda _: "archive"
    ),
    ("cancel_deployment", "call"): call("cancel_deployment", deployment_id=new_deployment),
    ("request_restore", "call"): call(
        "request_restore", deployment_id=lambda _: ident("deployment of Acme")
    ),
    ("take_comment_recipients", "call"): call("take_comment_recipients", comment_id=new_mention),
    ("request_promotion", "call"): call(
        "request_promotion", deployment_id=lambda _: ident("preview of Acme")
    ),
    ("request_unpublish", "call"): call(
        "request_unpublish", site_id=lambda _: ident("site of Acme"), host=lambda _: "local"
    ),
    ("note_deployment", "call"): call(
        "note_deployment",
        deployment_id=lambda _: str(uuid4()),
        generation=lambda _: 1,
        external=lambda _: {},
    ),
    ("note_domain", "call"): call(
        "note_domain",
        actor=lambda _: EDDIE.id,
        site_id=lambda _: ident("site of Acme"),
        host=lambda _: "netlify",
        domain=lambda _: {},
    ),
    ("save_integration", "call"): lambda rest, by: rest.call(
        by, "save_integration", **integration_of(ACME)
    ),
    ("may_connect", "call"): call("may_connect", actor=lambda _: OLIVE.id, org_id=lambda _: ACME),
    ("rename_integration", "call"): call(
        "rename_integration",
        actor=lambda _: OLIVE.id,
        integration_id=lambda _: ident("integration of Acme"),
        label=lambda _: "Renamed",
    ),
    ("delete_integration", "call"): lambda rest, by: rest.call(
        by, "delete_integration", actor=OLIVE.id, integration_id=new_integration(rest)
    ),
    ("note_integration", "call"): call(
        "note_integration",
        integration_id=lambda _: ident("integration of Acme"),
        state=lambda _: "connected",
        problem=lambda _: "",
    ),
    ("read_integration_secret", "call"): call(
        "read_integration_secret", integration_id=lambda _: ident("integration of Acme")
    ),
    ("list_integration_secrets", "call"): call(
        "list_integration_secrets",
        except_key=lambda _: "none",
        after=lambda _: "00000000-0000-0000-0000-000000000000",
        batch=lambda _: 10,
    ),
    ("replace_integration_secrets", "call"): call(
        "replace_integration_secrets", secrets=lambda _: []
    ),
    ("credentials_canary", "call"): call("credentials_canary"),
    ("begin_oauth", "call"): lambda rest, by: rest.call(
        by, "begin_oauth", actor=OLIVE.id, org_id=ACME, state_hash=uuid4().hex * 2
    ),
    ("end_oauth", "call"): end_oauth,
    ("claim_deployment", "call"): call(
        "claim_deployment", worker=lambda _: "a worker", lease_seconds=lambda _: 3600
    ),
    ("renew_deployment", "call"): call(
        "renew_deployment", deployment_id=lambda _: str(uuid4()), generation=lambda _: 1
    ),
    ("finish_deployment", "call"): call(
        "finish_deployment",
        deployment_id=lambda _: str(uuid4()),
        generation=lambda _: 1,
        status=lambda _: "ready",
    ),
    ("deployment_queue", "call"): call("deployment_queue"),
    **never(
        "organization_invitations",
        of_acme("invitation"),
        {"org_id": ACME, "email": "forged@example.com", "role": "owner", "invited_by": OLIVE.id},
        role="owner",
    ),
    ("own comment", "insert"): insert("page_comments", page_id=PAGE_OF_ACME, body="Well"),
    ("own comment", "update"): lambda rest, by: rest.update(
        by, "page_comments", comment_of(by, rest), body="Better"
    ),
    ("own comment", "resolve"): lambda rest, by: rest.update(
        by, "page_comments", comment_of(by, rest), resolved=True
    ),
    ("own comment", "delete"): lambda rest, by: rest.delete(
        by, "page_comments", comment_of(by, rest)
    ),
    ("another's comment", "read"): read("page_comments", org_id=ACME),
    ("another's comment", "resolve"): lambda rest, by: rest.update(
        by, "page_comments", comment_of_another(by, rest), resolved=True
    ),
    ("another's comment", "update"): lambda rest, by: rest.update(
        by, "page_comments", comment_of_another(by, rest), body="Forged"
    ),
    ("another's comment", "delete"): lambda rest, by: rest.delete(
        by, "page_comments", comment_of_another(by, rest)
    ),
    **part("components"),
    **part("sections"),
    ("assets", "read"): read("assets", org_id=ACME),
    ("assets", "insert"): lambda rest, by: rest.insert(by, "assets", **asset_row()),
    ("assets", "update"): update("assets", new_asset, alt="Our logo"),
    ("assets", "delete"): delete("assets", asset_without_file),
    ("preview_links", "read"): read("preview_links", **of_acme("preview link")),
    ("preview_links", "insert"): insert("preview_links", deployment_id=ident("preview of Acme")),
    ("preview_links", "update"): update(
        "preview_links", lambda _: of_acme("preview link"), label="Forged"
    ),
    ("preview_links", "delete"): delete("preview_links", new_preview_link),
    ("analytics_goals", "read"): read("analytics_goals", **of_acme("goal")),
    ("analytics_goals", "insert"): insert("analytics_goals", **GOAL),
    ("analytics_goals", "update"): update(
        "analytics_goals", lambda _: of_acme("goal"), name="Forged"
    ),
    ("analytics_goals", "delete"): delete("analytics_goals", made("analytics_goals", **GOAL)),
    ("analytics_links", "read"): read("analytics_links", **of_acme("report link")),
    ("analytics_links", "insert"): insert("analytics_links", site_id=SITE_OF_ACME),
    ("analytics_links", "update"): update(
        "analytics_links", lambda _: of_acme("report link"), label="Forged"
    ),
    ("analytics_links", "delete"): delete(
        "analytics_links", made("analytics_links", site_id=SITE_OF_ACME)
    ),
    ("site_report", "call"): call("site_report", **DAYS, site_id=lambda _: SITE_OF_ACME),
    ("goal_report", "call"): call("goal_report", **DAYS, site_id=lambda _: SITE_OF_ACME),
    ("shared_report", "call"): call(
        "shared_report", **DAYS, link_id=lambda _: ident("report link of Acme")
    ),
    ("record_visits", "call"): call("record_visits", batch=lambda _: []),
    ("visitor_salt", "call"): call("visitor_salt"),
    ("sum_visits", "call"): call("sum_visits"),
    ("trim_visits", "call"): call("trim_visits"),
    ("take_weekly_reports", "call"): weekly_reports,
    ("note_weekly_reports", "call"): call(
        "note_weekly_reports", person_ids=lambda _: [], week=lambda _: "2026-01-05"
    ),
    ("finish_upload", "call"): finish_an_upload,
    ("replace_asset", "call"): call(
        "replace_asset",
        asset_id=lambda rest: new_asset(rest)["id"],
        replacement_id=lambda rest: new_asset(rest)["id"],
    ),
    ("is_preview_link_open", "call"): call(
        "is_preview_link_open", link_id=lambda _: ident("preview link of Acme")
    ),
    **never(
        "ai_generations",
        of_acme("generation"),
        {"org_id": ACME, "kind": "page", "prompt": "Forged"},
        cost_usd_ticks=0,
    ),
    ("own generation", "update"): lambda rest, by: rest.update(
        by, "ai_generations", {"id": generation_of(by)}, is_favorite=True
    ),
    ("ai_quota", "call"): call("ai_quota", site_id=lambda _: ident("site of Acme")),
    ("reserve_generation", "call"): call(
        "reserve_generation",
        site_id=lambda _: ident("site of Acme"),
        page_id=lambda _: None,
        person=lambda _: EDDIE.id,
        kind=lambda _: "edit",
        prompt=lambda _: "Shorter",
        settings=lambda _: {},
        model=lambda _: "grok",
        credits=lambda _: 1,
    ),
    ("keep_generation", "call"): call("keep_generation", **{name: SETTLE[name] for name in KEPT}),
    ("settle_generation", "call"): call("settle_generation", **SETTLE),
    ("tidy_generations", "call"): call("tidy_generations"),
    **never(
        "integrations",
        of_acme("integration"),
        {"org_id": ACME, "provider": "vercel", "label": "Forged"},
        state="connected",
    ),
    **never(
        "site_hosts",
        of_acme("home"),
        {**VISIT, "host": "vercel"},
        project={"id": "forged"},
    ),
    **never(
        "host_leftovers",
        of_acme("leftover"),
        {"org_id": ACME, "host": "vercel", "site_name": "Forged", "project": {"id": "x"}},
        problem="Forged",
    ),
    ("take_leftover", "call"): call("take_leftover"),
    ("report_abuse", "call"): report_abuse,
    ("list_abuse_reports", "call"): lambda rest, by: (
        report_abuse(rest, SERVICE) and rest.call(by, "list_abuse_reports")
    ),
    ("suspend_site", "call"): lambda rest, by: rest.call(
        by, "suspend_site", address=new_site(rest), reason="Forged"
    ),
    ("lift_suspension", "call"): lambda rest, by: rest.call(
        by, "lift_suspension", address=suspended_site(rest)
    ),
    ("open_support_visit", "call"): open_visit,
    ("list_support_visits", "call"): call("list_support_visits"),
    ("close_support_visit", "call"): lambda rest, by: rest.call(
        by, "close_support_visit", visit_id=visit_for(by)
    ),
    **never(
        "support_visits",
        {"org_id": ACME},
        {
            "org_id": ACME,
            "user_id": NORA.id,
            "email": NORA.email,
            "reason": "Forged",
            "ends_at": "2100-01-01",
        },
        ends_at="2100-01-01",
    ),
    ("end_leftover", "call"): call("end_leftover", leftover_id=lambda _: str(uuid4())),
    ("retry_leftover", "call"): call(
        "retry_leftover", leftover_id=lambda _: ident("leftover of Acme")
    ),
    ("forget_leftover", "call"): lambda rest, by: rest.call(
        by, "forget_leftover", leftover_id=leftover_for(by)
    ),
    **never(
        "plans",
        {"id": "pro"},
        {"id": "forged", "name": "Forged", "limits": LIMITS},
        limits=LIMITS,
    ),
    ("over_limit_content", "call"): call("over_limit_content", org_id=lambda _: ACME),
    ("current_quotas", "call"): call("current_quotas", org_id=lambda _: ACME),
    ("publish_blockers", "call"): call("publish_blockers", site_id=lambda _: ident("site of Acme")),
    ("usage_by_day", "call"): call(
        "usage_by_day", org_id=lambda _: ACME, since=lambda _: "2026-01-01"
    ),
    ("apply_plans", "call"): call(
        "apply_plans", plans=lambda _: [{"id": "free", "name": "Free", "limits": LIMITS}]
    ),
    ("set_stripe_customer", "call"): call(
        "set_stripe_customer", org_id=lambda _: ACME, customer=lambda _: "cus_other"
    ),
    ("take_stripe_events", "call"): call(
        "take_stripe_events",
        events=lambda _: [
            {
                "id": f"evt_{uuid4().hex}",
                "type": "invoice.paid",
                "livemode": False,
                "created_at": "2026-01-01",
                "customer": "cus_acme",
                "payload": {},
            }
        ],
    ),
    ("want_stripe_sync", "call"): call("want_stripe_sync", customer=lambda _: "cus_acme"),
    ("claim_stripe_customer", "call"): call(
        "claim_stripe_customer", customer=lambda _: "cus_borealis"
    ),
    ("fail_stripe_sync", "call"): call(
        "fail_stripe_sync",
        customer=lambda _: "cus_acme",
        generation=lambda _: -1,
        error=lambda _: "Forged",
    ),
    ("apply_stripe_state", "call"): call(
        "apply_stripe_state",
        customer=lambda _: "cus_acme",
        generation=lambda _: -1,
        turn=lambda _: 1,
        state=lambda _: {},
    ),
    ("take_billing_mails", "call"): call("take_billing_mails", most=lambda _: 1),
    ("note_billing_mail", "call"): call("note_billing_mail", mail_id=lambda _: -1),
    **never("subscriptions", {"org_id": ACME}, {"org_id": doomed(OLIVE)}, plan="business"),
    **never(
        "invoices",
        {"org_id": ACME},
        {
            "org_id": ACME,
            "stripe_invoice_id": "in_forged",
            "status": "paid",
            "currency": "usd",
            "total_cents": 0,
        },
        status="paid",
    ),
    **never(
        "usage_quotas",
        {"org_id": ACME},
        {"org_id": ACME, "metric": "pages", "period": "1970-01-01"},
        allowed=1000,
    ),
    **never(
        "api_usage",
        {"org_id": ACME},
        {"org_id": ACME, "endpoint": "Forged", "status": 200},
        units=0,
    ),
    **never(
        "activity_logs",
        {"org_id": ACME, "sequence": "1"},
        {
            "org_id": ACME,
            "actor_kind": "person",
            "actor_id": ident("adam"),
            "action": "site.deleted",
            "object_type": "site",
            "object_id": ident("site of Acme"),
        },
        actor_id=ident("adam"),
    ),
    **never(
        "error_logs",
        {"org_id": ACME},
        {"org_id": ACME, "fingerprint": "1" * 64, "source": "browser", "message": "Forged"},
        state="resolved",
    ),
    **own_row("user_preferences", "preferences", theme="dark"),
    **own_row("user_settings", "settings", notifications={"mail": False}),
    **never(
        "analytics_events",
        VISIT,
        {**VISIT, "kind": "view", "path": "/"},
        path="/forged",
    ),
    **never(
        "analytics_daily",
        VISIT,
        {**VISIT, "day": "2026-01-02", "dimension": "total"},
        views=1000,
    ),
    ("form_submissions", "read"): read("form_submissions", **of_acme("submission")),
    ("form_submissions", "insert"): insert(
        "form_submissions", **VISIT, form="contact", fields={"name": "Forged"}
    ),
    ("form_submissions", "update"): update(
        "form_submissions", lambda _: of_acme("submission"), state="read", note="Called back"
    ),
    ("form_submissions", "delete"): lambda rest, by: rest.delete(
        by, "form_submissions", {"id": submission_for(by)}
    ),
    **never(
        "published_forms",
        VISIT,
        {**VISIT, "host": "archive", "form": "forged", "base_url": "https://evil.example/"},
        base_url="https://evil.example/",
    ),
    **never(
        "form_hooks",
        of_acme("hook"),
        {**VISIT, "url": "https://evil.example/"},
        url="https://evil.example/",
    ),
    ("form_hooks", "delete"): lambda rest, by: rest.delete(by, "form_hooks", {"id": hook_for(by)}),
    **never("form_deliveries", of_acme("delivery"), VISIT, state="waiting"),
    ("files in submissions", "list"): list_attachments,
    ("files in submissions", "download"): lambda rest, by: rest.ask(
        by, "GET", f"/storage/v1/object/submissions/{new_attachment(rest)}"
    ),
    ("files in submissions", "upload"): lambda rest, by: attach(rest, by, f"{ACME}/{uuid4()}/1"),
    ("files in submissions", "replace"): lambda rest, by: attach(
        rest, by, new_attachment(rest), "PUT"
    ),
    ("files in submissions", "delete"): lambda rest, by: rest.ask(
        by, "DELETE", "/storage/v1/object/submissions", json={"prefixes": [new_attachment(rest)]}
    ),
    ("find_submissions", "call"): call(
        "find_submissions", org_id=lambda _: ACME, words=lambda _: "visitor"
    ),
    ("submissions_of", "call"): call(
        "submissions_of",
        org_id=lambda _: ACME,
        email=lambda rest: f"{new_submission(rest)}@example.com",
    ),
    ("erase_submissions", "call"): call(
        "erase_submissions",
        org_id=lambda _: ACME,
        email=lambda rest: f"{new_submission(rest)}@example.com",
    ),
    ("test_form_hook", "call"): try_hook,
    ("retry_form_delivery", "call"): call("retry_form_delivery", delivery_id=failed_delivery),
    ("save_form_hook", "call"): lambda rest, by: rest.call(
        by,
        "save_form_hook",
        actor=OLIVE.id,
        # One of the few sites with room for it, whoever else tries.
        hook={
            "id": str(uuid4()),
            "site_id": new_site(rest),
            "form": "",
            "url": "https://a.example/",
        },
        secret=integration_of(ACME)["secret"],
    ),
    ("published_form", "call"): call(
        "published_form", site_id=lambda _: ident("site of Acme"), form=lambda _: "contact"
    ),
    ("store_submission", "call"): lambda rest, by: rest.call(
        by, "store_submission", submission=sent(str(uuid4()))
    ),
    ("note_published_forms", "call"): call(
        "note_published_forms",
        deployment_id=lambda _: str(uuid4()),
        generation=lambda _: 1,
        base_url=lambda _: "https://acme.example/",
        forms=lambda _: {},
    ),
    ("claim_form_delivery", "call"): call("claim_form_delivery", lease_seconds=lambda _: 1),
    ("finish_form_delivery", "call"): call(
        "finish_form_delivery",
        delivery_id=lambda _: str(uuid4()),
        attempt=lambda _: 1,
        outcome=lambda _: "sent",
        status=lambda _: 200,
        problem=lambda _: "",
    ),
    ("purge_submissions", "call"): call("purge_submissions"),
    ("set_member_role", "call"): call("set_member_role", **MEMBER, role=lambda _: "viewer"),
    ("remove_member", "call"): lambda rest, by: rest.call(
        by, "remove_member", org_id=arena(by, "remove from"), user_id=VERA.id
    ),
    ("leave_organization", "call"): lambda rest, by: rest.call(
        by, "leave_organization", org_id=arena(by, "leave")
    ),
    ("transfer_ownership", "call"): lambda rest, by: rest.call(
        by, "transfer_ownership", org_id=arena(by, "hand over"), user_id=VERA.id
    ),
    ("create_invitation", "call"): lambda rest, by: rest.call(
        by, "create_invitation", **invitation_of(ACME)
    ),
    ("resend_invitation", "call"): call(
        "resend_invitation", invitation_id=new_invitation, token_hash=lambda _: uuid4().hex * 2
    ),
    ("withdraw_invitation", "call"): call("withdraw_invitation", invitation_id=new_invitation),
    ("describe_invitation", "call"): call("describe_invitation", token=lambda _: "Acme"),
    ("record_invitation_mail", "call"): call(
        "record_invitation_mail", invitation_id=new_invitation, sent_count=lambda _: 1
    ),
    ("settle_uploads", "call"): call("settle_uploads"),
    ("orphaned_files", "call"): call("orphaned_files"),
    ("accept_invitation", "call"): accept,
    ("delete_organization", "call"): lambda rest, by: rest.call(
        by,
        "delete_organization",
        org_id=arena(by, "delete by name"),
        typed_name=f"{by.name} to delete by name",
    ),
    ("record_error", "call"): lambda rest, by: rest.call(by, "record_error", **error_of(ACME)),
    ("set_error_state", "call"): call(
        "set_error_state", error_id=new_error, state=lambda _: "resolved"
    ),
    ("verify_activity_chain", "call"): call("verify_activity_chain", org_id=lambda _: ACME),
}
