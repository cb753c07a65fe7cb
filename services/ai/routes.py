"""/api/ai: ask the AI for pages, code, words, layouts, themes and changes, and what that costs.

An answer comes as Server-Sent Events, or as plain JSON to whoever accepts that alone. Who may ask
and whether the credits suffice is decided by the database, in one call, before the model hears
of it.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, g, json, request

from services.ai import answers, changes, credits, estimates, generation, models
from services.ai.catalog import catalog
from services.ai.failures import Away, BadAnswer, Refused, Slow
from services.ai.generation import Event, Job
from services.ai.shapes import (
    Ask,
    CodeAsk,
    ContentAsk,
    DesignAsk,
    EditAsk,
    Generation,
    LayoutAsk,
    Models,
    PageAsk,
)
from services.config import Config
from services.edge import problems
from services.edge.limits import limiter
from services.edge.operation import operation
from services.edge.request_log import note_organization
from services.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotConfigured,
    NotFound,
    ProblemError,
    TooManyRequests,
)

blueprint = Blueprint("ai", __name__)

# What it costs is bounded by the database; this is against a script that asks in a loop.
_ASKS = "300 per minute"
_KIB = 1024
# With an image of 4 MiB, which is a third longer as text.
_WITH_IMAGE = 6 * _KIB * _KIB
# Each stream holds one of the server's 256 threads: some stay free for everybody else. Two hundred
# at a time, and those that are just ending.
_streams = threading.BoundedSemaphore(220)
_ERRORS: tuple[type[ProblemError], ...] = (
    *(Forbidden, NotFound, Conflict, Invalid, TooManyRequests),
    *(NotConfigured, Away, BadAnswer, Refused, Slow),
)


def _question(
    name: str, summary: str, *, body: type[Ask], max_bytes: int
) -> Callable[[Callable[..., Response]], Callable[..., Any]]:
    """Join an endpoint that asks the model: all have the same errors, limits and ways to answer."""
    described = operation(
        summary,
        body=body,
        answer=Generation,
        errors=_ERRORS,
        idempotent=True,
        streams=True,
        max_bytes=max_bytes,
    )

    def join(view: Callable[..., Response]) -> Callable[..., Any]:
        return blueprint.post(f"/api/ai/{name}")(limiter.limit(_ASKS)(described(view)))

    return join


@blueprint.get("/api/ai/models")
@limiter.limit(_ASKS)
@operation("List the models", answer=Models, errors=(NotConfigured, Away, Slow, BadAnswer))
def list_models() -> dict[str, Any]:
    """Which models may be chosen, and what a question of each kind costs at most."""
    config = _config()
    offer = models.offered(config)
    usual = models.usual(config, offer)
    _, price = models.choose(config, "")
    return {
        "models": offer,
        "default": usual,
        "estimates": estimates.of_price(price),
    }


@_question("generate-page", "Generate a page", body=PageAsk, max_bytes=_WITH_IMAGE)
def generate_page(*, body: PageAsk, idempotency_key: str | None) -> Response:
    """Plan a page, or write the sections of a plan, one after the other."""
    return _answer("page", body, idempotency_key)


@_question("generate-code", "Generate code", body=CodeAsk, max_bytes=_WITH_IMAGE)
def generate_code(*, body: CodeAsk, idempotency_key: str | None) -> Response:
    """Write HTML, CSS and JavaScript, in files. They are shown and never run here."""
    return _answer("code", body, idempotency_key)


@_question("generate-content", "Rewrite texts", body=ContentAsk, max_bytes=1024 * _KIB)
def generate_content(*, body: ContentAsk, idempotency_key: str | None) -> Response:
    """Write the given texts anew, in a voice, a length and a language."""
    return _answer("content", body, idempotency_key)


@_question("generate-layout", "Arrange a page anew", body=LayoutAsk, max_bytes=256 * _KIB)
def generate_layout(*, body: LayoutAsk, idempotency_key: str | None) -> Response:
    """Propose an order and tones for the sections that are there; none is lost or invented."""
    return _answer("layout", body, idempotency_key)


@_question("generate-design", "Generate a theme", body=DesignAsk, max_bytes=_WITH_IMAGE)
def generate_design(*, body: DesignAsk, idempotency_key: str | None) -> Response:
    """Propose theme tokens; colours that could not be read are moved until they can."""
    return _answer("design", body, idempotency_key)


@_question("edit", "Change a block", body=EditAsk, max_bytes=256 * _KIB)
def edit(*, body: EditAsk, idempotency_key: str | None) -> Response:
    """Change the selected block, and nothing else."""
    return _answer("edit", body, idempotency_key)


# From a question to an answer ---------------------------------------------------------------------


def _answer(kind: str, ask: Ask, key: str | None) -> Response:
    config, library = _config(), catalog()
    server = models.server_of(config)
    changes.check_ask(ask, library)
    model, price = models.choose(config, ask.model)
    cost = credits.estimate(ask, kind, price)
    if not _streams.acquire(blocking=False):
        raise Away("Too many people ask the AI at this moment. Try again in a few seconds.")
    try:
        reserved = credits.reserve(
            config,
            ask,
            kind=kind,
            person=g.person.id,
            model=model,
            credits=cost,
            idempotency_key=key,
        )
        asked = reserved["generation"]
        note_organization(asked["org_id"])
        if reserved["replayed"]:
            events = generation.replay(_ended(asked))
        else:
            events = generation.run(
                Job(
                    id=asked["id"],
                    kind=kind,
                    server=server,
                    model=model,
                    price=price,
                    reserved=cost,
                    remaining=reserved["remaining"],
                    # One per site: never shared with another organization.
                    cache_key=f"{asked['org_id']}:{asked['site_id']}",
                    recipe=changes.recipe(reserved["site"], ask, library),
                    keep=partial(credits.keep, config),
                    settle=partial(
                        credits.settle,
                        config,
                        endpoint=f"POST {request.path}",
                        request_id=g.request_id,
                    ),
                )
            )
        # The first step is taken here: from now on, closing the events settles what was reserved.
        first = next(events)
    except BaseException:
        _streams.release()
        raise
    return _send(first, events)


def _ended(asked: dict[str, Any]) -> dict[str, Any]:
    """Return a question that was asked before, if it has an answer. Raises a ProblemError."""
    if asked["status"] == "running":
        raise Conflict(
            "This question is being answered already. Its answer will stand in the history.",
            code="still_running",
        )
    if asked["status"] in ("error", "refused"):
        told = asked["error"] or {}
        again = ProblemError(
            f"{told.get('detail', '')} Ask again with another Idempotency-Key.",
            code=str(told.get("code", "")),
        )
        again.status = int(told.get("status", 502))
        raise again
    return asked


def _send(first: Event | None, events: Iterator[Event | None]) -> Response:
    if _wants_json():
        try:
            told = answers.as_object([first, *events])
        finally:
            _streams.release()
        return Response(json.dumps(told), mimetype="application/json")
    describe = partial(problems.describe, request_id=g.request_id)
    response = Response(_messages(first, events, describe), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    # A proxy that waits for more before it passes anything on would hide the whole stream.
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(_streams.release)
    return response


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/event-stream"]


def _messages(
    first: Event | None,
    events: Iterator[Event | None],
    describe: Callable[[ProblemError], dict[str, Any]],
) -> Iterator[str]:
    try:
        for event in itertools.chain([first], events):
            yield answers.as_message(event, describe)
    finally:
        # Whoever listened has gone, or everything is told.
        events.close()  # type: ignore[attr-defined]


def _config() -> Config:
    config: Config = current_app.config["ROSERAM"]
    return config
