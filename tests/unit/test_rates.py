"""How often something may happen, counted in one process (services/edge/limits.py)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.edge.limits import Rate

MINUTE = 60.0


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`at(3.5)` is three and a half minutes into the day."""

    def set_clock(minutes: float) -> None:
        monkeypatch.setattr("services.edge.limits.time.time", lambda: minutes * MINUTE)

    return set_clock


def allowed(rate: Rate, key: str = "one", *, asked: int = 20) -> int:
    return sum(rate.allows(key) for _ in range(asked))


def test_so_many_a_minute_and_each_alone(at: Callable[[float], None]) -> None:
    at(10.5)
    rate = Rate("10 per minute")
    assert [allowed(rate, "one"), allowed(rate, "other"), allowed(rate, "one")] == [10, 10, 0]


def test_the_turn_of_a_minute_gives_no_second_helping(at: Callable[[float], None]) -> None:
    rate = Rate("10 per minute")
    at(10.9)
    assert allowed(rate) == 10
    at(11.0)
    assert allowed(rate) == 0
    at(11.5)  # Half of the last minute's are still within a minute.
    assert allowed(rate) == 5
    at(12.6)
    assert allowed(rate) == 8


def test_what_is_refused_is_not_counted(at: Callable[[float], None]) -> None:
    rate = Rate("10 per minute")
    at(10.0)
    assert allowed(rate, asked=1000) == 10
    at(11.99)
    assert allowed(rate) == 10


@pytest.mark.parametrize("then", [12.0, 3.0], ids=["after a pause", "a clock set back"])
def test_another_time_begins_anew(at: Callable[[float], None], then: float) -> None:
    rate = Rate("10 per minute")
    at(10.0)
    assert allowed(rate) == 10
    at(then)
    assert allowed(rate) == 10


def test_keys_of_earlier_minutes_are_forgotten(at: Callable[[float], None]) -> None:
    rate = Rate("10 per minute")
    for minute in range(5):
        at(float(minute))
        for number in range(100):
            rate.allows(f"{minute} {number}")
    held = [key for counts in (rate._now, rate._before) for key in counts]
    assert {key.split()[0] for key in held} == {"3", "4"}
