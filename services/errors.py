"""The error tree. Raise one of these anywhere; services/edge/problems.py turns it into RFC 9457.

ProblemError
├── BadRequest            400  the request cannot be read
├── Unauthorized          401  nobody is signed in, or the session has ended
├── OverPlan              402  the organization's plan does not include this; see `uses`
├── Forbidden             403  signed in, but the role does not allow this
├── NotFound              404  there is no such thing, or the person may not know of it
├── Conflict              409  somebody else was first
├── Gone                  410
├── TooLarge              413
├── UnsupportedMediaType  415
├── Invalid               422  readable but wrong; `errors` names each field and what to do
├── TooManyRequests       429
├── BadGateway            502  another service gave no usable answer
├── Unavailable           503  Supabase cannot be reached; try again
│   └── NotConfigured     503  a setting is missing, so this feature is switched off
└── Timeout               504  Supabase took too long
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One wrong field: its path in the body (`pages.0.title`) and what to do about it."""

    field: str
    message: str


@dataclass(frozen=True)
class PaidUse:
    """One place that uses what the plan does not include, and the way to it."""

    feature: str
    label: str
    where: str


class ProblemError(Exception):
    """An answer other than success, in words for the person who asked."""

    status = 500
    code = "internal_error"
    title = "Something went wrong"
    detail = "The error is recorded; trying again in a moment often helps."

    def __init__(
        self,
        detail: str = "",
        *,
        code: str = "",
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
    ) -> None:
        self.detail = detail or self.detail
        self.code = code or self.code
        self.errors = tuple(errors)
        self.retry_after = retry_after
        super().__init__(self.detail)


class BadRequest(ProblemError):
    status = 400
    code = "bad_request"
    title = "The request cannot be read"
    detail = "Check the request against /api/docs."


class Unauthorized(ProblemError):
    status = 401
    code = "unauthorized"
    title = "Sign in first"
    detail = "Send the access token of a signed-in person as 'Authorization: Bearer …'."


class OverPlan(ProblemError):
    status = 402
    code = "plan_limit"
    title = "The plan does not include this"
    detail = "Remove something, or ask an owner of the organization for a larger plan."

    def __init__(self, detail: str = "", *, uses: Sequence[PaidUse] = ()) -> None:
        super().__init__(detail)
        self.uses = tuple(uses)


class Forbidden(ProblemError):
    status = 403
    code = "forbidden"
    title = "Your role does not allow this"
    detail = "Ask an owner or admin of the organization for a higher role."


class NotFound(ProblemError):
    status = 404
    code = "not_found"
    title = "Not found"
    detail = "There is nothing here, or you may not see it."


class MethodNotAllowed(ProblemError):
    status = 405
    code = "method_not_allowed"
    title = "This address does not take that method"
    detail = "The Allow header lists the methods that work here."


class Conflict(ProblemError):
    status = 409
    code = "conflict"
    title = "Somebody else was first"
    detail = "Load the newest state and try again."


class Gone(ProblemError):
    status = 410
    code = "gone"
    title = "This is no longer available"
    detail = "It existed once and was removed."


class TooLarge(ProblemError):
    status = 413
    code = "too_large"
    title = "The request is too large"
    detail = "Send less at once."


class UnsupportedMediaType(ProblemError):
    status = 415
    code = "unsupported_media_type"
    title = "Send JSON"
    detail = "The body must be JSON in UTF-8, sent as 'Content-Type: application/json'."


class Invalid(ProblemError):
    status = 422
    code = "invalid"
    title = "Some values are not right"
    detail = "See 'errors' for each field and what to do."


class TooManyRequests(ProblemError):
    status = 429
    code = "too_many_requests"
    title = "Too many requests"
    detail = "Wait a little, then try again."


class BadGateway(ProblemError):
    status = 502
    code = "bad_gateway"
    title = "Another service gave no usable answer"
    detail = "Nothing was changed; try again in a moment."


class Unavailable(ProblemError):
    status = 503
    code = "unavailable"
    title = "The service cannot answer just now"
    detail = "The database cannot be reached. Nothing was lost; try again in a few seconds."

    def __init__(
        self,
        detail: str = "",
        *,
        code: str = "",
        errors: Sequence[FieldError] = (),
        retry_after: int | None = 5,
    ) -> None:
        super().__init__(detail, code=code, errors=errors, retry_after=retry_after)


class NotConfigured(Unavailable):
    code = "not_configured"
    title = "This feature is switched off"
    detail = "A setting is missing on the server."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail, retry_after=None)


class Timeout(ProblemError):
    status = 504
    code = "timeout"
    title = "That took too long"
    detail = "The database stopped the request. Try again, or ask for less at once."
