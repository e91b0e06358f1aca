"""What all upserts of the vendor have in common."""

from typing import Annotated, Literal

from pydantic import Field

Outcome = Literal["created", "updated", "unchanged"]
Result = Annotated[Outcome, Field(description="What the request did; repeating it changes nothing.")]
VendorId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="The vendor's own id.")]
