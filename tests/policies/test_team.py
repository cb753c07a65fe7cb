"""Roles, invitations and leaving: what each person may do to each other, and what nobody may."""

from __future__ import annotations

from hashlib import sha256
from itertools import product
from time import time
from typing import Any

import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import (
    ACME,
    ADAM,
    ANON,
    ANYA,
    BOREALIS,
    EDDIE,
    MEMBERS,
    MIA,
    NORA,
    OLIVE,
    PEOPLE,
    RITA,
    SAM,
    VERA,
    Person,
    arena,
    ident,
    token_for,
)

RANK = ["viewer", "member", "editor", "admin", "owner"]
# A small organization of the test's own: one person of each role, and one of each to try it on.
TEAM = ident("Team")
ACTORS = dict(zip(RANK, (VERA, MIA, EDDIE, ADAM, OLIVE), strict=True))
TARGETS = {role: Person(f"the other {role}") for role in RANK}
OTHERS_WORDS = "There is no such organization."


@pytest.fixture
def team(db: Database) -> Database:
    db.run(f"insert into organizations (id, name, slug) values ('{TEAM}', 'Team', 'team-one')")
    for people in (ACTORS, TARGETS):
        for role, person in people.items():
            db.run(
                "insert into auth.users (id, email, email_confirmed_at) values "
                f"('{person.id}', '{person.email}', now()) on conflict (id) do nothing"
            )
            db.run(f"insert into organization_members values ('{TEAM}', '{person.id}', '{role}')")
    return db


def role_of(db: Database, person: Person, org: str = TEAM) -> str | None:
    rows = db.run(
        "select role from organization_members where org_id = $1 and user_id = $2", org, person.id
    )
    return rows[0]["role"] if rows else None


def outcome(db: Database, sql: str, *params: Any, by: Person) -> str:
    """'done', or the code of the refusal."""
    try:
        db.run(sql, *params, by=by)
        db.run("set constraints all immediate; set constraints all deferred")
    except Refused as refusal:
        return refusal.code
    return "done"


def set_role(db: Database, by: Person, target: Person, role: str | None, org: str = TEAM) -> str:
    return outcome(db, "select set_member_role($1, $2, $3)", org, target.id, role, by=by)


# Roles -------------------------------------------------------------------------------------------


def test_every_triple_of_roles_ends_as_the_ranks_say(team: Database) -> None:
    """125 of them: who asks, whose role it is, and which role they shall have."""
    for own, its, wanted in product(RANK, repeat=3):
        allowed = (
            RANK.index(own) >= RANK.index("admin")
            and RANK.index(its) <= RANK.index(own)
            and RANK.index(wanted) <= RANK.index(own)
        )
        answer = set_role(team, ACTORS[own], TARGETS[its], wanted)
        assert answer == ("done" if allowed else "42501"), (own, its, wanted)
        assert role_of(team, TARGETS[its]) == (wanted if allowed else its)
        team.run(
            f"update organization_members set role = '{its}' "
            f"where org_id = '{TEAM}' and user_id = '{TARGETS[its].id}'"
        )


@pytest.mark.parametrize("own", RANK)
@pytest.mark.parametrize("its", RANK)
def test_nobody_removes_those_above_them(team: Database, own: str, its: str) -> None:
    allowed = own in ("admin", "owner") and RANK.index(its) <= RANK.index(own)
    remove = "select remove_member($1, $2)"
    answer = outcome(team, remove, TEAM, TARGETS[its].id, by=ACTORS[own])
    assert answer == ("done" if allowed else "42501")
    assert role_of(team, TARGETS[its]) == (None if allowed else its)


@pytest.mark.parametrize("own", RANK)
def test_nobody_promotes_themselves_by_function(team: Database, own: str) -> None:
    for wanted in RANK[RANK.index(own) + 1 :]:
        assert set_role(team, ACTORS[own], ACTORS[own], wanted) == "42501"
    assert role_of(team, ACTORS[own]) == own


