"""The life of a question: reserved, asked, checked piece by piece, settled however it ends."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from services.ai import credits, prompts
from services.ai.changes import Piece, Recipe, Task
from services.ai.chunks import Answer, Usage
from services.ai.credits import Price
from services.ai.failures import Away, BadAnswer, Refused, Slow
from services.ai.grok import BEAT, Call, Question, Server
from services.ai.markup import Flaw
from services.errors import ProblemError

log = logging.getLogger(__name__)

_LONGEST = 9 * 60
"""Seconds after which no further call is begun; the database's sweep counts on it."""


@dataclass(frozen=True)
class Event:
    """Something to tell whoever asked: `start, plan, delta, section, usage, done, error`."""

    name: str
    data: dict[str, Any]
    problem: ProblemError | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """A question whose credits are reserved."""

    id: str
    kind: str
    server: Server
    model: str
    price: Price
    reserved: int
    remaining: int | None
    cache_key: str
    recipe: Recipe
    keep: Callable[..., None]
    settle: Callable[..., dict[str, Any]]


@dataclass
class Outcome:
    """What has come of a question so far."""

    status: str = "done"
    problem: ProblemError | None = None
    pieces: list[Piece] = field(default_factory=list)
    failed: list[ProblemError] = field(default_factory=list)
    used: Usage = Usage()
    """All calls, those with unusable answers included."""
    landed: Usage = Usage()
    """The calls whose answers are used: only these are charged."""
    model: str = ""
    kept: int = 0
    """How many pieces the database has already."""


def run(job: Job) -> Iterator[Event | None]:
    """Yield what happens; None is a sign of life. Closing the iterator cancels the call upstream.

    What has landed by then is kept in the history.
    """
    begun = time.monotonic()
    outcome = Outcome(model=job.model)
    settled: dict[str, Any] = {}
    call: Call | None = None
    try:
        task = next(job.recipe)
        # The model thinks while the answer's beginning is on its way to whoever asked.
        call = _begin(job, task, task.messages)
        yield _start(job)
        yield from _work(job, task, call, outcome, begun + _LONGEST)
    except GeneratorExit:
        outcome.status = "canceled"
        raise
    except ProblemError as problem:
        outcome.problem = problem
    except Exception:
        log.exception("generation %s failed", job.id)
        outcome.problem = ProblemError()
    finally:
        if call is not None:
            call.close()
        job.recipe.close()
        settled = _settle(job, outcome, round((time.monotonic() - begun) * 1000))
    yield from _end(job, outcome, settled)


def _start(job: Job) -> Event:
    names = ("kind", "model", "reserved", "remaining")
    return Event("start", {"generation_id": job.id} | {each: getattr(job, each) for each in names})


def _work(
    job: Job, task: Task, call: Call, outcome: Outcome, ends: float
) -> Iterator[Event | None]:
    begun: Call | None = call
    try:
        while True:
            if time.monotonic() > ends:
                raise Slow("This took too long and was stopped. Nothing was charged.")
            piece = yield from _answer(job, task, begun, outcome)
            begun = None
            task = job.recipe.send(piece)
            _keep(job, outcome)
    except StopIteration:
        pass
    if not any(piece.get("event") == "section" for piece in outcome.pieces) and outcome.failed:
        raise outcome.failed[0]


def _answer(
    job: Job, task: Task, begun: Call | None, outcome: Outcome
) -> Generator[Event | None, None, Piece | None]:
    """One piece: asked for, checked, and once more, whatever went wrong; never a third time."""
    messages, place = task.messages, {"index": task.index, "variant": task.variant}
    problem: ProblemError = BadAnswer()
    for attempt in (1, 2):
        if attempt == 2:
            yield Event("delta", {**place, "text": "", "restart": True})
        call, begun = begun or _begin(job, task, messages), None
        try:
            answer = yield from _listen(call, place, outcome)
        except Refused as refusal:
            problem = refusal
            break
        except BadAnswer as bad:
            # Cut off, too long, unreadable: the same question may go well the second time, but a
            # model that would not stop is not asked again.
            problem = bad
            if bad.code not in ("ai_cut", "ai_empty", "ai_bad_answer"):
                break
            continue
        except Away as away:
            if attempt == 2 or away.again is None:
                raise
            yield from _wait(away.again)
            continue
        outcome.model = answer.model or outcome.model
        try:
            piece = {**task.check(answer.text), **place, "event": task.event}
        except Flaw as flaw:
            # Not the flaw itself, which may quote the model: logs hold no prompts and no answers.
            log.info("an answer of kind %s could not be used", job.kind)
            said = {"role": "assistant", "content": answer.text[:20_000]}
            messages = [*task.messages, said, prompts.repair(str(flaw))]
            problem = BadAnswer()
            continue
        outcome.landed += answer.usage
        outcome.pieces.append(piece)
        yield Event(task.event, {name: value for name, value in piece.items() if name != "event"})
        return piece
    outcome.failed.append(problem)
    if task.event == "plan":
        raise problem
    yield Event("section", {**place, "failed": {"code": problem.code, "detail": problem.detail}})
    return None


