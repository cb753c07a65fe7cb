"""The model's server of `ai_streams.py`: `python benchmarks/model_server.py <port>`.

It answers each question in 100 pieces, ten a second, which it wrote down before.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any, cast

PIECES, PAUSE, THINKS = 100, 0.1, 0.2
BLOCK = '<section class="rb-stats rb-section" data-rb-block="stats"><h2>Old</h2></section>'


def event(chunk: dict[str, Any] | str) -> bytes:
    """One event of the stream, as an HTTP chunk of its own."""
    data = b"data: %s\n\n" % (chunk if isinstance(chunk, str) else json.dumps(chunk)).encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


def pieces_of(answer: str) -> list[bytes]:
    size = -(-len(answer) // PIECES)
    parts = [answer[at : at + size] for at in range(0, len(answer), size)]
    said = [{"choices": [{"index": 0, "delta": {"content": part}}]} for part in parts]
    return [event(chunk) for chunk in said]


ANSWER = pieces_of(json.dumps({"html": BLOCK.replace("Old", "New words " * 30)}))
USAGE = {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000}
END = (
    event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    + event({"choices": [], "usage": USAGE})
    + event("[DONE]")
    + b"0\r\n\r\n"
)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
MODELS = json.dumps({"object": "list", "data": [{"id": "m", "object": "model"}]}).encode()
OFFER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Model(asyncio.Protocol):
    """Answers the questions of one connection, one after the other, in pieces it wrote before.

    It shares the app's two processors, as no vendor's does, so a piece must cost it little.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.told = cast(asyncio.Transport, transport), b""
        self.next: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        self.told += data
        head, found, body = self.told.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not found or len(body) < (int(length[1]) if length else 0):
            return
        self.told = b""
        if head.startswith(b"POST "):
            self.transport.write(HEAD)
            self.later(asyncio.get_running_loop().time() + THINKS, 0)
        elif head.startswith(b"GET /v1/models"):
            self.transport.write(OFFER % (len(MODELS), MODELS))
        else:
            self.transport.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")

    def later(self, due: float, number: int) -> None:
        self.next = asyncio.get_running_loop().call_at(due, self.say, due, number)

    def say(self, due: float, number: int) -> None:
        if number == len(ANSWER):
            self.transport.write(END)
            return
        self.transport.write(ANSWER[number])
        self.later(due + PAUSE, number + 1)

    def connection_lost(self, error: Exception | None) -> None:
        if self.next:
            self.next.cancel()


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Model, "127.0.0.1", port, backlog=512)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