@pytest.mark.parametrize("own", RANK)
@pytest.mark.parametrize("its", RANK)
def test_only_owners_hand_an_organization_over(team: Database, own: str, its: str) -> None:
    transfer = "select transfer_ownership($1, $2)"
    answer = outcome(team, transfer, TEAM, TARGETS[its].id, by=ACTORS[own])
    assert answer == ("done" if own == "owner" else "42501")
    if own == "owner":
        assert role_of(team, TARGETS[its]) == "owner"
        assert role_of(team, OLIVE) == "admin"


@pytest.mark.parametrize("target", [NORA, RITA, SAM, None], ids=str)
@pytest.mark.parametrize(
    "sql",
    [
        "select set_member_role($1, $2, 'viewer')",
        "select remove_member($1, $2)",
        "select transfer_ownership($1, $2)",
    ],
)
def test_somebody_who_is_no_member_cannot_be_meant(
    db: Database, sql: str, target: Person | None
) -> None:
    with pytest.raises(Refused, match="There is no such member") as refusal:
        db.run(sql, ACME, target.id if target else None, by=OLIVE)
    assert refusal.value.code == "PT404"


def test_an_owner_cannot_hand_over_to_themselves(team: Database) -> None:
    sql = "select transfer_ownership($1, $2)"
    assert outcome(team, sql, TEAM, OLIVE.id, by=OLIVE) == "PT409"


def test_a_role_that_is_none_is_refused(team: Database) -> None:
    assert set_role(team, OLIVE, VERA, None) == "23514"
    assert set_role(team, OLIVE, VERA, "emperor") == "22P02"


LAST_WAYS_OUT = [
    ("select set_member_role($1, $2, 'admin')", 2),
    ("select remove_member($1, $2)", 2),
    ("select leave_organization($1)", 1),
]


@pytest.mark.parametrize(("sql", "takes"), LAST_WAYS_OUT)
def test_the_last_owner_stays_one(team: Database, sql: str, takes: int) -> None:
    assert set_role(team, OLIVE, TARGETS["owner"], "admin") == "done"
    assert outcome(team, sql, *(TEAM, OLIVE.id)[:takes], by=OLIVE) == "PT409"
    assert role_of(team, OLIVE) == "owner"


@pytest.mark.parametrize(("sql", "takes"), LAST_WAYS_OUT)
def test_an_owner_among_two_may_go(team: Database, sql: str, takes: int) -> None:
    assert outcome(team, sql, *(TEAM, OLIVE.id)[:takes], by=OLIVE) == "done"
    assert role_of(team, TARGETS["owner"]) == "owner"


@pytest.mark.parametrize(
    "sql",
    [
        "delete from organization_members where org_id = $1 and role = 'owner'",
        "update organization_members set role = 'admin' where org_id = $1 and role = 'owner'",
        f"delete from auth.users where id in ('{OLIVE.id}', '{TARGETS['owner'].id}')"
        " and $1::text is not null",
    ],
)
def test_not_even_the_databases_owner_leaves_an_organization_without_one(
    team: Database, sql: str
) -> None:
    # Elsewhere Olive is not alone.
    team.run(sql, TEAM)
    with pytest.raises(Refused, match="needs an owner") as refusal:
        team.run("set constraints all immediate")
    assert refusal.value.code == "PT409"


def test_roles_may_be_swapped_within_one_transaction(team: Database) -> None:
    team.run(f"update organization_members set role = 'admin' where org_id = '{TEAM}'")
    team.run(
        "update organization_members set role = 'owner' "
        f"where org_id = '{TEAM}' and user_id = '{VERA.id}'"
    )
    team.run("set constraints all immediate")


# Who is no member --------------------------------------------------------------------------------

CALLS = {
    "set_member_role": f"select set_member_role($1, '{VERA.id}', 'viewer')",
    "remove_member": f"select remove_member($1, '{VERA.id}')",
    "leave_organization": "select leave_organization($1)",
    "transfer_ownership": f"select transfer_ownership($1, '{VERA.id}')",
    "create_invitation": f"select create_invitation($1, 'a@example.com', 'viewer', '{'0' * 64}')",
    "delete_organization": "select delete_organization($1, 'Borealis')",
    "verify_activity_chain": "select verify_activity_chain($1)",
}
INVITED = {
    "resend_invitation": f"select resend_invitation($1, '{'0' * 64}')",
    "withdraw_invitation": "select withdraw_invitation($1)",
}


