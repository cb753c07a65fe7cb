"""A model server on this machine that holds to xAI's description, and misbehaves when told to.

    with XAI() as xai:
        xai.next(xai.status(429, retry_after=1))   # the next question gets this
        xai.always(xai.hang)                        # and every one after it

`xai.asked` holds what came in; `xai.violations` what was not as described, in either direction.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jsonschema

from tests.contracts import xai_description as described
from tests.contracts.xai_mind import think

KEY = "xai-test-key-4f7c"
MODEL, OTHER = "grok-9-test", "grok-9-mini-test"
Way = Callable[["Handler", dict[str, Any]], None]


class XAI:
    """The server; each question is answered in its `way`."""

    def __init__(self, *, mind: Callable[[dict[str, Any]], str] = think, tokens: int = 0) -> None:
        self.mind = mind
        self.asked: list[dict[str, Any]] = []
        self.violations: list[str] = []
        self.hung_up: list[float] = []
        self.pause = 0.0
        self.pieces = 12
        self.key = KEY
        self.connections: list[int] = []
        """Of each question: the port that it came from."""
        self.ways: list[Way] = []
        self.usual: Way = answer
        self.released = threading.Event()
        self.server = _Server(("127.0.0.1", 0), Handler)
        self.server.xai = self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def __enter__(self) -> XAI:
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def reset(self) -> None:
        """Behave again, and forget."""
        self.ways, self.usual, self.mind = [], answer, think
        self.pause, self.pieces = 0.0, 12
        self.asked.clear()
        self.connections.clear()
        self.hung_up.clear()

    def next(self, *ways: Way) -> None:
        self.ways.extend(ways)

    def always(self, way: Way) -> None:
        self.usual = way

    def says(self, text: str) -> None:
        """Make the model say exactly this from now on."""
        self.mind = lambda _: text

    def check(self, what: str, value: object, schema: dict[str, Any]) -> bool:
        errors = list(jsonschema.Draft202012Validator(schema).iter_errors(value))
        self.violations += [f"{what}: {e.json_path} {e.message}"[:300] for e in errors]
        return not errors


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512
    xai: XAI

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up makes no noise here."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self) -> None:
        xai = self.server.xai
        if not self.is_known():
            return
        if self.path == "/v1/models":
            models = [
                {"id": name, "object": "model", "created": 0, "owned_by": "xai"}
                for name in (MODEL, OTHER)
            ]
            self.send(200, {"object": "list", "data": models}, described.ANSWER_MODELS)
        elif self.path == "/v1/language-models":
            prices = [
                {
                    "id": name,
                    "input_modalities": ["text", "image"],
                    "output_modalities": ["text"],
                    "prompt_text_token_price": 20_000,
                    "completion_text_token_price": 60_000,
                }
                for name in (MODEL, OTHER)
            ]
            self.send(200, {"models": prices}, described.ANSWER_PRICES)
        else:
            xai.violations.append(f"GET {self.path} is not described")
            self.refuse(404, "not found")

    def do_POST(self) -> None:
        xai = self.server.xai
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.is_known():
            return
        if self.path != "/v1/chat/completions":
            xai.violations.append(f"POST {self.path} is not described")
            self.refuse(404, "not found")
            return
        asked = json.loads(body)
        xai.asked.append(asked)
        xai.connections.append(self.client_address[1])
        if not xai.check("asked", asked, described.ASKED):
            self.refuse(400, "a field is wrong")
            return
        way = xai.ways.pop(0) if xai.ways else xai.usual
        try:
            way(self, asked)
        except (BrokenPipeError, ConnectionResetError):
            xai.hung_up.append(time.monotonic())
            self.close_connection = True

    def is_known(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {self.server.xai.key}":
            return True
        # Of a wrong key the vendor says 400, of none at all 401.
        self.refuse(400 if self.headers.get("Authorization") else 401, "Incorrect API key supplied")
        return False

    def send(
        self,
        status: int,
        body: object,
        schema: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> None:
        self.server.xai.check("sent", body, schema)
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status: int, says: str, headers: dict[str, str] | None = None) -> None:
        body = {"code": f"Some error {status}", "error": says}
        self.send(status, body, described.ANSWER_ERROR, headers)

    # The stream -------------------------------------------------------------------------

    def begin(self, *, in_chunks: bool = False) -> None:
        self.in_chunks = in_chunks
        self.close_connection = not in_chunks
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        if in_chunks:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Connection", "close")
        self.end_headers()

    def raw(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if self.in_chunks else data)
        self.wfile.flush()

    def chunk(self, delta: dict[str, Any] | None, **more: Any) -> None:
        choices = [] if delta is None else [{"index": 0, "delta": delta, **more.pop("choice", {})}]
        sent = {
            "id": "chat-1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": f"{MODEL}-0925",
            "choices": choices,
            **more,
        }
        self.server.xai.check("sent", sent, described.ANSWER_CHUNK)
        self.raw(f"data: {json.dumps(sent)}\n\n".encode())

    def say(self, text: str) -> None:
        for piece in pieces(text, self.server.xai.pieces):
            self.chunk({"content": piece})
            if self.server.xai.pause:
                time.sleep(self.server.xai.pause)

    def end(self, asked: dict[str, Any], text: str, reason: str = "stop", **delta: Any) -> None:
        self.chunk(delta, choice={"finish_reason": reason})
        said = max(1, len(text) // 4)
        usage = {
            "prompt_tokens": len(json.dumps(asked["messages"])) // 4,
            "completion_tokens": said,
            # What it thought is in the total alone.
            "total_tokens": len(json.dumps(asked["messages"])) // 4 + said + 94,
            "cost_in_usd_ticks": 37_756_000,
        }
        self.chunk(None, usage=usage)
        self.raw(b"data: [DONE]\n\n")


def pieces(text: str, count: int) -> Iterator[str]:
    size = max(1, -(-len(text) // count))
    for at in range(0, len(text), size):
        yield text[at : at + size]


# Ways to answer -----------------------------------------------------------------------------


def answer(handler: Handler, asked: dict[str, Any]) -> None:
    """As described."""
    _say_all(handler, asked)
    handler.wfile.write(b"0\r\n\r\n")


def unending(handler: Handler, asked: dict[str, Any]) -> None:
    """All is said, but the connection never says that it was all."""
    _say_all(handler, asked)
    _wait_until_gone(handler)


def _say_all(handler: Handler, asked: dict[str, Any]) -> None:
    text = handler.server.xai.mind(asked)
    handler.begin(in_chunks=True)
    handler.chunk({"role": "assistant", "reasoning_content": "Let me think."})
    handler.say(text)
    handler.end(asked, text)


def status(code: int, says: str = "no", **headers: object) -> Way:
    sent = {name.replace("_", "-").title(): str(value) for name, value in headers.items()}
    return lambda handler, _: handler.refuse(code, says, sent)


def truncated(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    handler.say('{"html": "<section')
    handler.end(asked, "x", "length")


def refusal(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    handler.end(asked, "", refusal="I will not write that.")


def filtered(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    handler.say("The first wor")
    handler.end(asked, "", "content_filter")


def empty(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    handler.end(asked, "")


def cut(handler: Handler, asked: dict[str, Any]) -> None:
    """The stream ends in the middle, politely: no [DONE], no reason."""
    handler.begin()
    handler.say('{"html": "<section')


def reset(handler: Handler, asked: dict[str, Any]) -> None:
    """The stream ends in the middle with a TCP reset."""
    handler.begin()
    handler.say('{"html": "<section')
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    raise ConnectionResetError


def refuse_connection(handler: Handler, asked: dict[str, Any]) -> None:
    """Hang up before a word is said."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    raise ConnectionResetError


