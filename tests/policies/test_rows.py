"""What a row must be, and what must never change in it, whoever writes it."""

from __future__ import annotations

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ACME, EDDIE, MEMBERS, NORA, PEOPLE, VERA, ident

SITE, PAGE, DEPLOYMENT = (ident(f"{what} of Acme") for what in ("site", "page", "deployment"))

FIXED = [
    *(("organizations", column, f"id = '{ACME}'") for column in ("id", "slug", "created_at")),
    *(
        ("organization_members", column, f"org_id = '{ACME}' and user_id = '{VERA.id}'")
        for column in ("org_id", "user_id", "created_at")
    ),
    *(("profiles", column, f"user_id = '{VERA.id}'") for column in ("user_id", "created_at")),
    *(
        ("sites", column, f"id = '{SITE}'")
        for column in ("id", "org_id", "created_by", "created_at")
    ),
    *(
        ("pages", column, f"id = '{PAGE}'")
        for column in ("id", "org_id", "site_id", "created_by", "created_at")
    ),
    *(
        ("page_versions", column, f"page_id = '{PAGE}'")
        for column in ("id", "org_id", "page_id", "created_by")
    ),
    *(
        ("deployments", column, f"id = '{DEPLOYMENT}'")
        for column in ("id", "org_id", "site_id", "host", "target", "requested_by", "created_at")
    ),
]
OTHER = {
    "slug": "'other'",
    "host": "'archive'",
    "target": "'preview'",
    "created_at": "now() - interval '1 day'",
    "created_by": f"'{VERA.id}'",
    "requested_by": f"'{VERA.id}'",
}


@pytest.mark.parametrize(("table", "column", "where"), FIXED, ids=lambda value: str(value)[:24])
def test_what_a_row_is_cannot_be_changed_even_by_the_tables_owner(
    db: Database, table: str, column: str, where: str
) -> None:
    with pytest.raises(Refused, match="fixed when it is made") as refusal:
        db.run(
            f"update {table} set {column} = {OTHER.get(column, 'gen_random_uuid()')} where {where}"
        )
    assert refusal.value.code == "42501"


@pytest.mark.parametrize(
    "change",
    [
        "organizations set name = ''",
        "organizations set name = repeat('x', 81)",
        "plans set limits = limits - 'sites'",
        "plans set limits = jsonb_set(limits, '{sites}', '1.5')",
        "plans set limits = jsonb_set(limits, '{sites}', '-1')",
        "plans set trial_days = 91",
        "profiles set display_name = repeat('x', 81)",
        "profiles set display_name = E'two\\nlines'",
        "profiles set avatar_url = 'javascript:alert(1)'",
        "profiles set avatar_url = 'https://example.org/a b'",
        "profiles set avatar_url = 'https://example.org/\"onerror='",
        "profiles set avatar_url = 'https://' || repeat('x', 2048)",
        "sites set head_code = repeat('x', 65537)",
        "pages set title = ''",
        "pages set title = repeat('x', 121)",
        "pages set status = 'live'",
        "pages set position = -1",
        "pages set content = '[]'",
        "pages set content = jsonb_build_object('x', repeat('x', 4194304))",
        "pages set content = (repeat('{\"x\":', 200) || '1' || repeat('}', 200))::jsonb",
        "pages set content = ('{\"x\":' || repeat('[', 999) || repeat(']', 999) || '}')::jsonb",
        "pages set seo = 'null'",
        "page_versions set kind = 'draft'",
        "page_versions set label = repeat('x', 121)",
        "deployments set status = 'live'",
        "deployments set message = repeat('x', 201)",
        "deployments set message = E'a\\u0007b'",
        "deployments set progress = '[]'",
        "deployments set progress = jsonb_build_object('x', repeat('x', 4096))",
        "deployments set manifest = '[]'",
        "deployments set log = '{}'",
        "deployments set error = '\"text\"'",
        "deployments set url = 'javascript:alert(1)'",
        "deployments set idempotency_key = repeat('x', 201)",
        "page_comments set body = ' '",
        "page_comments set body = repeat('x', 4001)",
        "page_comments set mentions = '[1]'",
        "page_comments set mentions = '[\"<b>\"]'",
        "components set html = repeat('x', 524289)",
        "sections set css = repeat('x', 131073)",
        "assets set alt = repeat('x', 501)",
        "ai_generations set status = 'perhaps'",
        "ai_generations set input_tokens = -1",
        "integrations set state = 'fine'",
        "integrations set last_four = 'whole-secret'",
        "subscriptions set status = 'paid'",
        "subscriptions set card = '[]'",
        "subscriptions set stripe_customer_id = 'evil'",
        "invoices set currency = 'dollars'",
        "invoices set hosted_url = 'javascript:alert(1)'",
        "usage_quotas set used = -1",
        "user_preferences set theme = 'neon'",
        "user_preferences set locale = '../../etc'",
        "user_preferences set editor_layout = '[]'",
        "user_settings set notifications = jsonb_build_object('x', repeat('x', 4096))",
        "error_logs set state = 'gone'",
        "analytics_events set path = '/a?token=secret'",
        "analytics_events set visitor = '127.0.0.1'::bytea",
        "analytics_events set country = 'Germany'",
        "analytics_daily set dimension = 'email'",
        "private.integration_secrets set nonce = 'short'::bytea",
        "private.invitation_tokens set token_hash = 'plain'",
        "private.stripe_events set status = 'lost'",
    ],
)
def test_a_row_that_makes_no_sense_is_refused(db: Database, change: str) -> None:
    with pytest.raises(Refused) as refusal:
        db.run(f"update {change}")
    assert refusal.value.code == "23514", refusal.value


