"""Checking the items of a batch one by one, so that an invalid one fails alone."""

from typing import Any

from pydantic import ValidationError as InvalidModelError

from functions.capacity.service import CapacityDesk, new_registration
from shared.domain.registrations import Registration
from shared.errors import ProblemError
from shared.http.leads import InvalidWebsiteError, LeadBody
from shared.http.refusals import item_problem


def checked_item(desk: CapacityDesk, item: Any) -> Registration | ProblemError:
    """The registration that the item would become, or what is wrong with it."""
    try:
        return new_registration(desk, LeadBody.model_validate(item).to_lead())
    except InvalidModelError as error:
        return item_problem(error)
    except InvalidWebsiteError as problem:
        return problem
