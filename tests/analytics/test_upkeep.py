"""What happens to visits by themselves: none lost, old ones deleted, the week by mail."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.analytics.letters import change
from tests.analytics.visiting import Shop, days_ago, today
from tests.cast import Person, new_person
from tests.deployments.press import wait_for
from tests.stack import Stack, running_stack

ACCEPTED = 200


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack that these tests may end and start again."""
    with running_stack(tmp_path_factory.mktemp("upkeep")) as stack:
        yield stack


@pytest.fixture
def boss(own: Stack) -> Iterator[Person]:
    with closing(new_person(own, "boss", organization="Upkeep")) as person:
        yield person


@pytest.fixture
def kept(boss: Person) -> Iterator[Shop]:
    with closing(Shop.opens(boss)) as shop:
        yield shop


def service(stack: Stack, function: str, **arguments: Any) -> Any:
    key = stack.secret_key
    answer = httpx.post(
        f"{stack.supabase_url}/rest/v1/rpc/{function}",
        json=arguments,
        headers={"apikey": key, "Authorization": f"Bearer {key}"},
        timeout=60,
        trust_env=False,
    )
    assert answer.is_success, answer.text
    return answer.json()


def views(shop: Shop) -> int:
    return int(shop.report()["totals"]["views"])


def test_what_was_accepted_is_written_when_the_process_is_told_to_end(
    own: Stack, kept: Shop
) -> None:
    for _ in range(ACCEPTED):
        assert kept.send().status_code == 204
    own.kill("web", signal.SIGTERM)
    assert views(kept) == ACCEPTED
    own.start("web")


def test_what_cannot_be_written_at_the_end_is_there_after_the_next_start(
    own: Stack, kept: Shop
) -> None:
    # The process knows the day's salt, as it does but for its first moments.
    assert kept.send().status_code == 204
    kept.settled(1)
    own.kill("supabase")
    for _ in range(ACCEPTED):
        assert kept.send().status_code == 204
    own.kill("web", signal.SIGTERM)
    (file,) = (own.folder / "visits").glob("*.json")
    assert "127.77." not in file.read_text()
    own.start()
    # The first visit of the new process brings the old ones.
    assert kept.send().status_code == 204
    wait_for(lambda: views(kept) == ACCEPTED + 2, seconds=20)
    assert not list((own.folder / "visits").iterdir())
    # The same day's salt: nobody became somebody else by it.
    assert kept.report()["totals"]["visitors"] == 1


def test_a_visit_that_the_database_refuses_takes_no_other_with_it(tmp_path: Path) -> None:
    from services.analytics.writer import Writer
    from services.errors import Invalid

    written: list[dict[str, Any]] = []

    def record(batch: list[dict[str, Any]]) -> None:
        if any(row["path"] == "poison" for row in batch):
            raise Invalid()
        written.extend(batch)

    writer = Writer(record, tmp_path)
    assert writer.put([{"path": "poison" if n == 37 else str(n)} for n in range(100)])
    wait_for(lambda: len(written) == 99, seconds=10)


def test_who_comes_while_a_batch_is_written_waits_for_the_next_pause(tmp_path: Path) -> None:
    from services.analytics.writer import Writer

    done: list[str] = []

    class Watched(Writer):
        def _sleep(self, seconds: float) -> bool:
            done.append("pause")
            return super()._sleep(seconds)

    def record(batch: list[dict[str, Any]]) -> None:
        done.append("write")
        if done.count("write") < 4:
            writer.put([{"path": "while it is written"}])

    writer = Watched(record, tmp_path)
    assert writer.put([{"path": "first"}])
    wait_for(lambda: done.count("write") == 4, seconds=10)
    assert "write write" not in " ".join(done)


def old_visit(shop: Shop, at: datetime) -> dict[str, Any]:
    return {
        **{"site": shop.site["id"], "host": httpx.URL(shop.url).netloc.decode(), "kind": "view"},
        **{"visitor": f"{int(at.timestamp()):032x}", "path": shop.base, "at": at.isoformat()},
        **{"device": "", "browser": "", "os": "", "country": "", "screen": "", "name": ""},
        **{"properties": {}, "vitals": {}, "seconds": 0, "depth": 0, "referrer": "", "utm": {}},
    }


def test_a_visit_of_last_week_is_taken_in_and_an_older_one_is_not(own: Stack, kept: Shop) -> None:
    now = datetime.now(UTC)
    batch = [old_visit(kept, now - timedelta(days=days)) for days in (0, 3, 30)]
    assert service(own, "record_visits", batch=batch) == 2
    told = kept.report(from_day=days_ago(6))
    assert [day["views"] for day in told["days"]] == [0, 0, 0, 1, 0, 0, 1]
    assert told["previous"] == {"visitors": 0, "views": 0, "bounces": 0, "seconds": 0}


def test_last_week_comes_by_mail_to_those_who_asked_for_it_once(own: Stack, kept: Shop) -> None:
    now = datetime.now(UTC)
    sunday = now.date() - timedelta(days=now.weekday() + 1)
    # Its last moment: on a Sunday, all that is a week old by then is taken in no more.
    visit = old_visit(kept, datetime.combine(sunday, time.max, UTC))
    assert service(own, "record_visits", batch=[visit]) == 1
    boss = kept.owner
    assert service(own, "take_weekly_reports", batch=10) == []
    wish = {"notifications": {"weekly_report": True}}
    boss.supabase.patch(f"/rest/v1/user_settings?user_id=eq.{boss.id}", json=wish)

    own.kill("worker")
    own.start("worker")

    def mails() -> list[dict[str, Any]]:
        return [mail for mail in own.mails(boss.email) if "visitors from" in mail["subject"]]

    (mail,) = wait_for(mails, seconds=30)
    assert kept.site["name"] in mail["text"]
    # That Sunday is summed up by then: filters need not read its visits one by one.
    assert service(own, "sum_visits") == 0
    assert "1 visitors (none the week before), 1 page views" in mail["text"]
    assert f"{own.app_url}/sites/{kept.site['id']}/analytics" in mail["html"]
    assert service(own, "take_weekly_reports", batch=10) == []
    own.kill("worker")
    own.start("worker")
    assert len(mails()) == 1


def test_salts_of_other_days_are_destroyed(own: Stack, kept: Shop) -> None:
    first, second = service(own, "visitor_salt"), service(own, "visitor_salt")
    assert first == second and len(bytes.fromhex(first)) == 32
    assert service(own, "trim_visits") == 0
    assert kept.report(from_day=today())["totals"]["views"] == 0


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (0, 0, "as the week before"),
        (5, 0, "none the week before"),
        (30, 20, "50 % more than the week before"),
        (10, 20, "50 % fewer than the week before"),
        (20, 20, "as the week before"),
    ],
)
def test_a_week_is_compared_in_words(now: int, before: int, words: str) -> None:
    assert change(now, before) == words
