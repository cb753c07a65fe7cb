"""Compiling on every processor: pages in their order, by processes that end with their worker."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Generic, TypeVar

from services.site_build import compile_page, pack
from services.site_build.model import CompileContext, CompiledPage, PageSource
from services.site_build.rules import Rules

log = logging.getLogger(__name__)

Source = tuple[PageSource, CompileContext]
T = TypeVar("T")
# A part is what one process gets at a time: enough to be worth the way, little enough to wait for.
_PART_SOURCES = 25
_PART_CHARACTERS = 512 * 1024
_PART_PAGES = 100
_LEAST_SENT = 5
# Starting the processes takes as long as compiling some hundreds of pages.
_WORTH_STARTING = 100
_MOST_PROCESSES = 8
_IDLE_SECONDS = 300.0


def processors() -> int:
    """Return how many processors this process may use, at most as many as a build can keep busy."""
    known = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    return min(len(known) if known else os.cpu_count() or 1, _MOST_PROCESSES)


@dataclass
class CompilePool:
    """Compiles right here, and in `processes` of its own once a build turns out to be long.

    They stay for the next long build until `rest` finds that there has been none for a while.
    """

    rules: Rules
    processes: int = 1
    _crew: _Crew | None = field(default=None, repr=False)
    _used_at: float = 0.0

    def compile(
        self, pages: Iterable[tuple[T, Source | CompiledPage]]
    ) -> Iterator[tuple[T, bytes | CompiledPage]]:
        """Yield each page's label, and what it was compiled and packed to. Raises BuildError.

        A page that was compiled before comes through in its place. `pages` is read some parts
        ahead and no further, so that memory stays flat.
        """
        ahead: deque[tuple[_Part[T], Future[list[bytes]]]] = deque()
        here = 0
        for part in _parts(pages):
            if here >= _WORTH_STARTING and self.processes > 1:
                self._start()
            sent = self._send(part.sources)
            while ahead and (sent is None or len(ahead) >= 2 * self.processes):
                yield from self._receive(*ahead.popleft())
            if sent is None:
                here += len(part.sources)
                yield from part.with_packed(_compile(part.sources, self.rules))
            else:
                ahead.append((part, sent))
        while ahead:
            yield from self._receive(*ahead.popleft())

    def ready(self) -> bool:
        """Return whether there are processes that could begin at once."""
        return self._crew is not None and self._crew.ready()

    def rest(self) -> None:
        """End the processes if no build has needed them lately."""
        if self._crew is not None and time.monotonic() > self._used_at + _IDLE_SECONDS:
            self.close()

    def close(self) -> None:
        """End the processes; the next long build starts new ones."""
        if self._crew is not None:
            self._crew.close()
            self._crew = None

    def _start(self) -> None:
        if self._crew is None:
            self._used_at = time.monotonic()
            try:
                self._crew = _Crew(self.rules, self.processes)
            except OSError as error:
                self._give_up(error)

    def _send(self, sources: list[Source]) -> Future[list[bytes]] | None:
        """Give pages to the processes; None while there are none that could begin at once."""
        if self._crew is None or not self._crew.ready() or len(sources) < _LEAST_SENT:
            return None
        self._used_at = time.monotonic()
        return self._crew.submit(sources)

    def _receive(
        self, part: _Part[T], sent: Future[list[bytes]]
    ) -> Iterator[tuple[T, bytes | CompiledPage]]:
        try:
            packed = sent.result()
        except (EOFError, OSError, CancelledError) as error:
            self._give_up(error)
            packed = _compile(part.sources, self.rules)
        yield from part.with_packed(packed)

    def _give_up(self, error: BaseException) -> None:
        """One was killed, or none can be started: until the worker starts anew it does without."""
        if self.processes > 1:
            log.warning("compiling in one process: %s", type(error).__name__)
        self.close()
        self.processes = 1


@dataclass
class _Part(Generic[T]):
    """Pages that follow each other, and the sources of those to compile."""

    pages: list[tuple[T, CompiledPage | None]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    characters: int = 0

    def add(self, label: T, page: Source | CompiledPage) -> bool:
        """Take one more page; return whether the part is full."""
        if isinstance(page, CompiledPage):
            self.pages.append((label, page))
        else:
            self.pages.append((label, None))
            self.sources.append(page)
            self.characters += len(page[0].html)
        return (
            len(self.sources) >= _PART_SOURCES
            or self.characters >= _PART_CHARACTERS
            or len(self.pages) >= _PART_PAGES
        )

    def with_packed(self, packed: list[bytes]) -> Iterator[tuple[T, bytes | CompiledPage]]:
        results = iter(packed)
        return ((label, page or next(results)) for label, page in self.pages)


def _parts(pages: Iterable[tuple[T, Source | CompiledPage]]) -> Iterator[_Part[T]]:
    part: _Part[T] = _Part()
    for label, page in pages:
        if part.add(label, page):
            yield part
            part = _Part()
    if part.pages:
        yield part


def _compile(sources: list[Source], rules: Rules) -> list[bytes]:
    return [pack(compile_page(page, context, rules)) for page, context in sources]


# The processes -----------------------------------------------------------------------------------


class _Crew:
    """Processes that compile, each with a pipe and a thread of its own.

    Not a ProcessPoolExecutor: its processes share one pipe for all answers, and one that is
    killed while it writes makes the others' reader wait for ever (seen in a test, Python 3.11).
    A pipe of its own ends with its process, and the process with the worker, however that ends.
    """

    def __init__(self, rules: Rules, processes: int) -> None:
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="compile")
        # A worker has threads, and what is forked from threads may hang on a lock of theirs.
        context = multiprocessing.get_context("spawn")
        self._processes = []
        for _ in range(processes):
            near, far = context.Pipe()
            process = context.Process(target=_serve, args=(far, rules), daemon=True)
            process.start()
            far.close()
            self._idle.put(near)
            self._processes.append(process)
        self._greetings = [self._threads.submit(self._greet) for _ in self._processes]

    def ready(self) -> bool:
        """Return whether every process has begun, or failed to."""
        return all(each.done() for each in self._greetings)

    def submit(self, sources: list[Source]) -> Future[list[bytes]]:
        """Have pages compiled. The result raises EOFError or OSError if its process has died."""
        return self._threads.submit(self._ask, sources)

    def close(self) -> None:
        """End the processes, whatever they do."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()

    def _greet(self) -> None:
        connection = self._idle.get()
        try:
            connection.recv()
        finally:
            self._idle.put(connection)

    def _ask(self, sources: list[Source]) -> list[bytes]:
        connection = self._idle.get()
        try:
            connection.send(sources)
            answer: list[bytes] | Exception = connection.recv()
        finally:
            self._idle.put(connection)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(connection: Connection, rules: Rules) -> None:
    """Compile what comes until the worker's end of the pipe is closed."""
    # Ctrl-C reaches the whole group, and the worker may want to finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        connection.send(None)
        while True:
            sources = connection.recv()
            try:
                answer: list[bytes] | Exception = _compile(sources, rules)
            except Exception as error:
                answer = error
            connection.send(answer)
    except (EOFError, OSError):
        return
