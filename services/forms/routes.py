"""POST /api/forms/<site>/<form>: what visitors of published sites send, from any host.

With JavaScript the answer is JSON; without it, a page of the site itself or a plain one of ours.
"""

from __future__ import annotations

import re
import time
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask_limiter.errors import RateLimitExceeded
from pydantic import BaseModel

from services.auth import public
from services.config import Config
from services.edge.form_body import MOST_TEXT, read_form
from services.edge.limits import caller, limiter
from services.edge.operation import operation
from services.edge.request_log import note_organization
from services.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    ProblemError,
    TooLarge,
    TooManyRequests,
    UnsupportedMediaType,
)
from services.forms import proof, storing
from services.forms.answers import MOST_BYTES, Answer, Published, home_of, judge, page_address
from services.site_build.forms import PROOF

blueprint = Blueprint("forms", __name__)

_FROM_ONE_ADDRESS = "10 per minute; 60 per hour"
_TO_ONE_SITE = "240 per minute"
_FORM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Received(BaseModel):
    """What was sent has been kept."""

    received: bool = True


@blueprint.post("/api/forms/<site>/<form>")
@public
@operation(
    "Send a form of a published site",
    answer=Received,
    status=201,
    errors=(
        BadRequest,
        Forbidden,
        NotFound,
        Conflict,
        TooLarge,
        UnsupportedMediaType,
        Invalid,
        TooManyRequests,
    ),
)
def send(site: str, form: str) -> Response | Received:
    """Take urlencoded text, multipart with files, or JSON; only the form's own fields are kept."""
    published: Published | None = None
    try:
        published = _published(site, form)
        answer = _take(published)
    except ProblemError as problem:
        if not _wants_a_page():
            raise
        return _refusal(problem, published)
    return _thanks(published, answer) if _wants_a_page() else Received()


@blueprint.after_request
def open_to_every_site(response: Response) -> Response:
    """Let scripts of any origin send and read the answer: no cookie counts here."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "POST"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = "7200"
    return response


def _published(site: str, form: str) -> Published:
    try:
        site_id = str(UUID(site))
    except ValueError:
        raise storing.gone() from None
    if len(form) > 63 or not _FORM.fullmatch(form):
        raise storing.gone()
    try:
        _count_address()
        _count_site()
    except RateLimitExceeded:
        raise TooManyRequests(retry_after=60) from None
    return storing.find(_config(), site_id, form)


def _take(published: Published) -> Answer:
    note_organization(published.org_id)
    sent = read_form(max_bytes=MOST_BYTES if published.takes_files else MOST_TEXT * 2)
    answer = judge(published, sent)
    shown = sent.first(PROOF)
    if published.definition["proof"] and not answer.is_spam:
        place = f"{published.site_id}/{published.form}"
        if not proof.holds(shown, place, now=time.time()):
            raise Forbidden(
                "This form is sent by a script, to keep robots out. Switch JavaScript on, "
                "open the page again, and send it from there.",
                code="proof_needed",
            )
    storing.keep(_config(), published, answer, shown if published.definition["proof"] else "")
    return answer


def _thanks(published: Published, answer: Answer) -> Response:
    """Lead back to the site: to the page of its choice, or to what the form says now."""
    base = home_of(published, request.referrer or request.headers.get("Origin", ""))
    after = published.definition["next"]
    if base is None:
        words = published.definition["sent"]
        return _page("Thank you", words, status=201, home=_home(published))
    target = page_address(base, after) if after else page_address(base, answer.path)
    return redirect(target if after else f"{target}#{answer.mark}-sent", 303)  # type: ignore[return-value]


def _refusal(problem: ProblemError, published: Published | None) -> Response:
    """Say what is wrong and keep what was typed: the browser still has it, one step back."""
    labels = (
        {field["name"]: field["label"] for field in published.definition["fields"]}
        if published
        else {}
    )
    wrong = [(labels.get(each.field, each.field), each.message) for each in problem.errors]
    words = published.definition["failed"] if published else problem.detail
    response = _page("Not sent", words, status=problem.status, wrong=wrong,
                     detail=problem.detail if published and not wrong else "",
                     home=_home(published))  # fmt: skip
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _page(title: str, words: str, *, status: int, **more: object) -> Response:
    html = render_template("form_answer.html", title=title, words=words, **more)
    return Response(html, status, mimetype="text/html")


def _home(published: Published | None) -> str:
    return published.base_urls[0] if published and published.base_urls else ""


def _wants_a_page() -> bool:
    offered = ["application/json", "text/html"]
    return request.accept_mimetypes.best_match(offered, "application/json") == "text/html"


def _site_and_address() -> str:
    return f"form:{_site()}:{caller()}"


def _site() -> str:
    return str((request.view_args or {}).get("site", ""))[:36].lower()


@limiter.limit(_FROM_ONE_ADDRESS, key_func=_site_and_address)
def _count_address() -> None:
    """One more from this address to this site."""


@limiter.limit(_TO_ONE_SITE, key_func=lambda: f"form:{_site()}")
def _count_site() -> None:
    """One more to this site, from wherever."""


def _config() -> Config:
    config: Config = current_app.config["ROSERAM"]
    return config