@pytest.mark.parametrize("person", [OLIVE, NORA, RITA, ANYA], ids=lambda person: person.name)
@pytest.mark.parametrize("name", [*CALLS, *INVITED])
def test_a_strangers_id_and_an_unknown_one_get_the_same_answer(
    db: Database, name: str, person: Person
) -> None:
    sql = CALLS.get(name) or INVITED[name]
    theirs = BOREALIS if name in CALLS else ident("invitation of Borealis")
    answers = []
    for wanted in (theirs, ident("nothing"), None):
        with pytest.raises(Refused) as refusal:
            db.run(sql, wanted, by=person)
        answers.append((refusal.value.code, refusal.value.message, refusal.value.detail))
    assert len(set(answers)) == 1
    assert answers[0][0] == "PT404"


@pytest.mark.parametrize("name", [*CALLS, "accept_invitation", "delete_account"])
def test_anon_calls_nothing(db: Database, name: str) -> None:
    sql = CALLS.get(name, f"select {name}({'$1' if name.startswith('accept') else ''})")
    with pytest.raises(Refused) as refusal:
        db.run(sql, *([ACME] if "$1" in sql else []), by=ANON)
    assert refusal.value.code == "42501"


# Invitations -------------------------------------------------------------------------------------

NEWCOMER = Person("newcomer")
TOKEN = "a word that nobody guesses"


def join(
    db: Database, person: Person = NEWCOMER, email: str | None = None, how: str = "now()"
) -> None:
    db.run(
        "insert into auth.users (id, email, email_confirmed_at) "
        f"values ('{person.id}', '{email or person.email}', {how})"
    )


def invite(
    db: Database,
    by: Person = OLIVE,
    email: str = NEWCOMER.email,
    role: str = "editor",
    token: str = TOKEN,
    org: str = ACME,
) -> dict[str, Any]:
    return db.one(
        "select * from create_invitation($1, $2, $3, $4)",
        org,
        email,
        role,
        sha256(token.encode()).hexdigest(),
        by=by,
    )


def accept(db: Database, by: Person = NEWCOMER, token: str = TOKEN) -> dict[str, Any]:
    return db.one("select * from accept_invitation($1)", token, by=by)


def refusal_of(db: Database, by: Person = NEWCOMER, token: str = TOKEN) -> tuple[str, str]:
    with pytest.raises(Refused) as refusal:
        accept(db, by, token)
    return refusal.value.code, refusal.value.message


def test_who_was_invited_joins_as_what_they_were_invited(db: Database) -> None:
    row = invite(db, email="  Newcomer@Example.com ")
    assert (row["email"], row["invited_by"], row["sent_count"]) == (NEWCOMER.email, OLIVE.id, 1)
    assert db.value(
        "select expires_at - now() = interval '7 days' from organization_invitations where id = $1",
        row["id"],
    )
    join(db)
    offer = db.value("select describe_invitation($1)", TOKEN, by=NEWCOMER)
    assert (offer["organization"], offer["role"], offer["state"]) == ("Acme", "editor", "pending")
    assert accept(db)["role"] == "editor"
    assert role_of(db, NEWCOMER, ACME) == "editor"
    assert db.value("select count(*)::int from sites", by=NEWCOMER) == 1


@pytest.mark.parametrize(
    ("email", "how"),
    [
        ("somebody@example.com", "now()"),
        ("newcomer+work@example.com", "now()"),
        ("Newcomer@example.com", "now()"),
        ("newcomer@example.com.evil.example", "now()"),
        ("newcomer@example.com", "null"),
    ],
)
def test_only_the_confirmed_address_itself_accepts(db: Database, email: str, how: str) -> None:
    invite(db)
    join(db, email=email, how=how)
    assert refusal_of(db)[0] == "PT409"
    assert role_of(db, NEWCOMER, ACME) is None


