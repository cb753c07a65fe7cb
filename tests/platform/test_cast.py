"""The cast of the tests is who DESIGN.md says it is."""

from __future__ import annotations

import pytest

from tests.cast import ROLES, Person


@pytest.mark.parametrize(("name", "role"), ROLES.items())
def test_each_demo_person_has_their_role(cast: dict[str, Person], name: str, role: str) -> None:
    person = cast[name]

    rows = person.supabase.get(
        f"/rest/v1/organization_members?user_id=eq.{person.id}&select=role"
    ).json()

    assert rows == [{"role": role}]


def test_sam_belongs_to_another_organization(cast: dict[str, Person]) -> None:
    seen = cast["sam"].supabase.get("/rest/v1/organizations?select=id").json()

    assert [row["id"] for row in seen] == [cast["sam"].org_id]
    assert cast["sam"].org_id != cast["olive"].org_id


def test_anon_sees_no_organization(cast: dict[str, Person]) -> None:
    assert cast["anon"].supabase.get("/rest/v1/organizations").status_code == 401
