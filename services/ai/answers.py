"""How an answer is told: as Server-Sent Events while it comes, or as one object at the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from services.ai.generation import Event
from services.errors import ProblemError


def as_message(event: Event | None, describe: Callable[[ProblemError], dict[str, Any]]) -> str:
    """Return one message of the stream; a comment for a sign of life."""
    if event is None:
        return ": still here\n\n"
    data = event.data
    if event.problem is not None:
        data = describe(event.problem) | data
    # Nothing in JSON breaks a line, so one line of data is the whole of it.
    return f"event: {event.name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def as_object(events: Iterable[Event | None]) -> dict[str, Any]:
    """Return the whole answer. Raises the ProblemError that it ended with."""
    told: dict[str, Any] = {"sections": []}
    for event in events:
        if event is None or event.name == "delta":
            continue
        if event.problem is not None:
            raise event.problem
        if event.name == "section":
            told["sections"].append(event.data)
        elif event.name == "usage":
            told["usage"] = event.data
        elif event.name == "plan":
            told |= {"title": event.data["title"], "plan": event.data["plan"]}
        else:
            told |= event.data
    for name in ("credits", "reserved"):
        told.pop(name, None)
    return told
