"""What we add to the model's own time to first token, with 200 streams open at once.

A model server of its own process answers each question in 100 pieces, ten a second. Streams begin
at random, one in each 50 ms, so that 200 are open at any time; the same client asks the model's
server directly, and then us: session, reservation, relay, check and settlement included. (Begun on
the stroke of every 50 ms, a hundred pieces would come in the same instant, and each new question
with them: that adds about 6 ms.) Reserved and settled in PostgreSQL through PostgREST, as hosted
projects have them, or in the embedded database.

    python benchmarks/ai_streams.py          # goals: 15 ms at the median, 60 ms at the 95th
    python benchmarks/ai_streams.py --streams 40     # on a machine that others use, too
    python benchmarks/ai_streams.py --embedded
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import model_server  # noqa: E402
from benchmarks.hosted import running_app  # noqa: E402
from benchmarks.model_server import BLOCK, PAUSE, PIECES  # noqa: E402
from tests.cast import Person, close_all  # noqa: E402
from tests.stack import Stack, free_ports  # noqa: E402

STREAMS = 200
GOALS = {"median": 15.0, "95th percentile": 60.0, "stall": 100.0, "memory": 200.0}


# The client --------------------------------------------------------------------------------------


@dataclass
class Seen:
    """What the client saw, in milliseconds."""

    first: list[float] = field(default_factory=list)
    stalls: list[float] = field(default_factory=list)
    failed: int = 0
    refused: Counter[str] = field(default_factory=Counter)


class Listener(asyncio.Protocol):
    """One question and its answer, of which it reads what it must: where the pieces begin."""

    def __init__(self, request: bytes, mark: bytes, seen: Seen, counts: bool) -> None:
        self.request, self.mark, self.seen, self.counts = request, mark, seen, counts
        self.begun, self.over = time.perf_counter(), asyncio.get_running_loop().create_future()
        self.last, self.rest, self.is_answered, self.ended = 0.0, b"", False, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.Transport, transport).write(self.request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        # What was cut in two is counted with its second half.
        begins = max(0, len(self.rest) - len(self.mark) + 1)
        data = self.rest + data
        self.rest = data[-32:]
        if not self.is_answered:
            self.is_answered, status = True, data.split(b"\r\n", 1)[0]
            if b" 200 " not in status:
                self.seen.refused[status.decode()] += 1
        self.ended = self.ended or b"\nevent: done" in data or b"data: [DONE]" in data
        for _ in range(data.count(self.mark, begins)):
            if self.counts and self.last:
                self.seen.stalls.append((now - self.last - PAUSE) * 1000)
            elif self.counts:
                self.seen.first.append((now - self.begun) * 1000)
            self.last = now
        if self.ended and not self.over.done():
            self.over.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)


async def listen(port: int, request: bytes, mark: bytes, seen: Seen, *, counts: bool) -> None:
    loop = asyncio.get_running_loop()
    transport, listener = await loop.create_connection(
        lambda: Listener(request, mark, seen, counts), "127.0.0.1", port
    )
    await listener.over
    seen.failed += not listener.ended
    transport.close()


async def measure(port: int, requests: list[bytes], mark: bytes, streams: int) -> Seen:
    """Begin streams one after the other; those begun when so many are open count."""
    seen, running = Seen(), []
    begun, slot, chance = time.perf_counter(), PIECES * PAUSE / streams, random.Random(streams)
    for number in range(2 * streams):
        # By the clock: a busy loop must not begin fewer, and call that a success.
        due = begun + (number + chance.random()) * slot
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        request = requests[number % len(requests)]
        counts = number >= streams
        running.append(asyncio.create_task(listen(port, request, mark, seen, counts=counts)))
    await asyncio.gather(*running)
    return seen


async def probe(port: int, host: str, waits: list[float]) -> None:
    """Ask another endpoint all the while."""
    while True:
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET /api/health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        )
        answer = await reader.read()
        assert b" 200 " in answer.split(b"\r\n")[0], answer[:200]
        waits.append((time.perf_counter() - begun) * 1000)
        writer.close()
        await asyncio.sleep(0.1)


def post(path: str, host: str, token: str, body: object) -> bytes:
    data = json.dumps(body)
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        "Accept: text/event-stream\r\nContent-Type: application/json\r\nConnection: close\r\n"
        f"Content-Length: {len(data)}\r\n\r\n{data}"
    ).encode()


def memory_of(stack: Stack) -> float:
    """Memory of the app and its workers, in megabytes; what they share is counted once."""
    root = stack.running["web"].pid
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "status").read_text() + (process / "smaps_rollup").read_text()
        except OSError:
            continue
        values = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
        if root in (int(values["Pid"]), int(values["PPid"])):
            total += int(values.get("Pss", "0 kB").split()[0])
    return total / 1024


async def compare(
    stack: Stack, model_port: int, people: list[tuple[Person, str]], streams: int
) -> bool:
    host = f"127.0.0.1:{stack.env['PORT']}"
    wish = {"prompt": "New words", "html": BLOCK}
    asked = {
        "model": "m",
        "stream": True,
        "messages": [{"role": "user", "content": "x" * 3000}],
    }
    straight = post("/v1/chat/completions", f"127.0.0.1:{model_port}", "k", asked)
    ours = [
        post("/api/ai/edit", host, person.token, {**wish, "site_id": site})
        for person, site in people
    ]
    print(f"{streams} streams open at once, and as many measured", flush=True)
    warm = Seen()
    port = int(stack.env["PORT"])
    await asyncio.gather(
        *(listen(port, each, b"\nevent: delta", warm, counts=False) for each in ours)
    )
    direct = await measure(model_port, [straight], b"data: {", streams)
    waits: list[float] = []
    other = asyncio.create_task(probe(port, host, waits))
    through = await measure(port, ours, b"\nevent: delta", streams)
    memory = memory_of(stack)
    other.cancel()
    return report(direct, through, waits, memory)


def report(direct: Seen, through: Seen, waits: list[float], memory: float) -> bool:
    def at(values: list[float], part: float) -> float:
        return sorted(values)[min(len(values) - 1, round(part * len(values)))]

    if direct.refused or through.refused:
        print(f"refused: {dict(direct.refused)} directly, {dict(through.refused)} through us")
        return False
    added = {
        "median": statistics.median(through.first) - statistics.median(direct.first),
        "95th percentile": at(through.first, 0.95) - at(direct.first, 0.95),
        "stall": max(0.0, at(through.stalls, 0.999) - max(0.0, at(direct.stalls, 0.999))),
        "memory": memory,
    }
    units = {"memory": "MB in all"}
    ok = direct.failed == through.failed == 0
    print(f"streams that did not end well: {direct.failed} direct, {through.failed} through us")
    for name, value in added.items():
        met = value <= GOALS[name]
        ok = ok and met
        print(
            f"{name:>16} {value:8.1f} {units.get(name, 'ms added')}"
            f"  (goal {GOALS[name]:.0f}{'' if met else ', missed'})"
        )
    print(
        f"another endpoint meanwhile: median {statistics.median(waits):.1f} ms, "
        f"99th percentile {at(waits, 0.99):.1f} ms; {len(waits)} asked, none refused"
    )
    return ok


def main() -> int:
    # Ended from outside, the processes below must end, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    (port,) = free_ports(1)
    server = subprocess.Popen([sys.executable, model_server.__file__, str(port)])
    settings = {
        "GROK_API_KEY": "any-word",
        "GROK_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "WEB_THREADS": "256",
    }
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            running_app(Path(folder), **settings) as (stack, new_person),
        ):
            people = []
            for _ in range(8):
                person = new_person("bench", organization="Bench")
                people.append((person, person.new_site()["id"]))
            at = sys.argv.index("--streams") + 1 if "--streams" in sys.argv else 0
            streams = int(sys.argv[at]) if at else STREAMS
            return 0 if asyncio.run(compare(stack, port, people, streams)) else 1
    finally:
        close_all()
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
