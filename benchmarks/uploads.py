"""Publishing to hosts elsewhere: `python benchmarks/uploads.py`.

The servers run in a process of their own and wait 30 ms before every answer. The limit for n
uploads, c at once, is n / c answers one after another; what we take is given as a multiple of it.
The host modules and their client are the product's; only the lease is stood in for, because no
database is asked here.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from services.deployments.blobs import BlobStore  # noqa: E402
from services.deployments.hosts import Place, netlify, session, vercel  # noqa: E402
from services.deployments.queue import Job  # noqa: E402
from services.deployments.snapshot import SiteRow  # noqa: E402
from services.vendors.api import Api  # noqa: E402

LATENCY = 0.03
FILES = 1_000
GOAL, BEFORE_UPLOAD, MEMORY_MB = 1.3, 4, 150
SITE = SiteRow("0b5e", "Bench", "bench", "org", None, {}, {}, "")


class FreeLease:
    """Holds a job that nobody disputes."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def check(self) -> None: ...

    def hold(self) -> None: ...

    def say(self, text: str) -> None: ...

    def step(self, status: str, text: str, *, total: int = 0) -> None: ...

    def progress(self, done: int, total: int) -> None: ...

    def patiently(self, ask: Callable[[], Any]) -> None:
        """Nothing is written down: there is no database."""


def publish(host: Any, url: str, token: str, place: Place, files: Mapping[str, str], known: Any):
    job = Job("bench", "org", SITE.id, "x", "production", 1, 1, 1, None)
    api = Api("Host", url, token)
    home = session.Session(
        db=None,  # type: ignore[arg-type]
        lease=FreeLease(job),  # type: ignore[arg-type]
        place=place,
        api=api,
        project=dict(known.get("project", {})),
        live=known.get("live", {}),
        domain="",
        account="",
    )
    job.external["manifest"] = place.blobs.put_manifest(files)
    started = time.perf_counter()
    done = host.publish(home, SITE, files)
    return time.perf_counter() - started, {"project": home.project, "live": dict(done.live)}


def serve(name: str) -> None:
    """Be the server: announce the address, then tell the log on every line that comes in."""
    from tests.contracts.netlify import Netlify
    from tests.contracts.vercel import Vercel

    kind = {"netlify": Netlify, "vercel": Vercel}[name]
    server = kind(latency=LATENCY)
    # Only what was sent is counted; a gigabyte of it is not kept.
    server.description.request_faults = lambda *_: []  # type: ignore[method-assign]
    server.description.answer_faults = lambda *_: []  # type: ignore[method-assign]
    server.stored = Forgetful()
    with server:
        print(json.dumps({"url": server.url, "token": server.token}), flush=True)
        for _ in sys.stdin:
            print(json.dumps(server.order()), flush=True)
            server.log.clear()


class Forgetful(dict[str, bytes]):
    def __setitem__(self, key: str, value: bytes) -> None:
        super().__setitem__(key, b"")


class Server:
    def __init__(self, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "serve", name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.address = json.loads(self.process.stdout.readline())  # type: ignore[union-attr]

    def calls(self) -> list[str]:
        self.process.stdin.write("\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]
        return list(json.loads(self.process.stdout.readline()))  # type: ignore[union-attr]


def measure(name: str, host: Any, upload: str, at_once: int) -> list[bool]:
    """Publish everything, then one changed file, then nothing."""
    server = Server(name)
    try:
        with tempfile.TemporaryDirectory() as folder:
            place = Place(Path(folder), "http://app", "http://sites")
            blobs = place.blobs
            files = {
                f"p{n}/index.html": blobs.put(f"<p>{n}</p>".encode() * 200)[0] for n in range(FILES)
            }
            address = server.address["url"], server.address["token"], place
            # The project first: it is made once in a site's life.
            _, known = publish(host, *address, {"index.html": blobs.put(b"first")[0]}, {})
            server.calls()
            seconds, known = publish(host, *address, files, known)
            calls = server.calls()
            uploads = calls.count(upload)
            limit = uploads / at_once * LATENCY
            ratio = seconds / limit
            print(
                f"{name}: {uploads:,} uploads in {seconds:.2f} s, "
                f"{ratio:.2f} times the limit of {limit:.2f} s"
            )
            ok = [ratio <= GOAL, uploads >= FILES]

            files["p7/index.html"] = blobs.put(b"changed")[0]
            seconds, known = publish(host, *address, files, known)
            calls = server.calls()
            before = calls.index(upload)
            print(
                f"{name}: one changed file: {before} requests before "
                f"{calls.count(upload)} upload, {seconds:.2f} s"
            )
            ok += [before <= BEFORE_UPLOAD, calls.count(upload) == 1]

            publish(host, *address, files, known)
            calls = server.calls()
            made = [each for each in calls if each.startswith("create")]
            print(f"{name}: unchanged: {len(calls)} request, {len(made)} deploys")
            return [*ok, made == []]
    finally:
        server.process.kill()


def gigabyte() -> list[bool]:
    """A site of 1 GB, published by a process that does nothing else."""
    script = [sys.executable, __file__, "gigabyte"]
    server = Server("netlify")
    try:
        env = os.environ | {"BENCH_SERVER": json.dumps(server.address)}
        done = subprocess.run(script, env=env, capture_output=True, text=True, check=True)
    finally:
        server.process.kill()
    peak = float(done.stdout)
    print(f"a site of 1 GB: {peak:.0f} MB of memory at most")
    return [peak < MEMORY_MB]


def publish_a_gigabyte() -> None:
    address = json.loads(os.environ["BENCH_SERVER"])
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), "http://app", "http://sites")
        files = {
            f"video-{n}.mp4": BlobStore(place.data_dir / "blobs").put(os.urandom(4096) * 2560)[0]
            for n in range(100)
        }
        publish(netlify.Netlify(""), address["url"], address["token"], place, files, {})
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> int:
    met = measure("netlify", netlify.Netlify(""), "uploadDeployFile", netlify.UPLOADS_AT_ONCE)
    met += measure("vercel", vercel.Vercel(), "uploadFile", vercel.UPLOADS_AT_ONCE)
    met += gigabyte()
    print("every goal met" if all(met) else "a goal was missed")
    return 0 if all(met) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2])
    elif sys.argv[1:2] == ["gigabyte"]:
        publish_a_gigabyte()
    else:
        sys.exit(main())
