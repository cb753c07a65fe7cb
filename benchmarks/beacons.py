"""Beacons beside the rest of the app: `python benchmarks/beacons.py [a second] [seconds]`.

One web process behind a proxy's header, on PostgreSQL and PostgREST as hosted projects have them,
or on the embedded database with `--embedded` at the end. So many beacons a second, of many sites
and addresses, over connections that stay open, from a process of its own; meanwhile somebody
asks another endpoint of the app, one request after the other, alone and beside them in turn: what a
machine can do changes within a minute.
Then the web process is told to end in the middle of it: what it had accepted must be in the
database. Both sides share this machine's processors, so the sender costs the app time too. A goal
that is missed ends the run with 1.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import random
import selectors
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter, deque
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402

from benchmarks.hosted import NewPerson, running_app  # noqa: E402
from tests.analytics.visiting import CHROME, IPHONE  # noqa: E402
from tests.cast import close_all  # noqa: E402
from tests.stack import Stack  # noqa: E402

RATE, SECONDS, ROUNDS = 2000, 10, 3
LINES, SITES, PATHS = 32, 5, 40
SLOWER = 1.2


def beacons(sites: list[str], host: str) -> list[bytes]:
    """Write some thousands of requests down beforehand, of many visitors, sites and pages."""
    chance = random.Random(1)
    requests = []
    for _ in range(5000):
        visitor = chance.randrange(50_000)
        event = {"kind": "view", "path": f"/page-{chance.randrange(PATHS)}/"}
        body = json.dumps({"site": chance.choice(sites), "width": 1440, "events": [event]})
        requests.append(
            f"POST /api/analytics/collect HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain\r\n"
            f"Origin: https://bench-site.de\r\nUser-Agent: {CHROME if visitor % 2 else IPHONE}\r\n"
            f"X-Forwarded-For: 10.{visitor >> 16}.{visitor >> 8 & 255}.{visitor & 255}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
    return requests


def send(url: str, sites: list[str], rate: float, ends: float, out: Any) -> None:
    """Send beacons at a steady rate until the time is up or nobody answers; tell how it went.

    On bare sockets: a client of the library would take more of the processors than the app.
    """
    where = urlsplit(url)
    address = (where.hostname or "", where.port or 80)
    requests = itertools.cycle(beacons(sites, where.netloc))
    lines = [socket.create_connection(address, timeout=30) for _ in range(LINES)]
    idle, busy = deque(lines), selectors.DefaultSelector()
    statuses: Counter[int] = Counter()
    began, sent = time.monotonic(), 0
    try:
        while time.monotonic() < ends or busy.get_map():
            due = (time.monotonic() - began) * rate if time.monotonic() < ends else 0
            while sent < due and idle:
                line = idle.popleft()
                line.sendall(next(requests))
                busy.register(line, selectors.EVENT_READ)
                sent += 1
            for key, _ in busy.select(0.002):
                line = key.fileobj
                answer = line.recv(4096)
                if not answer:
                    raise ConnectionError
                statuses[int(answer.split(b" ", 2)[1])] += 1
                busy.unregister(line)
                idle.append(line)
    except OSError:
        pass
    out.put((dict(statuses), time.monotonic() - began))


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
    """The sender, as a process."""

    def __init__(self, url: str, sites: list[str], rate: float, seconds: float) -> None:
        self.out: Any = multiprocessing.Queue()
        ends = time.monotonic() + seconds
        self.process = multiprocessing.Process(target=send, args=(url, sites, rate, ends, self.out))
        self.process.start()

    def told(self) -> tuple[dict[int, int], float]:
        """All answers by status, and how many came a second."""
        statuses, took = self.out.get()
        self.process.join()
        return statuses, sum(statuses.values()) / took


def views(person: Any, sites: list[str]) -> int:
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return sum(
        person.rpc("site_report", site_id=site, from_day=day, to_day=day)["totals"]["views"]
        for site in sites
    )


def typical(took: list[float]) -> tuple[float, float, float]:
    """The mean, the median and the 95th percentile."""
    ordered = sorted(took)
    return statistics.mean(took), statistics.median(took), ordered[int(len(ordered) * 0.95)]


def measure(stack: Stack, new_person: NewPerson, rate: float, seconds: float) -> int:
    person = new_person("bench", organization="Bench")
    sites = []
    for _ in range(SITES):
        sites.append(person.new_site()["id"])
        changes = {"analytics": True, "domain": "bench-site.de"}
        person.supabase.patch(f"/rest/v1/sites?id=eq.{sites[-1]}", json=changes)
    # The lists of browsers and robots are read with a process's first beacon.
    accepted = Crowd(stack.app_url, sites, 10, 1).told()[0].get(204, 0)
    ask(stack.app_url, 1)
    alone, beside, statuses, reached = [], [], Counter[int](), []
    for _ in range(ROUNDS):
        alone += ask(stack.app_url, seconds)
        crowd = Crowd(stack.app_url, sites, rate, seconds)
        beside += ask(stack.app_url, max(1, seconds - 1))
        answered, a_second = crowd.told()
        statuses.update(answered)
        reached.append(a_second)
    accepted += statuses[204]

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

    slowest = min(reached)
    print(f"{slowest:,.0f} beacons a second (asked for {rate:,.0f}), answered {dict(statuses)}")
    print("another endpoint, in ms: mean, median, 95th percentile")
    told = {"alone": typical(alone), "beside": typical(beside)}
    for name, values in told.items():
        print(f"  {name:6}  " + "  ".join(f"{value:6.2f}" for value in values))
    slower = [after / before for before, after in zip(*told.values(), strict=True)]
    print("  times   " + "  ".join(f"{times:6.2f}" for times in slower))
    print(f"accepted, SIGTERM included: {accepted:,}; in the database: {counted:,}")
    missed = []
    if slowest < rate * 0.95 or set(statuses) != {204}:
        missed.append("every beacon answered at that rate")
    # The 95th percentile is told, too: whoever comes while a batch is written has less of the
    # processors, which the sender, the database and the one who asks share with the app.
    if max(slower[:2]) > SLOWER:
        missed.append(f"the other endpoint at most {SLOWER} times")
    if counted < accepted:
        missed.append("none lost")
    print(f"Missed: {'; '.join(missed)}." if missed else "Every goal was met.")
    return 1 if missed else 0


def main() -> int:
    told = [float(word) for word in sys.argv[1:] if word != "--embedded"]
    rate, seconds = [*told, *(RATE, SECONDS)[len(told) :]]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder), TRUSTED_PROXIES="1") as (stack, new_person),
    ):
        try:
            return measure(stack, new_person, rate, seconds)
        finally:
            close_all()


if __name__ == "__main__":
    sys.exit(main())
