"""The API's own rules for a row, applied before anything is sent."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from cli.import_journal import Refusal
from shared.errors import ProblemError
from shared.http.deals import DealBody
from shared.http.leads import LeadBody
from shared.http.refusals import item_problem
from shared.http.schemas import Body
from shared.http.sentences import sentence


def refusal_of_lead(line: int, item: Mapping[str, Any], column_of: Callable[[str], str]) -> Refusal | None:
    """What the API would answer for this row alone, as far as it can be known."""
    problem = _problem_of(LeadBody, item)
    if problem is None:
        return None
    columns = dict.fromkeys(column_of(one["pointer"].rpartition("/")[2]) for one in problem.errors)
    reason = " ".join(sentence(one["pointer"], one["detail"]) for one in problem.errors)
    return Refusal(line, problem.code, reason, ", ".join(columns))


def faults_of_deal(body: Mapping[str, Any]) -> dict[str, str]:
    """By field, what is wrong with the row: a file has a column each for a price and its currency."""
    problem = _problem_of(DealBody, body)
    return (
        {_field(one["pointer"]): sentence(one["pointer"], one["detail"]) for one in problem.errors} if problem else {}
    )


def _field(pointer: str) -> str:
    steps = pointer.split("/")
    return "currency" if steps[-1] == "currency" else steps[1]


def _problem_of(model: type[Body], body: Mapping[str, Any]) -> ProblemError | None:
    try:
        model.model_validate(body)
    except ValidationError as error:
        return item_problem(error)
    return None
