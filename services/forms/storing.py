"""Keeping what a visitor sent. To the database visitors are nobody: the service asks for them."""

from __future__ import annotations

import logging
from uuid import uuid4

from services.config import Config
from services.edge.form_body import Attached
from services.errors import NotFound
from services.forms.answers import Answer, Published
from services.supabase import ERRORS, as_problem, as_service, rows

log = logging.getLogger(__name__)

BUCKET = "submissions"
# Whatever a visitor attached, no browser shall show it: it is always a download.
_TYPE = "application/octet-stream"


def find(config: Config, site_id: str, form: str) -> Published:
    """Return the form as it is live. Raises NotFound, whether it never was or is no more."""
    query = as_service(config).rpc("published_form", {"site_id": site_id, "form": form})
    found = [row for row in rows(query) if row]
    if not found:
        raise gone()
    return Published.of(site_id, form, found[0])


def gone() -> NotFound:
    """The one answer for whatever takes no answers."""
    return NotFound("This form does not take answers.", code="no_such_form")


def keep(config: Config, published: Published, answer: Answer, proof: str) -> str:
    """Store an answer and its files, and return its id. Raises a ProblemError.

    Files go first: without the row that names them, the worker removes them again.
    """
    submission_id = str(uuid4())
    files = [
        _upload(config, f"{published.org_id}/{submission_id}/{number}", file)
        for number, file in enumerate(answer.files, 1)
    ]
    submission = {
        "id": submission_id,
        "site_id": published.site_id,
        "form": published.form,
        "path": answer.path,
        "fields": answer.fields,
        "files": files,
        "is_spam": answer.is_spam,
        "proof": proof,
    }
    rows(as_service(config).rpc("store_submission", {"submission": submission}))
    return submission_id


def _upload(config: Config, path: str, file: Attached) -> dict[str, str | int]:
    bucket = as_service(config).storage.from_(BUCKET)
    try:
        bucket.upload(path, file.data, {"content-type": _TYPE})
    except ERRORS as error:
        raise as_problem(error) from error
    return {
        "field": file.field,
        "name": file.name,
        "type": file.type,
        "size": len(file.data),
        "path": path,
    }
