"""Who is on a page: told to members of its organization, believed of nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from scripts import policies
from tests.policies.database import Database, Refused
from tests.policies.people import EDDIE, MIA, OLIVE, SAM, VERA, Person, ident

PAGE = ident("page of Acme")


def report(db: Database, by: Person, editing: bool = False, page: str = PAGE) -> dict[str, Any]:
    answer = db.value("select report_presence($1, $2)", page, editing, by=by)
    assert isinstance(answer, dict)
    return answer


def test_people_on_a_page_hear_of_each_other_and_how_new_it_is(db: Database) -> None:
    assert report(db, EDDIE, editing=True)["people"] == []
    seen = report(db, VERA)
    (eddie,) = seen["people"]
    assert (eddie["user_id"], eddie["is_editing"]) == (EDDIE.id, True)
    assert seen["role"] == "viewer"
    assert seen["version"] == db.value("select version from pages where id = $1", PAGE)
    db.run("update pages set html = 'newer' where id = $1", PAGE, by=OLIVE)
    after = report(db, VERA)
    assert (after["version"], after["updated_by"]) == (seen["version"] + 1, OLIVE.id)


def test_whoever_may_not_edit_is_not_editing_whatever_their_browser_says(db: Database) -> None:
    for person in (VERA, MIA):
        report(db, person, editing=True)
    assert [each["is_editing"] for each in report(db, EDDIE)["people"]] == [False, False]


def test_whoever_left_is_forgotten(db: Database) -> None:
    report(db, EDDIE, editing=True)
    older = "update private.page_presence set seen_at = seen_at - interval '41 seconds'"
    db.run(older)
    assert report(db, VERA)["people"] == []
    db.run(older)
    report(db, OLIVE)
    assert db.value("select count(*) from private.page_presence where user_id = $1", EDDIE.id) == 0


def test_a_removed_member_is_nobody_at_once(db: Database) -> None:
    report(db, EDDIE, editing=True)
    db.run("delete from organization_members where user_id = $1", EDDIE.id)
    assert report(db, OLIVE)["people"] == []
    with pytest.raises(Refused, match="There is no such page"):
        report(db, EDDIE)


def test_a_stranger_hears_the_same_of_a_page_of_others_and_of_none(db: Database) -> None:
    for page in (PAGE, ident("no page at all")):
        with pytest.raises(Refused) as refusal:
            report(db, SAM, page=page)
        assert (refusal.value.code, refusal.value.message) == ("PT404", "There is no such page.")


# Where Supabase has Realtime: its table and its function, as hosted projects have them.
REALTIME = """
create schema realtime;
grant usage on schema realtime to authenticated;
create table realtime.messages (topic text, extension text);
alter table realtime.messages enable row level security;
grant select, insert on realtime.messages to authenticated;
create function realtime.topic() returns text language sql stable
as $$ select current_setting('realtime.topic', true) $$;
grant execute on function realtime.topic() to authenticated;
"""


@pytest.fixture
def realtime(db: Database) -> Database:
    db.run(REALTIME)
    db.run((policies.POLICIES / "realtime.sql").read_text("utf-8"))
    db.run((policies.POLICIES / "realtime.sql").read_text("utf-8"))
    return db


def speak(db: Database, by: Person, topic: str, extension: str = "presence") -> int:
    """Say something on a channel and count what is heard there; refused is -1."""
    db.run("select set_config('realtime.topic', $1, true)", topic)
    try:
        db.run("insert into realtime.messages values ($1, $2)", topic, extension, by=by)
    except Refused as refusal:
        assert refusal.code == "42501"
        return -1
    return int(db.value("select count(*) from realtime.messages", by=by))


def test_a_pages_channel_is_for_the_members_of_its_organization(realtime: Database) -> None:
    topic = f"page:{PAGE}"
    assert speak(realtime, VERA, topic) == 1
    assert speak(realtime, EDDIE, topic, "broadcast") == 2
    assert speak(realtime, SAM, topic) == -1
    assert realtime.value("select count(*) from realtime.messages", by=SAM) == 0


@pytest.mark.parametrize("topic", ["", "page:", "page:x", f"site:{PAGE}", f"page:{PAGE}x", "%"])
def test_no_other_channel_is_open_to_anybody(realtime: Database, topic: str) -> None:
    assert speak(realtime, OLIVE, topic) == -1


def test_changes_of_rows_are_not_sent_over_the_channel(realtime: Database) -> None:
    assert speak(realtime, OLIVE, f"page:{PAGE}", "postgres_changes") == -1
