"""Mixed traffic against the whole product on this machine: how much one replica holds.

    python benchmarks/load.py [seconds] [people]

People of organizations of their own look at screens, read lists from Supabase, save pages, ask for
the state of a publish and publish now and then, each with pauses like a person's, until the time is
up; then the same without pauses, for the most that it holds. Prints requests a second, errors and
waiting times by kind of request, and the memory and processor time of each process. Ends with 1
when one request in a thousand fails.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.cast import Person, close_all, new_person  # noqa: E402
from tests.stack import Stack, running_stack  # noqa: E402

MOST_FAILURES = 0.001
Step = Callable[["Visitor"], httpx.Response]


class Visitor:
    """One person at work, with a site of their own."""

    def __init__(self, stack: Stack, number: int) -> None:
        self.person: Person = new_person(stack, f"load{number}", organization=f"Load {number}")
        self.site = self.person.new_site()
        self.page = self.person.new_page(self.site)
        self.random = random.Random(number)  # noqa: S311

    def screen(self) -> httpx.Response:
        return self.person.api.get("/dashboard")

    def settings(self) -> httpx.Response:
        return self.person.api.get("/api/config")

    def list_sites(self) -> httpx.Response:
        return self.person.supabase.get("/rest/v1/sites?select=id,name,published_at&limit=50")

    def open_page(self) -> httpx.Response:
        return self.person.supabase.get(f"/rest/v1/pages?id=eq.{self.page['id']}&select=*")

    def save_page(self) -> httpx.Response:
        return self.person.supabase.patch(
            f"/rest/v1/pages?id=eq.{self.page['id']}&select=version",
            json={"title": f"Home {self.random.random():.6f}"},
        )

    def publish(self) -> httpx.Response:
        body = {"site_id": self.site["id"], "host": "local"}
        return self.person.api.post("/api/deployments", json=body)

    def state(self) -> httpx.Response:
        query = f"/rest/v1/deployments?site_id=eq.{self.site['id']}&select=status&limit=1"
        return self.person.supabase.get(query)


# How often each is done in a hundred steps.
MIX: dict[str, tuple[Step, int]] = {
    "screen (Flask)": (Visitor.screen, 20),
    "settings (Flask)": (Visitor.settings, 10),
    "list sites (Supabase)": (Visitor.list_sites, 25),
    "open a page (Supabase)": (Visitor.open_page, 20),
    "save a page (Supabase)": (Visitor.save_page, 14),
    "state of a publish (Supabase)": (Visitor.state, 10),
    "publish (Flask)": (Visitor.publish, 1),
}


def main() -> int:
    seconds, people = (int(word) for word in (*sys.argv[1:], "20", "12")[:2])
    failed = 0.0
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), SEED="0") as stack,
    ):
        visitors = [Visitor(stack, number) for number in range(people)]
        for name, pause in (("with pauses of a second", 1.0), ("without pauses", 0.0)):
            before = used(stack)
            took, kinds, failures = run(visitors, seconds=seconds, pause=pause)
            failed = max(failed, report(name, took, kinds, failures))
            print_processes(before, used(stack), took)
        close_all()
    return 1 if failed > MOST_FAILURES else 0


def run(
    visitors: list[Visitor], *, seconds: float, pause: float
) -> tuple[float, dict[str, list[float]], list[str]]:
    """Let everybody work until the time is up."""
    kinds: dict[str, list[float]] = defaultdict(list)
    failures: list[str] = []
    names, weights = list(MIX), [weight for _, weight in MIX.values()]
    began = time.monotonic()

    def work(visitor: Visitor) -> None:
        while time.monotonic() < began + seconds:
            [name] = visitor.random.choices(names, weights)
            at = time.monotonic()
            try:
                answer = MIX[name][0](visitor)
                if answer.is_error:
                    failures.append(f"{name}: {answer.status_code}")
            except httpx.HTTPError as error:
                failures.append(f"{name}: {type(error).__name__}")
            kinds[name].append(time.monotonic() - at)
            time.sleep(visitor.random.uniform(0, 2 * pause))

    threads = [threading.Thread(target=work, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began, kinds, failures


def report(name: str, took: float, kinds: dict[str, list[float]], failures: list[str]) -> float:
    total = sum(len(times) for times in kinds.values())
    print(f"\n{name}: {total / took:.0f} requests a second, {len(failures)} of {total} failed")
    for kind in MIX:
        times = sorted(kinds.get(kind, []))
        if len(times) > 1:
            half, most = statistics.median(times), times[int(len(times) * 0.95)]
            print(f"  {kind:32} {len(times):6}  half within {half * 1000:5.0f} ms,"
                  f" 95 % within {most * 1000:5.0f} ms")  # fmt: skip
    for failure in sorted(set(failures)):
        print(f"  {failures.count(failure)} times {failure}")
    return len(failures) / max(1, total)


# Processes ------------------------------------------------------------------------


def used(stack: Stack) -> dict[str, tuple[float, float]]:
    """Process → seconds of processor time and megabytes of memory, its children included."""
    found = {}
    for name, process in stack.running.items():
        tree = [process.pid, *children(process.pid)]
        found[name] = (
            sum(processor_seconds(pid) for pid in tree),
            sum(megabytes(pid) for pid in tree),
        )
    return found


def print_processes(
    before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]], took: float
) -> None:
    for name, (seconds, memory) in after.items():
        share = (seconds - before[name][0]) / took
        print(f"  {name:10} {share * 100:4.0f} % of a core, {memory:4.0f} MB")


def children(pid: int) -> list[int]:
    try:
        own = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [each for child in map(int, own) for each in (child, *children(child))]


def processor_seconds(pid: int) -> float:
    with suppress(OSError, IndexError):
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / 100
    return 0


def megabytes(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0


if __name__ == "__main__":
    sys.exit(main())