def test_an_invitation_is_used_once(db: Database) -> None:
    invite(db)
    join(db)
    accept(db)
    db.run("select leave_organization($1)", ACME, by=NEWCOMER)
    assert refusal_of(db) == ("PT410", "This invitation was used already.")
    assert role_of(db, NEWCOMER, ACME) is None


@pytest.mark.parametrize(
    "end",
    [
        f"select withdraw_invitation('%s') as {OLIVE.name}",
        "update organization_invitations set expires_at = now() where id = '%s'",
        f"select remove_member('{ACME}', '{ADAM.id}') as {OLIVE.name}",
        f"select set_member_role('{ACME}', '{ADAM.id}', 'editor') as {OLIVE.name}",
        f"delete from auth.users where id = '{ADAM.id}'",
        f"select resend_invitation('%s', '{'0' * 64}') as {OLIVE.name}",
    ],
    ids=["withdrawn", "expired", "inviter removed", "inviter demoted", "inviter gone", "new link"],
)
def test_an_invitation_ends(db: Database, end: str) -> None:
    row = invite(db, by=ADAM)
    join(db)
    sql = end % row["id"] if "%s" in end else end
    db.run(sql, by=OLIVE if sql.endswith(OLIVE.name) else None)
    assert refusal_of(db)[0] in ("PT404", "PT410")
    assert role_of(db, NEWCOMER, ACME) is None


def test_promotion_of_the_inviter_ends_nothing(db: Database) -> None:
    invite(db, by=ADAM)
    join(db)
    db.run("select set_member_role($1, $2, 'owner')", ACME, ADAM.id, by=OLIVE)
    assert accept(db)["role"] == "editor"


def test_wrong_tokens_all_get_one_answer(db: Database) -> None:
    row = invite(db)
    join(db)
    stored = db.value(
        "select token_hash from private.invitation_tokens where invitation_id = $1", row["id"]
    )
    db.run("select withdraw_invitation($1)", row["id"], by=OLIVE)
    guesses = ["", " ", "x", stored, TOKEN, TOKEN + " ", row["id"], "' or 1=1 --", None]
    assert {refusal_of(db, token=guess) for guess in guesses} == {
        ("PT404", "There is no such invitation.")
    }


def test_the_token_is_stored_as_its_digest_and_nowhere_else(db: Database) -> None:
    row = invite(db)
    assert TOKEN not in str(row)
    held = db.run("select * from private.invitation_tokens t where t.invitation_id = $1", row["id"])
    assert TOKEN not in str(held)
    for person in (OLIVE, ADAM):
        with pytest.raises(Refused, match="permission denied"):
            db.run("select * from private.invitation_tokens", by=person)
    log = db.run("set constraints all immediate; select * from activity_logs")
    assert TOKEN not in str(log)
    assert held[0]["token_hash"] not in str(log)


@pytest.mark.parametrize("own", RANK)
@pytest.mark.parametrize("wanted", RANK)
def test_nobody_invites_above_themselves(team: Database, own: str, wanted: str) -> None:
    digest = "1" * 64
    sql = "select create_invitation($1, 'x@example.com', $2, $3)"
    answer = outcome(team, sql, TEAM, wanted, digest, by=ACTORS[own])
    if own not in ("admin", "owner"):
        assert answer == "42501"
    else:
        assert answer == ("done" if RANK.index(wanted) <= RANK.index(own) else "23514")


def test_an_admin_does_not_decide_about_an_owners_invitation(db: Database) -> None:
    row = invite(db, role="owner")
    for sql in INVITED.values():
        assert outcome(db, sql, row["id"], by=ADAM) == "42501"
    assert outcome(db, INVITED["withdraw_invitation"], row["id"], by=OLIVE) == "done"
    for sql in INVITED.values():
        assert outcome(db, sql, row["id"], by=OLIVE) == "PT409"


@pytest.mark.parametrize(
    "email",
    ["", " ", "a", "a@b", "a b@example.com", "a@example.com\nBcc: b@example.com", "a@b@example.com",
     "a@example.com,b@example.com", "<a@example.com>", '"a"@example.com', "a@-x.com", "a@x.c",
     "a" * 65 + "@example.com", "a@" + "x" * 300 + ".com", "a\u202e@example.com", None],
)  # fmt: skip
def test_what_is_no_mail_address_is_not_invited(db: Database, email: str | None) -> None:
    sql = "select create_invitation($1, $2, 'viewer', $3)"
    assert outcome(db, sql, ACME, email, "1" * 64, by=OLIVE) == "23514"


