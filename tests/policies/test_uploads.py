"""No file comes to Storage that the quota has not counted, whatever an editor's session tries."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.policies.database import Database, Refused
from tests.policies.people import ACME, ADAM, EDDIE, OLIVE, SERVICE, VERA, Person
from tests.policies.postgres import Postgres
from tests.policies.rest import Rest
from tests.policies.test_matrix import announce, upload
from tests.policies.test_quotas import MAKE_TINY, MB
from tests.policies.test_races import new_teams

STORAGE = "/storage/v1/object"


def new_path() -> str:
    return f"{ACME}/{uuid4()}.png"


def send(rest: Rest, by: Person, path: str, size: int = 100, **options: Any) -> httpx.Response:
    headers = {"content-type": "image/png"} | options.pop("headers", {})
    options.setdefault("content", b"\x89PNG" + b"\0" * (size - 4))
    return rest.ask(by, "POST", f"{STORAGE}/assets/{path}", headers=headers, **options)


def announced(rest: Rest, by: Person, path: str, size: int = 100) -> str:
    answer = announce(rest, by, path, size)
    assert answer.is_success, answer.text
    return str(answer.json()[0]["id"])


def is_there(rest: Rest, path: str) -> bool:
    return rest.ask(OLIVE, "GET", f"{STORAGE}/public/assets/{path}").is_success


def is_refused(answer: httpx.Response) -> bool:
    return 400 <= answer.status_code < 500


# Without a row ----------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [EDDIE, ADAM, OLIVE], ids=lambda person: person.name)
def test_a_file_without_a_row_is_refused(rest: Rest, person: Person) -> None:
    path = new_path()
    for headers in ({}, {"x-upsert": "true"}):
        assert is_refused(send(rest, person, path, headers=headers))
    form = {"": ("x.png", b"\x89PNG", "image/png")}
    assert is_refused(rest.ask(person, "POST", f"{STORAGE}/assets/{path}", files=form))
    assert not is_there(rest, path)


def test_a_row_of_somebody_else_opens_nothing(rest: Rest) -> None:
    path = new_path()
    announced(rest, EDDIE, path)
    for person in (ADAM, OLIVE, VERA):
        assert is_refused(send(rest, person, path))
    assert send(rest, EDDIE, path).is_success


def test_a_finished_row_takes_no_second_file(rest: Rest) -> None:
    path = new_path()
    assert upload(rest, EDDIE, path).is_success
    rest.ask(EDDIE, "DELETE", f"{STORAGE}/assets", json={"prefixes": [path]})
    assert is_refused(send(rest, EDDIE, path))


def test_no_address_is_signed_for_a_later_upload(rest: Rest) -> None:
    """It would take a file for two hours without another look at the row."""
    path = new_path()
    announced(rest, EDDIE, path)
    assert is_refused(rest.ask(EDDIE, "POST", f"{STORAGE}/upload/sign/assets/{path}", json={}))


def test_no_copy_and_no_move_fills_an_announced_place(rest: Rest) -> None:
    path, large = new_path(), new_path()
    assert upload(rest, EDDIE, large).is_success
    announced(rest, EDDIE, path, 1)
    body = {"bucketId": "assets", "sourceKey": large, "destinationKey": path}
    for way in ("copy", "move"):
        assert is_refused(rest.ask(EDDIE, "POST", f"{STORAGE}/{way}", json=body))
    assert not is_there(rest, path)
    assert is_there(rest, large)


# A lie about the size ----------------------------------------------------------------------------


def test_a_file_larger_than_its_row_says_is_refused(rest: Rest) -> None:
    def in_pieces() -> Any:
        yield from [b"\x89PNG" + b"\0" * 50_000] * 4

    path = new_path()
    announced(rest, EDDIE, path, 1)
    assert is_refused(send(rest, EDDIE, path, 200_000))
    # Without a length in its head.
    assert is_refused(send(rest, EDDIE, path, content=in_pieces()))
    assert not is_there(rest, path)


def test_what_the_row_said_of_the_size_is_corrected_when_the_upload_ends(rest: Rest) -> None:
    path = new_path()
    asset = announced(rest, EDDIE, path, 1)
    assert send(rest, EDDIE, path, 3000).is_success
    finished = rest.call(EDDIE, "finish_upload", asset_id=asset).json()
    assert (finished["size"], bool(finished["uploaded_at"])) == (3000, True)
    # And once only.
    assert rest.call(EDDIE, "finish_upload", asset_id=asset).json() == finished


def test_an_upload_is_not_finished_before_its_file_is_there(rest: Rest) -> None:
    asset = announced(rest, EDDIE, new_path())
    refusal = rest.call(EDDIE, "finish_upload", asset_id=asset)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "PT409")


@pytest.mark.parametrize("column", ["size", "uploaded_at"])
def test_nobody_writes_the_size_or_the_end_of_an_upload(rest: Rest, column: str) -> None:
    asset = announced(rest, EDDIE, new_path())
    value = {"size": 1, "uploaded_at": "2026-01-01"}[column]
    assert is_refused(rest.update(EDDIE, "assets", {"id": asset}, **{column: value}))


# Taking the row away -----------------------------------------------------------------------------


def test_a_row_stays_while_its_file_is_there_or_may_still_come(rest: Rest) -> None:
    path = new_path()
    asset = announced(rest, EDDIE, path)
    assert rest.delete(EDDIE, "assets", {"id": asset}).json()["code"] == "PT409"
    assert send(rest, EDDIE, path).is_success
    rest.call(EDDIE, "finish_upload", asset_id=asset)
    assert rest.delete(EDDIE, "assets", {"id": asset}).json()["code"] == "PT409"
    rest.ask(EDDIE, "DELETE", f"{STORAGE}/assets", json={"prefixes": [path]})
    assert rest.delete(EDDIE, "assets", {"id": asset}).is_success


def test_nobody_announces_more_than_fifty_files_at_once(db: Database) -> None:
    one = "insert into assets (org_id, path, name, type, size) select '{}', '{}/' || n || '.png', "
    many = one.format(ACME, ACME) + "'N', 'image/png', 9 from generate_series({}, {}) n"
    db.run(many.format(1, 50), by=EDDIE)
    with pytest.raises(Refused) as refusal:
        db.run(many.format(51, 51), by=EDDIE)
    assert refusal.value.code == "PT429"
    # It is about one person, and about what has not ended.
    db.run(many.format(51, 51), by=ADAM)
    db.run("update assets set uploaded_at = now() where path = $1", f"{ACME}/7.png")
    db.run(many.format(52, 52), by=EDDIE)


# The last room ------------------------------------------------------------------------------------


@pytest.fixture
def three_megabytes(rest: Rest) -> Iterator[int]:
    """The Free plan with little room, for the time of one test."""
    columns = "id,name,summary,limits,features,prices,trial_days"
    present = rest.get(SERVICE, "plans", select=columns, order="position").json()
    small = [each | {"limits": each["limits"] | {"storage_mb": 3}} for each in present]
    assert rest.call(SERVICE, "apply_plans", plans=small).is_success
    yield 3 * MB
    assert rest.call(SERVICE, "apply_plans", plans=present).is_success


def test_forty_uploads_at_the_limit_minus_one_admit_one(rest: Rest, three_megabytes: int) -> None:
    """Rows and files, over the API, at once, when all room but a byte's is taken."""
    owner = rest.newcomer("filler")
    org = rest.call(owner, "create_organization", name=f"Full {uuid4()}").json()["id"]
    first = f"{org}/first.png"
    asset = announced(rest, owner, first, three_megabytes - 4)
    assert send(rest, owner, first, three_megabytes - 4).is_success
    assert rest.call(owner, "finish_upload", asset_id=asset).is_success

    def attack(number: int) -> bool:
        path = f"{org}/last-{number}.png"
        announce(rest, owner, path, 4)
        return send(rest, owner, path, 4).is_success

    with ThreadPoolExecutor(40) as pool:
        admitted = list(pool.map(attack, range(40)))
    assert admitted.count(True) == 1
    listing = {"prefix": org, "limit": 1000}
    stored = rest.ask(owner, "POST", f"{STORAGE}/list/assets", json=listing).json()
    assert sum(each["metadata"]["size"] for each in stored) == three_megabytes