def _begin(job: Job, task: Task, messages: list[dict[str, Any]]) -> Call:
    question = Question(
        model=job.model,
        messages=messages,
        schema=task.schema,
        max_tokens=task.max_tokens,
        cache_key=job.cache_key,
    )
    return Call(job.server, question)


def _listen(
    call: Call, place: dict[str, int], outcome: Outcome
) -> Generator[Event | None, None, Answer]:
    answer: Answer | None = None
    pieces = call.listen()
    try:
        while True:
            text = next(pieces)
            yield None if text is None else Event("delta", {**place, "text": text})
    except StopIteration as end:
        whole: Answer = end.value
        answer = whole
        return whole
    finally:
        call.close()
        # The vendor counts what it refused, cut off or was stopped at, too.
        outcome.used += answer.usage if answer else call.chunks.reported()


def _wait(seconds: float) -> Iterator[None]:
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        time.sleep(min(left, BEAT))
        yield None


def _keep(job: Job, outcome: Outcome) -> None:
    """Put what has landed into the history before more is asked for: we may be killed."""
    if len(outcome.pieces) == outcome.kept:
        return
    outcome.kept = len(outcome.pieces)
    job.keep(
        job.id,
        output={"sections": outcome.pieces},
        model=outcome.model,
        used=outcome.used,
        ticks=credits.cost(outcome.used, job.price)[0],
    )


def _settle(job: Job, outcome: Outcome, duration_ms: int) -> dict[str, Any]:
    if outcome.problem is not None:
        outcome.status = "refused" if isinstance(outcome.problem, Refused) else "error"
    output = {"sections": outcome.pieces}
    return job.settle(
        job.id,
        status=outcome.status,
        output=output,
        problem=outcome.problem,
        model=outcome.model,
        used=outcome.used,
        # The vendor wants money for what cannot be used, too; the person does not pay it.
        charged=(credits.cost(outcome.used, job.price)[0], _charge(job, outcome)),
        duration_ms=duration_ms,
    )


def _charge(job: Job, outcome: Outcome) -> int:
    return credits.cost(outcome.landed, job.price)[1]


def _end(job: Job, outcome: Outcome, settled: dict[str, Any]) -> Iterator[Event]:
    if outcome.problem is not None:
        yield Event("error", {"generation_id": job.id}, outcome.problem)
        return
    ticks, _ = credits.cost(outcome.used, job.price)
    yield Event(
        "usage",
        {
            "input_tokens": outcome.used.input,
            "output_tokens": outcome.used.output,
            "cost_usd_ticks": ticks,
            "credits": settled["credits"],
        },
    )
    yield Event(
        "done",
        {
            "generation_id": job.id,
            "status": "done",
            "model": outcome.model,
            "credits": settled["credits"],
            "remaining": settled["remaining"],
        },
    )


def replay(generation: dict[str, Any]) -> Iterator[Event | None]:
    """Tell what came of a question that was answered before; nothing is asked or charged."""
    yield Event(
        "start",
        {
            "generation_id": generation["id"],
            "kind": generation["kind"],
            "model": generation["model"],
            "reserved": 0,
            "remaining": None,
            "replayed": True,
        },
    )
    for piece in (generation["output"] or {}).get("sections", ()):
        shown = {name: value for name, value in piece.items() if name != "event"}
        yield Event(piece["event"], shown)
    names = ("input_tokens", "output_tokens", "cost_usd_ticks", "credits")
    yield Event("usage", {name: generation[name] for name in names})
    yield Event(
        "done",
        {
            "generation_id": generation["id"],
            "status": generation["status"],
            "model": generation["model"],
            "credits": generation["credits"],
            "remaining": None,
        },
    )
