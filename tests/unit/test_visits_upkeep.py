"""One part of a worker's upkeep of visits that fails holds up no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from services.analytics.upkeep import keep_up
from services.deployments.failures import Unavailable


@dataclass
class Answers:
    """A database whose functions answer with nothing, or not at all."""

    away: str
    asked: list[str] = field(default_factory=list)

    def rpc(self, name: str, arguments: dict[str, Any]) -> Any:
        self.asked.append(name)

        def execute() -> Any:
            if name == self.away:
                raise httpx.ConnectError("gone")
            return SimpleNamespace(data=0 if name == "trim_visits" else [])

        return SimpleNamespace(execute=execute)


@pytest.mark.parametrize("away", ["sum_visits", "trim_visits", "take_weekly_reports"])
def test_the_other_parts_are_done_though_one_fails(away: str) -> None:
    db = Answers(away)
    config: Any = SimpleNamespace(smtp_url="smtp://x", mails_stay_here=False)
    with pytest.raises(Unavailable):
        keep_up(db, config)  # type: ignore[arg-type]
    assert db.asked == ["sum_visits", "trim_visits", "take_weekly_reports"]
