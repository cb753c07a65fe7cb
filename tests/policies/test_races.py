"""People who act in the same instant: a hundred rounds of each race, on a PostgreSQL of our own."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.policies.people import ADAM, EDDIE, MIA, OLIVE, SAM, VERA, Person
from tests.policies.postgres import Postgres

ROUNDS = 100


def new_teams(server: Postgres, count: int, *members: tuple[Person, str]) -> list[str]:
    teams = [str(uuid4()) for _ in range(count)]
    server.psql("\n".join(
        f"insert into organizations (id, name, slug) values ('{team}', 'Team', 'team-{team[:13]}');"
        + "".join(
            f"insert into organization_members values ('{team}', '{person.id}', '{role}');"
            for person, role in members
        )
        for team in teams
    ))  # fmt: skip
    return teams


def statement_for_each(sql: str, teams: list[str]) -> str:
    """One transaction for each team; both sessions go through them in the same order."""
    return "\n".join(sql.replace("TEAM", team) + ";" for team in teams)


def owners(server: Postgres, teams: list[str]) -> set[str]:
    listed = ", ".join(f"'{team}'" for team in teams)
    counts = server.psql(
        "select count(m.*) from organizations o left join organization_members m "
        f"on m.org_id = o.id and m.role = 'owner' where o.id in ({listed}) group by o.id"
    )
    return set(counts.splitlines())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("select leave_organization('TEAM')", "select leave_organization('TEAM')"),
        (
            f"select set_member_role('TEAM', '{OLIVE.id}', 'viewer')",
            f"select set_member_role('TEAM', '{SAM.id}', 'viewer')",
        ),
        (
            f"select remove_member('TEAM', '{SAM.id}')",
            f"select remove_member('TEAM', '{OLIVE.id}')",
        ),
        (
            f"select transfer_ownership('TEAM', '{MIA.id}')",
            f"select remove_member('TEAM', '{MIA.id}')",
        ),
    ],
    ids=["both leave", "both step down", "each removes the other", "handed to whom one removes"],
)
def test_two_owners_who_act_at_once_leave_an_owner(
    server: Postgres, first: str, second: str
) -> None:
    teams = new_teams(server, ROUNDS, (OLIVE, "owner"), (SAM, "owner"), (MIA, "editor"))
    server.at_once([
        (OLIVE, statement_for_each(first, teams)),
        (SAM, statement_for_each(second, teams)),
    ])  # fmt: skip
    found = owners(server, teams)
    assert "0" not in found
    assert found <= {"1", "2"}


def test_even_without_the_functions_an_owner_stays(server: Postgres) -> None:
    """What somebody might do in the database itself: the trigger at the end looks again."""
    teams = new_teams(server, ROUNDS, (OLIVE, "owner"), (SAM, "owner"))
    leave = "delete from organization_members where org_id = 'TEAM' and user_id = '{}'"
    sessions = [
        server.session("migrator", "project"),
        server.session("migrator", "project"),
    ]
    for session, person in zip(sessions, (OLIVE, SAM), strict=True):
        assert session.stdin is not None
        session.stdin.write(statement_for_each(leave.format(person.id), teams))
        session.stdin.close()
    for session in sessions:
        session.wait(timeout=60)
        assert session.stdout is not None
        session.stdout.close()
    assert owners(server, teams) == {"1"}


def test_many_clicks_on_one_invitation_make_one_membership(server: Postgres) -> None:
    guest = Person("guest")
    server.psql(
        "insert into auth.users (id, email, email_confirmed_at) "
        f"values ('{guest.id}', '{guest.email}', now())"
    )
    teams = new_teams(server, ROUNDS, (OLIVE, "owner"))
    # Ten a day is what an address gets: these come straight into the tables.
    invite = (
        "insert into organization_invitations (id, org_id, email, role, invited_by) "
        f"values ('TEAM', 'TEAM', '{guest.email}', 'editor', '{OLIVE.id}');"
        "insert into private.invitation_tokens "
        "values ('TEAM', encode(sha256('TEAM'::bytea), 'hex'))"
    )
    server.psql(statement_for_each(invite, teams))
    clicks = statement_for_each("select role from accept_invitation('TEAM')", teams)
    printed = server.at_once([(guest, clicks)] * 3)
    joined = [line for output in printed for line in output.splitlines() if line == "editor"]
    used = [line for output in printed for line in output.splitlines() if "used already" in line]
    assert len(joined) == ROUNDS
    assert len(used) == 2 * ROUNDS


def test_one_address_is_invited_once_however_many_ask(server: Postgres) -> None:
    (team,) = new_teams(server, 1, (OLIVE, "owner"), (ADAM, "admin"))
    ask = (
        "select email from create_invitation("
        f"'{team}', 'one@example.com', 'viewer', "
        "encode(sha256(gen_random_uuid()::text::bytea), 'hex'));"
    )
    printed = server.at_once([(OLIVE, ask), (ADAM, ask)] * 4)
    assert sorted(printed).count("one@example.com") == 1


def test_the_log_of_a_busy_organization_is_one_chain_and_nobody_deadlocks(
    server: Postgres,
) -> None:
    (team,) = new_teams(
        server, 1, (OLIVE, "owner"), (ADAM, "admin"), (EDDIE, "editor"), (VERA, "viewer")
    )
    sites = [str(uuid4()) for _ in range(4)]
    for site in sites:
        server.psql(f"insert into sites (id, org_id, name) values ('{site}', '{team}', 'Site')")
    rename = "".join(
        f"update sites set name = 'Site {number}' where id = '{sites[number % 4]}';"
        for number in range(40)
    )
    everywhere = (
        f"update sites set seo = jsonb_build_object('n', random()) where org_id = '{team}';"
    )
    roles = "".join(
        f"select set_member_role('{team}', '{VERA.id}', '{role}');" for role in ("member", "viewer")
    )
    publish = f"select request_deployment('{sites[0]}', 'archive');"
    printed = server.at_once([
        (EDDIE, rename),
        (ADAM, everywhere * 20),
        (OLIVE, roles * 10),
        (EDDIE, publish * 20),
    ])  # fmt: skip
    assert "ERROR" not in " ".join(printed)
    answer = server.psql(f"select verify_activity_chain('{team}') ->> 'ok'", by=OLIVE)
    assert answer == "true"
    gaps = "select count(*) = max(sequence) from activity_logs where org_id = "
    assert server.psql(f"{gaps}'{team}'") == "t"
