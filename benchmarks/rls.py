"""What row-level security costs: `python benchmarks/rls.py [rounds] [pages]`.

PostgreSQL with 10,000 organizations, 50,000 people, 100,000 sites, a million pages and three
million versions, made in a minute or two. Each of eleven ordinary reads and writes runs as the API
runs it, where policies filter, and as the tables' owner with the same filter written by hand: which
organizations the person is in is asked in the statement. Both ways alternate, each keeps its best
of so many rounds, planning included, and nothing that is written stays.

Two people: of one organization, and of 200; first before the other 9,800 organizations arrive, to
see that a million pages of others cost nothing. A third, of an organization with 10,000 pages, only
searches. A goal that is missed ends the run with 1.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts import postgres as program  # noqa: E402
from tests.policies.people import Person  # noqa: E402
from tests.policies.postgres import Postgres, running_postgres  # noqa: E402
from tests.policies.scale import (  # noqa: E402
    BUSY,
    HANDFULS,
    LARGE,
    NEAR,
    OPERATIONS,
    ORDINARY,
    SEARCH_LARGE,
    WHOLE,
    Operation,
    explain,
    populate,
)

DATABASE = "many"
READS, WRITES, BUFFERS = 1.3, 2.5, 1.3
# Times the world a hundredth as large. In buffers, a deeper index has one more level everywhere.
FLAT, FLAT_BUFFERS = 1.5, 2.0
# Below this many milliseconds a difference is the clock's.
UNMEASURABLE = 0.02

STOPWATCH = """
create schema stopwatch;
grant usage on schema stopwatch to public;
-- The best of so many rounds in each way, in milliseconds: as the API asks, and by hand.
create function stopwatch.compare(asked text, by_hand text, claims text, rounds int)
returns table (api float8, hand float8) language plpgsql as $$
declare
  began timestamptz;
  way int;
  took float8;
  best float8[] := array['infinity', 'infinity'];
begin
  perform set_config('request.jwt.claims', claims, true);
  for round in 1..rounds loop
    for way in 1..2 loop
      begin
        perform set_config('role', (array['authenticated', 'migrator'])[way], true);
        began := clock_timestamp();
        execute (array[asked, by_hand])[way];
        took := extract(epoch from clock_timestamp() - began) * 1000;
        perform set_config('role', 'none', true);
        raise sqlstate 'LAB00';
      exception when sqlstate 'LAB00' then
        best[way] := least(best[way], took);
      end;
    end loop;
  end loop;
  return query select best[1], best[2];
end;
$$;
grant execute on function stopwatch.compare to public;
"""


@dataclass(frozen=True)
class Cost:
    """Milliseconds and buffers of one operation, as the API runs it and by hand."""

    operation: Operation
    api: float
    hand: float
    api_buffers: int
    hand_buffers: int
    scans: list[str]

    @property
    def times(self) -> float:
        return self.api / self.hand

    @property
    def times_buffers(self) -> float:
        return self.api_buffers / self.hand_buffers

    def misses(self) -> list[str]:
        limit = WRITES if self.operation.writes else READS
        found = []
        if self.times > limit and self.api - self.hand > UNMEASURABLE:
            found.append(f"slower than {limit} times")
        if self.times_buffers > BUFFERS:
            found.append(f"more than {BUFFERS} times the buffers")
        if long := sorted(set(self.scans) - HANDFULS):
            found.append(f"reads {', '.join(long)} from end to end")
        return found


def cost_of(server: Postgres, operation: Operation, person: Person, rounds: int) -> Cost:
    asked, by_hand = operation.through_policies(), operation.filtered(person)
    claims = json.dumps({"sub": person.id, "role": "authenticated"})
    timed = server.psql(
        f"select * from stopwatch.compare($a${asked}$a$, $b${by_hand}$b$, '{claims}', {rounds})",
        by="superuser",
        database=DATABASE,
    )
    api, hand = map(float, timed.split("|"))
    plan = explain(server, DATABASE, asked, person, by_hand=False)
    other = explain(server, DATABASE, by_hand, person, by_hand=True)
    return Cost(operation, api, hand, plan.buffers, other.buffers, plan.scans)


HEAD = f"{'':24} {'policies':>9} {'by hand':>9} {'times':>6}   {'buffers':>8} {'times':>6}"


def measure(server: Postgres, person: Person, who: str, rounds: int) -> tuple[list[Cost], int]:
    """Print the costs of everything for one person; how many goals were missed."""
    operations = [SEARCH_LARGE] if person is LARGE else OPERATIONS
    # Writes last: what they leave behind when they are rolled back makes reads dearer.
    costs = [
        cost_of(server, operation, person, rounds)
        for operation in sorted(operations, key=lambda each: each.writes)
    ]
    # Otherwise dead rows of so few pages stay, and these pages are looked up again and again.
    server.psql("vacuum (index_cleanup on)", by="superuser", database=DATABASE)
    print(f"\n{who}\n{HEAD}")
    missed = 0
    for cost in costs:
        faults = cost.misses()
        missed += len(faults)
        print(
            f"{cost.operation.name:24} {cost.api:7.3f}ms {cost.hand:7.3f}ms {cost.times:6.2f}"
            f"   {cost.api_buffers:8} {cost.times_buffers:6.2f}   {'; '.join(faults).upper()}",
            flush=True,
        )
    return costs, missed


def grown(before: list[Cost], after: list[Cost], who: str) -> int:
    """Print what the rest of the world adds; how many operations are not flat."""
    print(f"\n{who}, of a world 100 times as large\n{'':24} {'time':>6} {'buffers':>8}")
    missed = 0
    for small, large in zip(before, after, strict=True):
        longer, more = large.api / small.api, large.api_buffers / small.api_buffers
        fault = longer > FLAT and large.api - small.api > UNMEASURABLE or more > FLAT_BUFFERS
        missed += fault
        print(f"{small.operation.name:24} {longer:6.2f} {more:8.2f}   {'NOT FLAT' * fault}")
    return missed


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    pages = int(sys.argv[2]) if len(sys.argv) > 2 else WHOLE["pages"]
    if program.get() is None:
        print(
            "There is no PostgreSQL on this machine, and none could be installed: nothing measured."
        )
        return 1
    people = [("Somebody in one organization", ORDINARY), ("Somebody in 200 organizations", BUSY)]
    options = ("-c shared_buffers=1GB", "-c maintenance_work_mem=512MB", "-c max_wal_size=8GB",
               "-c work_mem=16MB")  # fmt: skip
    missed = 0
    with running_postgres(*options) as server:
        server.make_project(DATABASE, after=STOPWATCH)
        began = time.perf_counter()
        populate(server, DATABASE, NEAR)
        small = [measure(server, person, f"{who}, 10,000 pages", rounds) for who, person in people]
        populate(server, DATABASE, WHOLE | {"pages": pages}, beyond=NEAR)
        print(f"\n{pages:,} pages were there after {time.perf_counter() - began:.0f} s.")
        large = [
            measure(server, person, f"{who}, {pages:,} pages", rounds) for who, person in people
        ]
        large.append(measure(server, LARGE, "Somebody among 10,000 pages", rounds))
        for (who, _), (before, _), (after, _) in zip(people, small, large[:2], strict=True):
            missed += grown(before, after, who)
    # The goals are about the large world; the small one is there to compare with.
    return 1 if missed + sum(faults for _, faults in large) else 0


if __name__ == "__main__":
    raise SystemExit(main())
