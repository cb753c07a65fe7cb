"""Beacons beside the rest of the app: `python benchmarks/beacons.py [a second] [seconds]`.

The real stack, one web process behind a proxy's header. So many beacons a second, of many sites
and addresses, over connections that stay open, from processes of their own; meanwhile somebody
asks another endpoint of the app, one request after the other, first alone and then beside them.
Then the web process is told to end in the middle of it: what it had accepted must be in the
database. Both sides share this machine's processors, so the senders cost the app time too. A goal
that is missed ends the run with 1.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import random
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402

from tests.analytics.visiting import CHROME, IPHONE  # noqa: E402
from tests.cast import close_all, new_person  # noqa: E402
from tests.stack import Stack, running_stack  # noqa: E402

RATE, SECONDS = 2000, 10
SENDERS, SITES, PATHS = 2, 5, 40
SLOWER = 1.2


def send(url: str, sites: list[str], rate: float, ends: float, seed: int, out: Any) -> None:
    """Send beacons at a steady rate until the time is up or nobody answers; tell how it went."""
    chance = random.Random(seed)
    where = urlsplit(url)
    line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    statuses: dict[int, int] = {}
    began, count = time.monotonic(), 0
    try:
        while time.monotonic() < ends:
            wait = began + count / rate - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            visitor = chance.randrange(50_000)
            event = {"kind": "view", "path": f"/page-{chance.randrange(PATHS)}/"}
            body = json.dumps(
                {"site": chance.choice(sites), "width": 1440, "events": [event]},
            )
            headers = {
                "Content-Type": "text/plain",
                "Origin": "https://bench-site.de",
                "User-Agent": CHROME if visitor % 2 else IPHONE,
                "X-Forwarded-For": f"10.{visitor >> 16}.{visitor >> 8 & 255}.{visitor & 255}",
            }
            line.request("POST", "/api/analytics/collect", body, headers)
            answer = line.getresponse()
            answer.read()
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
            count += 1
    except (OSError, http.client.HTTPException):
        pass
    out.put((statuses, time.monotonic() - began))


def ask(url: str, seconds: float) -> list[float]:
    """Ask another endpoint, one request after the other; return how long each took, in ms."""
    took = []
    ends = time.monotonic() + seconds
    with httpx.Client(trust_env=False, timeout=30) as client:
        while time.monotonic() < ends:
            began = time.perf_counter()
            assert client.get(f"{url}/api/config").status_code == 200
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(0.01)
    return took


class Crowd:
    """The senders, as processes."""

    def __init__(self, url: str, sites: list[str], rate: float, seconds: float) -> None:
        self.out: Any = multiprocessing.Queue()
        ends = time.monotonic() + seconds
        self.processes = [
            multiprocessing.Process(
                target=send, args=(url, sites, rate / SENDERS, ends, seed, self.out)
            )
            for seed in range(SENDERS)
        ]
        for process in self.processes:
            process.start()

    def told(self) -> tuple[dict[int, int], float]:
        """All answers by status, and how many came a second."""
        results = [self.out.get() for _ in self.processes]
        for process in self.processes:
            process.join()
        statuses: dict[int, int] = {}
        for each, _ in results:
            for status, count in each.items():
                statuses[status] = statuses.get(status, 0) + count
        return statuses, sum(sum(each.values()) / took for each, took in results)


def views(person: Any, sites: list[str]) -> int:
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return sum(
        person.rpc("site_report", site_id=site, from_day=day, to_day=day)["totals"]["views"]
        for site in sites
    )


def percentiles(took: list[float]) -> tuple[float, float]:
    ordered = sorted(took)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.95)]


def measure(stack: Stack, rate: float, seconds: float) -> int:
    person = new_person(stack, "bench", organization="Bench")
    sites = []
    for _ in range(SITES):
        sites.append(person.new_site()["id"])
        changes = {"analytics": True, "domain": "bench-site.de"}
        person.supabase.patch(f"/rest/v1/sites?id=eq.{sites[-1]}", json=changes)
    ask(stack.app_url, 1)
    alone = percentiles(ask(stack.app_url, seconds))
    crowd = Crowd(stack.app_url, sites, rate, seconds)
    beside = percentiles(ask(stack.app_url, max(1, seconds - 1)))
    statuses, reached = crowd.told()
    accepted = statuses.get(204, 0)

    crowd = Crowd(stack.app_url, sites, rate, 60)
    time.sleep(3)
    stack.kill("web", signal.SIGTERM)
    last, _ = crowd.told()
    accepted += last.get(204, 0)
    stack.start("web")
    # What could not be written at the end is taken in with the first beacon.
    crowd = Crowd(stack.app_url, sites, 10, 1)
    accepted += crowd.told()[0].get(204, 0)
    ends = time.monotonic() + 30
    while (counted := views(person, sites)) < accepted and time.monotonic() < ends:
        time.sleep(0.5)

    print(f"{reached:,.0f} beacons a second (asked for {rate:,.0f}), answered {statuses}")
    print(f"another endpoint alone:   {alone[0]:.1f} ms at the median, {alone[1]:.1f} at 95 %")
    print(f"another endpoint beside:  {beside[0]:.1f} ms at the median, {beside[1]:.1f} at 95 %")
    print(f"accepted, SIGTERM included: {accepted:,}; in the database: {counted:,}")
    missed = []
    if reached < rate * 0.95 or set(statuses) != {204}:
        missed.append("every beacon answered at that rate")
    if beside[0] > alone[0] * SLOWER or beside[1] > alone[1] * SLOWER:
        missed.append(f"the other endpoint at most {SLOWER} times")
    if counted < accepted:
        missed.append("none lost")
    print(f"Missed: {'; '.join(missed)}." if missed else "Every goal was met.")
    return 1 if missed else 0


def main() -> int:
    rate = float(sys.argv[1]) if len(sys.argv) > 1 else RATE
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    with tempfile.TemporaryDirectory() as folder:
        settings = {"TRUSTED_PROXIES": "1"}
        with running_stack(Path(folder), "supabase", "worker", "web", **settings) as stack:
            try:
                return measure(stack, rate, seconds)
            finally:
                close_all()


if __name__ == "__main__":
    sys.exit(main())