def hang(handler: Handler, asked: dict[str, Any]) -> None:
    """Not even a status."""
    _wait_until_gone(handler)


def stall(handler: Handler, asked: dict[str, Any]) -> None:
    """A good beginning, then silence."""
    handler.begin()
    handler.say('{"html": "<section')
    _wait_until_gone(handler)


def broken_chunks(handler: Handler, asked: dict[str, Any]) -> None:
    """A good beginning, then something that is no chunk, and the connection stays open."""
    handler.begin(in_chunks=True)
    handler.say('{"html": "<section')
    # Read by then: what comes in one piece with the head is no answer at all.
    time.sleep(2)
    handler.wfile.write(b"zz\r\nnot a chunk\r\n")
    _wait_until_gone(handler)


def no_http(handler: Handler, asked: dict[str, Any]) -> None:
    """A head, and in the same piece what is no chunk."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nno\r\n")
    _wait_until_gone(handler)


def endless(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    while not handler.server.xai.released.is_set():
        handler.chunk({"content": "more and more " * 200})


def one_endless_line(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    while not handler.server.xai.released.is_set():
        handler.raw(b"data: " + b"x" * 65536)


def ten_megabytes(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    for _ in range(100):
        handler.chunk({"content": "x" * 100_000})
    handler.end(asked, "x")


def bad_utf8(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    handler.raw(b'data: {"choices":[{"index":0,"delta":{"content":"\xff\xfe\xc3"}}]}\n\n')
    handler.end(asked, "x")


def no_json(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    handler.raw(b"data: {oh no\n\n")
    handler.end(asked, "x")


def wrong_types(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    handler.raw(b'data: {"choices": "none", "usage": 7}\n\ndata: [1]\n\ndata: null\n\n')


def a_web_page(handler: Handler, asked: dict[str, Any]) -> None:
    data = b"<html><h1>Welcome to nginx</h1></html>"
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def error_in_stream(handler: Handler, asked: dict[str, Any]) -> None:
    handler.begin()
    handler.say("Well")
    handler.raw(b'data: {"error": {"message": "internal", "code": 500}}\n\n')


def _wait_until_gone(handler: Handler) -> None:
    handler.connection.settimeout(0.05)
    while not handler.server.xai.released.is_set():
        try:
            if handler.connection.recv(1) == b"":
                raise ConnectionResetError
        except TimeoutError:
            continue
