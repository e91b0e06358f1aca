"""What all upserts of the vendor have in common."""

from typing import Annotated, Literal

from pydantic import Field

Outcome = Literal["created", "updated", "unchanged"]
Result = Annotated[Outcome, Field(description="What the request did; repeating it changes nothing.")]