@pytest.mark.parametrize("digest", ["", "secret", "A" * 64, "1" * 63, None])
def test_only_a_digest_is_taken_for_a_token(db: Database, digest: str | None) -> None:
    sql = "select create_invitation($1, 'x@example.com', 'viewer', $2)"
    assert outcome(db, sql, ACME, digest, by=OLIVE) == "23514"


def test_who_is_a_member_or_invited_is_not_invited_again(db: Database) -> None:
    row = invite(db)
    with pytest.raises(Refused, match="invited already"):
        invite(db, token="another")
    with pytest.raises(Refused, match="a member already"):
        invite(db, email=VERA.email, token="another")
    db.run("update organization_invitations set expires_at = now() where id = $1", row["id"])
    again = invite(db, token="another")
    old = db.one("select * from organization_invitations where id = $1", row["id"])
    assert old["withdrawn_at"] and again["id"] != row["id"]


def test_sending_again_gives_seven_days_and_a_new_link(db: Database) -> None:
    row = invite(db)
    db.run("update organization_invitations set expires_at = now() where id = $1", row["id"])
    digest = sha256(b"other").hexdigest()
    again = db.one("select * from resend_invitation($1, $2)", row["id"], digest, by=ADAM)
    assert again["sent_count"] == 2
    join(db)
    assert refusal_of(db)[0] == "PT404"
    assert accept(db, token="other")["role"] == "editor"


def test_an_organization_sends_a_hundred_invitations_a_day(db: Database) -> None:
    limit = "invitations of an organization"
    invite(db)
    db.run("update private.rate_limits set used = 100 where name = $1", limit)
    with pytest.raises(Refused, match="100 invitations of today") as refusal:
        invite(db, email="one@example.com", token="one")
    assert refusal.value.code == "PT429"
    db.run("update private.rate_limits set period = period - interval '1 day'")
    invite(db, email="one@example.com", token="one")


def test_an_address_gets_ten_invitations_a_day_from_all_organizations(db: Database) -> None:
    for number in range(10):
        row = invite(db, token=str(number))
        db.run("select withdraw_invitation($1)", row["id"], by=OLIVE)
    with pytest.raises(Refused, match="had enough") as refusal:
        invite(db, by=SAM, org=BOREALIS)
    assert refusal.value.code == "PT429"
    assert NEWCOMER.email not in str(db.run("select * from private.rate_limits"))


def test_a_member_who_accepts_keeps_their_role(db: Database) -> None:
    invite(db)
    join(db)
    db.run("insert into organization_members values ($1, $2, 'admin')", ACME, NEWCOMER.id)
    assert accept(db)["role"] == "admin"


def test_who_signed_in_without_an_account_accepts_nothing(db: Database) -> None:
    assert refusal_of(db, by=ANYA, token=token_for(ANYA))[0] == "42501"


# Leaving for good --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "acme", "Acme!", "Borealis", None])
def test_an_organization_is_deleted_by_its_exact_name_only(db: Database, name: str | None) -> None:
    assert outcome(db, "select delete_organization($1, $2)", ACME, name, by=OLIVE) == "23514"
    assert db.value("select count(*)::int from organizations where id = $1", ACME) == 1


@pytest.mark.parametrize("person", [ADAM, EDDIE, MIA, VERA], ids=lambda person: person.name)
def test_only_owners_delete_an_organization(db: Database, person: Person) -> None:
    assert outcome(db, "select delete_organization($1, 'Acme')", ACME, by=person) == "42501"


