"""A local server that stands in for a vendor, and holds both sides to its description.

What we send that the vendor would refuse, and what a test lets the vendor say that it could not,
both end up in `faults`; `assert_clean` shows them.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.contracts.description import Description, Operation, described

# Where visitors of the vendors' sites are led by tests/contracts/near_worker.py.
VISIT = "/_visit/"


@dataclass
class Request:
    """One request, as the vendor reads it."""

    operation: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    named: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def as_file(path: str) -> str:
    """The file that an address leads to."""
    return f"{path}index.html" if path == "" or path.endswith("/") else path


class Refuse(Exception):
    """Raised by a vendor to answer with an error."""

    def __init__(self, status: int, body: Any = None, **headers: str) -> None:
        super().__init__(status)
        self.answer = Answer(status, body, headers)


# What can be made to go wrong, once each: an Answer; raw bytes for the body of a 200; or one of
# "drop" (the connection ends before anything happened), "lose" (it happened, the answer is lost),
# "hang" (no answer at all), "drip" (a byte now and then).
Fault = Answer | bytes | str


class Vendor:
    """The server. A vendor's own behaviour is a method named after each operation."""

    name = ""
    token = "token-of-the-vendor"  # noqa: S105

    def __init__(self, *, latency: float = 0.0, port: int = 0) -> None:
        self.description: Description = self.describe()
        self.latency = latency
        self.log: list[Request] = []
        self.faults: list[str] = []
        self.lock = threading.RLock()
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self.pause: Callable[[Request], None] = lambda request: None
        vendor = self

        class Handler(_Handler):
            serves = vendor

        self.server = _Server(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}{self.description.prefix}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    def describe(self) -> Description:
        return described(self.name)

    def __enter__(self) -> Any:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def fault(self, operation: str, *faults: Fault) -> None:
        """Let the next calls of an operation go wrong, in this order."""
        self._planned[operation].extend(faults)

    def calls(self, *operations: str) -> list[Request]:
        return [each for each in self.log if not operations or each.operation in operations]

    def order(self) -> list[str]:
        return [each.operation for each in self.log]

    def assert_clean(self) -> None:
        assert not self.faults, "\n".join(self.faults)
        left = {name: list(each) for name, each in self._planned.items() if each}
        assert not left, f"faults that nothing ran into: {left}"

    # ----------------------------------------------------------------------------

    def respond(self, request: Request, operation: Operation) -> Answer | str | bytes:
        """Judge the request, let the vendor act, judge the answer."""
        faults = self.description.request_faults(
            operation, request.query, request.headers, request.body
        )
        self.faults += [f"{request.method} {request.path}: {fault}" for fault in faults]
        with self.lock:
            planned = self._planned[request.operation]
            fault = planned.popleft() if planned else None
        if fault is not None and fault != "lose":
            return fault
        if request.headers.get("authorization") != f"Bearer {self.token}":
            answer = self.unauthorized()
        else:
            try:
                with self.lock:
                    act = getattr(self, request.operation.replace("/", "_").replace("-", "_"))
                    answer = act(request)
            except Refuse as refusal:
                answer = refusal.answer
            except Exception as crash:
                self.faults.append(f"{request.operation} crashed: {crash!r}")
                answer = Answer(500, {"message": "crashed"})
        if fault == "lose":
            return "drop"
        body = b"" if answer.body is None else json.dumps(answer.body).encode()
        wrong = self.description.answer_faults(operation, answer.status, body)
        self.faults += [f"answer to {request.operation}: {each}" for each in wrong]
        return answer

    def outside(self, request: Request) -> Answer | None:
        """What the vendor answers that its description does not hold."""
        return None

    def visited(self, host: str, path: str) -> bytes | None:
        """What a visitor of one of the vendor's sites gets."""
        raise NotImplementedError

    def unauthorized(self) -> Answer:
        return Answer(401, {"code": 401, "message": "Access Denied"})


class _Server(ThreadingHTTPServer):
    request_queue_size = 100

    def handle_error(self, *_: object) -> None:
        """A client that leaves in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: without this the second waits 40 ms for the first's receipt.
    disable_nagle_algorithm = True
    serves: Vendor

    def _serve(self) -> None:
        vendor = self.serves
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else b""
        if len(body) < length:
            return
        parts = urlsplit(self.path)
        if parts.path.startswith(VISIT):
            self._visit(*parts.path.removeprefix(VISIT).split("/", 1))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        found = vendor.description.find(self.command, parts.path)
        request = Request(
            found[0].id if found else "", self.command, parts.path, parts.query, headers, body,
            found[1] if found else {},
        )  # fmt: skip
        vendor.log.append(request)
        try:
            vendor.pause(request)
        except Exception:
            # Whatever a test does there: the vendor never came to act.
            self._misbehave("drop")
            return
        if vendor.latency:
            time.sleep(vendor.latency)
        outside = vendor.outside(request)
        if outside is not None:
            self._send(outside)
            return
        if found is None:
            vendor.faults.append(f"{self.command} {parts.path} is not described")
            self._send(Answer(404, {"message": "Not Found"}))
            return
        result = vendor.respond(request, found[0])
        if isinstance(result, str):
            self._misbehave(result)
        elif isinstance(result, bytes):
            self._write(200, result, {"Content-Type": "text/html"})
        else:
            self._send(result)

    def _visit(self, host: str, path: str) -> None:
        found = self.serves.visited(host, path)
        self._write(404 if found is None else 200, found or b"", {"Content-Type": "text/plain"})

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _send(self, answer: Answer) -> None:
        body = b"" if answer.body is None else json.dumps(answer.body).encode()
        self._write(answer.status, body, {"Content-Type": "application/json", **answer.headers})

    def _write(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(0 if status == 204 else len(body)))
            self.end_headers()
            if status != 204:
                self.wfile.write(body)

    def _misbehave(self, how: str) -> None:
        self.close_connection = True
        if how == "hang":
            time.sleep(3)
        elif how == "drip":
            with contextlib.suppress(OSError):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                for _ in range(30):
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.1)
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None: ...

    def log_error(self, *_: object) -> None: ...


@contextlib.contextmanager
def quietly(vendor: Vendor) -> Iterator[Vendor]:
    """Run a vendor and see at the end that everybody kept to the description."""
    with vendor:
        yield vendor
    vendor.assert_clean()
