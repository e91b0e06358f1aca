"""From what a model finds wrong to the problem that is answered, or told before anything is sent."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError as InvalidModelError

from shared.errors import FieldError, ProblemError, ValidationError
from shared.http.sentences import REFUSAL, fault_of, sentence

MOST_ERRORS = 100
"""A body of 256 KB can be wrong in 30,000 places, which nobody wants to read in an answer of megabytes."""


def item_problem(error: InvalidModelError) -> ProblemError:
    """What is wrong with one item of a bulk request, whose places count from the item."""
    return validation_problem([{**one, "loc": ("body", *one["loc"])} for one in error.errors()], of="item")


def validation_problem(errors: Sequence[Any], *, of: str = "request") -> ProblemError:
    """What all these errors of pydantic's come to; their `loc` starts with where the value stood: body, query or path.

    Where one kind of fault has a refusal of its own, and it is all that is wrong, that refusal is the answer.
    """
    own = [error.get("ctx", {}).get(REFUSAL) for error in errors]
    if len(own) == 1 and isinstance(own[0], ProblemError):
        return own[0]
    found: list[FieldError] = [{"pointer": _pointer(error["loc"]), "detail": fault_of(error)} for error in errors]
    if len(found) == 1:
        (only,) = found
        return ValidationError(sentence(only["pointer"], only["detail"]), errors=found)
    shown = "errors" if len(found) <= MOST_ERRORS else f"errors for the first {MOST_ERRORS}"
    return ValidationError(f"The {of} is wrong in {len(found)} places; see {shown}.", errors=found[:MOST_ERRORS])


def _pointer(loc: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901) into the body, or one that starts with where the parameter stood."""
    place, *steps = loc
    escaped = [str(step).replace("~", "~0").replace("/", "~1") for step in steps]
    return "/".join(["#", *escaped] if place == "body" else ["#", str(place), *escaped])
