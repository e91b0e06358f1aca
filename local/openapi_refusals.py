"""Which refusals an operation can answer with: its own, and those that follow from what it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.openapi_components import refusal
from shared.domain.people import Role
from shared.errors import (
    BodyTooLargeError,
    ChangedMeanwhileError,
    IdempotencyInProgressError,
    IdempotencyKeyReusedError,
    InvalidCursorError,
    MalformedRequestError,
    NotAMemberError,
    NotFoundError,
    ObjectTooLargeError,
    PartnerRequiredError,
    PreconditionRequiredError,
    ProblemError,
    RoleRequiredError,
    UnavailableError,
    UnsupportedMediaTypeError,
    ValidationError,
)
from shared.http.access import ANYONE_KNOWN, OPERATORS, PARTNER_USERS
from shared.http.authenticator import AuthenticatorRequiredError
from shared.http.routing import PROBLEMS, refuses


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """`responses` by status, and `listed` for programs and the page: status, code and title of each."""

    responses: dict[str, Any]
    listed: list[Mapping[str, Any]]


def refusals(
    own: Iterable[Mapping[str, Any]],
    *,
    roles: frozenset[Role],
    takes_key: bool,
    takes_body: bool,
    edits: bool,
    names_object: bool,
    has_cursor: bool,
) -> Refusals:
    """Without `roles` the operation is public, and nothing of its own can be wanted from a caller."""
    shared: list[type[ProblemError]] = [MalformedRequestError, ValidationError]
    if roles:
        shared += [NotAMemberError, UnavailableError]
        shared += [PartnerRequiredError] if roles & PARTNER_USERS and roles != ANYONE_KNOWN else []
        shared += [RoleRequiredError] if roles != ANYONE_KNOWN else []
        shared += [ObjectTooLargeError] if takes_key or takes_body else []
        shared += [AuthenticatorRequiredError] if roles == OPERATORS else []
        shared += [NotFoundError] if names_object else []
    shared += [InvalidCursorError] if has_cursor else []
    shared += [IdempotencyInProgressError, IdempotencyKeyReusedError] if takes_key else []
    shared += [BodyTooLargeError, UnsupportedMediaTypeError] if takes_body else []
    shared += [ChangedMeanwhileError, PreconditionRequiredError] if edits else []
    known = {(one["status"], one["code"]): one for one in [*own, *refuses(*shared)[PROBLEMS]]}
    listed = [known[key] for key in sorted(known)]
    statuses = sorted({one["status"] for one in listed} | ({401, 429} if roles else set()))
    codes = {status: [one["code"] for one in listed if one["status"] == status] for status in statuses}
    return Refusals(responses={str(status): refusal(status, codes[status]) for status in statuses}, listed=listed)
