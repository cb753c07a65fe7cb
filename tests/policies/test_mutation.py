"""Whatever policy, grant, check or trigger is taken away: a probe must notice."""

from __future__ import annotations

import pytest

from tests.policies.mutation import mutate
from tests.policies.postgres import Postgres


@pytest.mark.slow
def test_no_rule_can_be_removed_without_anybody_noticing(server: Postgres) -> None:
    report = mutate(server)
    print(report)
    assert report.probes >= 2_000
    assert set(report.tried) == {"check", "grant", "policy", "trigger"}
    assert report.killed >= 0.95, str(report)
    # At the time of writing all are noticed; what is let pass from here on says so by name.
    assert report.survivors == [], str(report)
