"""What all upserts of the vendor have in common."""

from typing import Annotated, Literal

from pydantic import Field

from shared.http.schemas import Matching

Outcome = Literal["created", "updated", "unchanged"]
Result = Annotated[Outcome, Field(description="What the request did; repeating it changes nothing.")]
VendorId = Annotated[
    str,
    Field(description="The vendor's own id."),
    Matching(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        "must have 1 to 64 letters, digits, dots, underscores and hyphens, and start with a letter or a digit",
    ),
]
