"""Whoever waits for work asks often while there is some, and seldom while there is none."""

from __future__ import annotations

from services.pace import AWAKE_SECONDS, Pace


def test_it_is_quick_after_work_and_slow_after_a_while_without() -> None:
    now = [0.0]
    pace = Pace(0.5, 2.0, clock=lambda: now[0])
    assert pace.idle() == 0.5
    now[0] += AWAKE_SECONDS
    assert pace.idle() == 2.0
    assert pace.worked() == 0.5
    assert pace.idle() == 0.5


def test_what_cannot_be_asked_is_asked_ever_less_often_and_then_as_before() -> None:
    pace = Pace(0.5, 2.0)
    assert [pace.failed() for _ in range(6)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert pace.idle() == 0.5
    assert pace.failed() == 1.0