def test_forty_announcements_at_the_limit_admit_one_on_postgres_itself(server: Postgres) -> None:
    (team,) = new_teams(server, 1, (OLIVE, "owner"), (EDDIE, "editor"))
    server.psql(f"{MAKE_TINY}; update organizations set plan = 'tiny' where id = '{team}'")

    def row(name: str, size: int) -> str:
        return (
            "insert into assets (org_id, path, name, type, size) "
            f"values ('{team}', '{team}/{name}.png', 'P', 'image/png', {size});"
        )

    server.at_once([(EDDIE, row("first", 3 * MB - 1))])
    server.at_once([(EDDIE, row(f"n{number}", 1)) for number in range(40)])
    awaited = f"private.awaits_file('{team}/n' || n || '.png', '1')"
    counted = f"select count(*) from generate_series(0, 39) n where {awaited};"
    (printed,) = server.at_once([(EDDIE, counted)])
    assert printed.splitlines()[-1] == "1"


def test_fifty_open_uploads_are_the_most_also_at_once(server: Postgres) -> None:
    (team,) = new_teams(server, 1, (EDDIE, "owner"))
    row = (
        "insert into assets (org_id, path, name, type, size) "
        f"select '{team}', '{team}/NUMBER-' || n || '.png', 'P', 'image/png', 1 "
        "from generate_series(1, 3) n;"
    )
    server.at_once([(EDDIE, row.replace("NUMBER", f"n{number}")) for number in range(40)])
    assert server.psql(f"select count(*) from assets where org_id = '{team}'") == "48"