@pytest.mark.parametrize(
    "ways",
    [
        None,
        [],
        [{"method": "password", "timestamp": int(time()) - 601}],
        [{"method": "token_refresh", "timestamp": int(time())}],
    ],
    ids=["untold", "none", "long ago", "renewed"],
)
def test_who_signed_in_long_ago_ends_neither_an_organization_nor_an_account(
    db: Database, ways: list[dict[str, Any]] | None
) -> None:
    late = Person("olive", claims={"amr": ways})
    assert outcome(db, "select delete_organization($1, 'Acme')", ACME, by=late) == "42501"
    late = Person("nora", claims={"amr": ways})
    assert outcome(db, "select delete_account()", by=late) == "42501"


def test_a_deleted_organization_leaves_no_row_behind(db: Database) -> None:
    columns = db.run("""
        select c.oid::regclass::text as name from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
        where c.relnamespace::regnamespace::text in ('public', 'private') and c.relkind = 'r'""")
    tables = [row["name"] for row in columns]
    assert len(tables) > 20
    db.run("set constraints all immediate; set constraints all deferred")
    # The cast has something of Acme's in each of them.
    counts = {
        name: db.value(f"select count(*)::int from {name} where org_id = $1", ACME)
        for name in tables
    }
    assert [name for name, count in counts.items() if count == 0] == []
    db.run("select delete_organization($1, ' Acme ')", ACME, by=OLIVE)
    db.run("set constraints all immediate")
    for name in tables:
        assert db.value(f"select count(*)::int from {name} where org_id = $1", ACME) == 0, name
    assert (
        db.value(
            "select count(*)::int from private.invitation_tokens where invitation_id = $1",
            ident("invitation of Acme"),
        )
        == 0
    )


def test_the_slug_of_a_deleted_organization_is_not_given_away(db: Database) -> None:
    make = "select slug from create_organization('Borealis')"
    db.run("select delete_organization($1, 'Borealis')", BOREALIS, by=SAM)
    assert db.value(make, by=NORA).startswith("borealis-")
    db.run("update private.released_slugs set released_at = now() - interval '91 days'")
    assert db.value(make, by=NORA) == "borealis"


def test_the_only_owner_of_others_cannot_delete_their_account(db: Database) -> None:
    db.run("insert into organization_members values ($1, $2, 'viewer')", BOREALIS, NORA.id)
    with pytest.raises(Refused, match='the only owner of "Borealis"') as refusal:
        db.run("select delete_account()", by=SAM)
    assert refusal.value.code == "PT409"
    assert db.value("select count(*)::int from auth.users where id = $1", SAM.id) == 1


def test_an_organization_of_one_goes_with_its_owner(db: Database) -> None:
    db.run("select delete_account()", by=SAM)
    db.run("set constraints all immediate")
    assert db.value("select count(*)::int from organizations where id = $1", BOREALIS) == 0


@pytest.mark.parametrize("person", [ADAM, MIA, VERA, NORA, RITA], ids=lambda person: person.name)
def test_a_deleted_account_leaves_nothing_of_the_person(db: Database, person: Person) -> None:
    db.run("select delete_account()", by=person)
    db.run("set constraints all immediate")
    references = db.run("""
        select con.conrelid::regclass::text as name, a.attname as column_name
        from pg_constraint con
        join pg_attribute a on a.attrelid = con.conrelid and a.attnum = any (con.conkey)
        where con.contype = 'f' and con.confrelid = 'public.profiles'::regclass""")
    assert len(references) > 15
    for row in references:
        left = f"select count(*)::int from {row['name']} where {row['column_name']} = $1"
        assert db.value(left, person.id) == 0, row
    assert db.value("select count(*)::int from auth.users where id = $1", person.id) == 0
    # Whoever signs up with the same address again is somebody else.
    again = Person(f"{person.name} again")
    join(db, again, person.email)
    assert db.run("select * from organizations", by=again) == []


def test_anonymous_people_have_no_account_to_delete(db: Database) -> None:
    assert outcome(db, "select delete_account()", by=ANYA) == "42501"


def test_the_cast_is_still_whole(db: Database) -> None:
    assert db.value(
        "select count(*)::int from organization_members where org_id = $1", ACME
    ) == len(MEMBERS)
    assert db.value("select count(*)::int from profiles") == len(PEOPLE)
    assert role_of(db, OLIVE, arena(OLIVE, "leave")) == "owner"
