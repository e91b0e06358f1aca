"""Errors that a caller of the API may meet; one renderer turns them into problem+json or an HTML page."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypedDict


class FieldError(TypedDict):
    """One wrong place in a request: a JSON pointer into the body, or such as `#/query/limit`, and what is wrong there.

    A `detail` that starts with a small letter follows the name of the place: `must be one of sales_hub, service_hub`.
    """

    pointer: str
    detail: str


class ProblemError(Exception):
    """A refusal with its HTTP status and its stable code; `detail` says what the caller can do."""

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(
        self, detail: str, *, headers: Mapping[str, str] | None = None, errors: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = list(errors)


class MalformedRequestError(ProblemError):
    status = 400
    code = "malformed_request"
    title = "The request cannot be read"


class InvalidCursorError(ProblemError):
    status = 400
    code = "invalid_cursor"
    title = "The cursor is not valid here"


class PartnerRequiredError(ProblemError):
    status = 400
    code = "partner_required"
    title = "Say which partner is meant"


class NotAMemberError(ProblemError):
    status = 403
    code = "not_a_member"
    title = "Not a member of this partner"


class RoleRequiredError(ProblemError):
    status = 403
    code = "role_required"
    title = "Another role is required"


class NotFoundError(ProblemError):
    status = 404
    code = "not_found"
    title = "Not found"

    def __init__(self, detail: str = "Nothing is known under this address.") -> None:
        super().__init__(detail)


class MethodNotAllowedError(ProblemError):
    status = 405
    code = "method_not_allowed"
    title = "This method is not allowed here"


class ChangedMeanwhileError(ProblemError):
    status = 412
    code = "precondition_failed"
    title = "The object has changed"

    def __init__(self) -> None:
        super().__init__("Read the object again and repeat the change with its new ETag.")


class OutdatedTagError(ChangedMeanwhileError):
    """The version that the request itself names in If-Match is not the present one: trying again would not help."""


class BodyTooLargeError(ProblemError):
    status = 413
    code = "body_too_large"
    title = "The request body is too large"


class UnsupportedMediaTypeError(ProblemError):
    status = 415
    code = "unsupported_media_type"
    title = "The body's media type is not supported here"


class ValidationError(ProblemError):
    status = 422
    code = "validation_failed"
    title = "The request is not valid"


class IdempotencyKeyReusedError(ProblemError):
    status = 422
    code = "idempotency_key_reused"
    title = "The Idempotency-Key belongs to another request"

    def __init__(self) -> None:
        super().__init__("Within 24 hours a key repeats the same request only. Send this one under a new key.")


class IdempotencyInProgressError(ProblemError):
    status = 409
    code = "idempotency_in_progress"
    title = "The first request with this Idempotency-Key is still running"

    def __init__(self) -> None:
        super().__init__("Wait a second and repeat the request.", headers={"Retry-After": "1"})


class ObjectTooLargeError(ProblemError):
    """The last of all bounds: the table's own."""

    status = 409
    code = "object_too_large"
    title = "An object would become too large"

    def __init__(self) -> None:
        super().__init__("Nothing was changed. What this request adds to holds no more; send less, or another object.")


class PreconditionRequiredError(ProblemError):
    status = 428
    code = "precondition_required"
    title = "If-Match is required"

    def __init__(self) -> None:
        super().__init__("Send the ETag of the object as you read it in If-Match, or * to overwrite what is there.")


class UnavailableError(ProblemError):
    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"

    def __init__(self) -> None:
        super().__init__("Nothing was lost. Repeat the request after a moment.", headers={"Retry-After": "1"})