@pytest.mark.parametrize("table", ["organizations", "subscriptions"])
def test_there_is_no_plan_that_is_not_listed(db: Database, table: str) -> None:
    with pytest.raises(Refused) as refusal:
        db.run(f"update {table} set plan = 'golden'")
    assert refusal.value.code == "23503"


def test_a_deeply_nested_page_is_still_a_page(db: Database) -> None:
    db.run("update pages set content = (repeat('{\"x\":', 199) || '1' || repeat('}', 199))::jsonb")


def test_rows_of_two_organizations_cannot_be_tied_together(db: Database) -> None:
    theirs = ident("site of Borealis")
    for sql in (
        f"insert into pages (org_id, site_id, title) values ('{ACME}', '{theirs}', 'P')",
        f"insert into deployments (org_id, site_id, host) values ('{ACME}', '{theirs}', 'local')",
        "insert into page_versions (org_id, page_id, version, kind, title) "
        f"values ('{ACME}', '{ident('page of Borealis')}', 1, 'autosave', 'P')",
        "insert into deployments (org_id, site_id, host, restored_from) "
        f"values ('{ACME}', '{SITE}', 'local', '{ident('deployment of Borealis')}')",
    ):
        with pytest.raises(Refused) as refusal:
            db.run(sql)
        # Empty, because the trigger found no such site in that organization; or a foreign key.
        assert refusal.value.code in ("23502", "23503")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("organizations", "name = 'Acme again'"),
        ("profiles", "display_name = 'Again'"),
        ("sites", "name = 'Again'"),
        ("pages", "title = 'Again'"),
        ("deployments", "message = 'Again'"),
    ],
)
def test_a_changed_row_says_when(db: Database, table: str, change: str) -> None:
    # Everything here happens within one transaction, so "now" is when it began.
    moved = f"select count(*)::int from {table} where updated_at = now()"
    before = db.value(moved)
    db.run(f"update {table} set {change}")
    assert db.value(moved) > before


# Accounts -----------------------------------------------------------------------------------------


def test_everybody_who_signs_up_has_a_profile(db: Database) -> None:
    assert db.value("select count(*)::int from profiles") == len(PEOPLE)


@pytest.mark.parametrize(
    ("email", "told", "name"),
    [
        ("ida@example.com", "{}", "ida"),
        ("ida@example.com", '{"full_name": "Ida Ek"}', "Ida Ek"),
        ("ida@example.com", '{"name": " Ida "}', "Ida"),
        ("ida@example.com", '{"display_name": "Ida", "full_name": "x"}', "Ida"),
        ("ida@example.com", '{"display_name": {"a": 1}}', '{"a": 1}'),
        ("ida@example.com", '"a string"', "ida"),
        ("ida@example.com", "[1]", "ida"),
        ("ida@example.com", None, "ida"),
        (None, None, ""),
        ("ida@example.com", '{"name": "' + "x" * 500 + '"}', ""),
        ("ida@example.com", '{"name": "a\\u202eb"}', ""),
    ],
)
def test_no_sign_up_fails_for_what_a_person_calls_themselves(
    db: Database, email: str | None, told: str | None, name: str
) -> None:
    person = ident("Ida")
    sql = "insert into auth.users (id, email, raw_user_meta_data) values ($1, $2, $3::text::jsonb)"
    db.run(sql, person, email, told)
    assert db.value("select display_name from profiles where user_id = $1", person) == name


def test_a_sign_up_goes_through_even_if_no_profile_can_be_made(db: Database) -> None:
    db.run("alter table profiles add constraint broken check (false) not valid")
    db.run("insert into auth.users (id, email) values ($1, 'ida@example.com')", ident("Ida"))
    assert db.value("select count(*)::int from auth.users where id = $1", ident("Ida")) == 1


def test_whoever_makes_an_organization_owns_it(db: Database) -> None:
    row = db.one("select * from create_organization('  Hearth & Crumb ')", by=NORA)
    assert (row["name"], row["slug"], row["plan"]) == ("Hearth & Crumb", "hearth-crumb", "free")
    members = db.run("select user_id, role from organization_members where org_id = $1", row["id"])
    assert members == [{"user_id": NORA.id, "role": "owner"}]


def test_a_taken_slug_gets_an_ending_that_tells_nothing(db: Database) -> None:
    slugs = [db.value("select slug from create_organization('Acme')", by=NORA) for _ in range(3)]
    assert len(set(slugs)) == 3
    for slug in slugs:
        start, ending = slug.rsplit("-", 1)
        assert start == "acme"
        assert len(ending) == 6


@pytest.mark.parametrize("name", ["Admin", "www", "API", "日本", "...", "CON", "x" * 80])
def test_any_name_makes_a_good_slug(db: Database, name: str) -> None:
    slug = db.value("select slug from create_organization($1)", name, by=NORA)
    assert db.value("select private.is_slug($1)", slug)


def test_a_person_owns_at_most_twenty_organizations(db: Database) -> None:
    for number in range(20):
        db.run("select create_organization($1)", f"Firm {number}", by=NORA)
    with pytest.raises(Refused, match="at most 20"):
        db.run("select create_organization('One more')", by=NORA)


def test_people_see_the_names_of_colleagues_only(db: Database) -> None:
    names = db.run("select user_id from profiles", by=EDDIE)
    assert {row["user_id"] for row in names} == {person.id for person in MEMBERS}
    assert [row["user_id"] for row in db.run("select user_id from profiles", by=NORA)] == [NORA.id]
