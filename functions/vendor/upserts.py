"""What all upserts of the vendor have in common."""

from typing import Annotated, Literal, TypeVar
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response
from pydantic import Field

from shared.http.guard import JSON
from shared.http.schemas import Answer

Answered = TypeVar("Answered", bound=Answer)

Outcome = Literal["created", "updated", "unchanged"]
Result = Annotated[Outcome, Field(description="What the request did; repeating it changes nothing.")]


def upserted(outcome: Outcome, answer: Answered, *, path: str) -> Response[Answered]:
    """The answer to a PUT of `path`, decoded, where what was made can be found again."""
    is_new = outcome == "created"
    headers = {"Location": quote(path)} if is_new else {}
    return Response(status_code=201 if is_new else 200, content_type=JSON, headers=headers, body=answer)