# What nobody ends --------------------------------------------------------------------------------


def stored_file(db: Database, path: str, size: int) -> None:
    db.run(
        "insert into storage.objects (id, bucket_id, name, metadata) "
        "values (gen_random_uuid(), 'assets', $1, jsonb_build_object('size', $2::bigint))",
        path,
        size,
    )


def old_row(db: Database, name: str, size: int, age: str) -> str:
    path = f"{ACME}/{name}.png"
    db.run(
        "insert into assets (org_id, path, name, type, size, created_by, created_at) "
        f"values ('{ACME}', $1, 'P', 'image/png', $2, '{EDDIE.id}', now() - $3::interval)",
        path,
        size,
        age,
    )
    return path


def storage_used(db: Database) -> int:
    return int(
        db.value(
            "select used::int from usage_quotas where org_id = $1 and metric = 'storage'", ACME
        )
    )


def test_an_upload_whose_end_nobody_told_is_listed_at_its_real_size(db: Database) -> None:
    before = storage_used(db)
    path = old_row(db, "left", 1, "11 minutes")
    stored_file(db, path, 5000)
    assert db.value("select settle_uploads()", by=SERVICE) == 1
    row = db.one(
        "select size::int, uploaded_at is not null as ended from assets where path = $1", path
    )
    assert row == {"size": 5000, "ended": True}
    assert storage_used(db) == before + 5000
    assert path not in db.value("select orphaned_files()", by=SERVICE)["assets"]


def test_an_upload_that_never_came_gives_its_room_back_after_an_hour(db: Database) -> None:
    before = storage_used(db)
    old_row(db, "waiting", MB, "50 minutes")
    old_row(db, "given-up", MB, "61 minutes")
    assert db.value("select settle_uploads()", by=SERVICE) == 1
    assert storage_used(db) == before + MB


def test_what_lied_and_does_not_fit_goes_with_its_file(db: Database) -> None:
    db.run(MAKE_TINY)
    db.run("update organizations set plan = 'tiny' where id = $1", ACME)
    path = old_row(db, "liar", 1, "11 minutes")
    stored_file(db, path, 9 * MB)
    before = storage_used(db)
    assert db.value("select settle_uploads()", by=SERVICE) == 1
    assert db.run("select from assets where path = $1", path) == []
    assert storage_used(db) == before - 1
    assert path in db.value("select orphaned_files()", by=SERVICE)["assets"]


def test_an_upload_on_its_way_is_left_alone(db: Database) -> None:
    path = old_row(db, "young", 9, "1 minute")
    stored_file(db, path, 9)
    assert db.value("select settle_uploads()", by=SERVICE) == 0
    assert path not in db.value("select orphaned_files()", by=SERVICE)["assets"]


def test_a_finish_that_does_not_fit_is_refused(db: Database) -> None:
    db.run(MAKE_TINY)
    db.run("update organizations set plan = 'tiny' where id = $1", ACME)
    path = old_row(db, "liar", 1, "1 minute")
    stored_file(db, path, 9 * MB)
    with pytest.raises(Refused) as refusal:
        db.run("select finish_upload(id) from assets where path = $1", path, by=EDDIE)
    assert refusal.value.code == "PT402"
    assert "3 MB of pictures" in refusal.value.message


def test_a_file_that_no_row_counts_is_removed(db: Database) -> None:
    stray = f"{ACME}/stray.png"
    stored_file(db, stray, 9)
    listed = db.value("select orphaned_files()", by=SERVICE)["assets"]
    assert stray in listed
    assert f"{ACME}/acme.png" not in listed
