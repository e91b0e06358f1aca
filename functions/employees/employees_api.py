"""Routes about partner employees: which clients they work for, and what they earn there."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ValidationError as InvalidModelError

from functions.employees import access, assigning, overview
from functions.employees.access import RequestedAccess
from functions.employees.assigning import Fate, Outcome
from functions.employees.desk import EmployeeDesk
from functions.employees.employees_schemas import (
    AssignBody,
    AssignedItem,
    AssignResults,
    ClientActivityAnswer,
    ClientChoice,
    EmployeeAnswer,
    EmployeeClientAnswer,
    EmployeeDetailsAnswer,
    RefusedClientItem,
    RequestedAccessAnswer,
    UnknownClientItem,
    WithoutCreditItem,
)
from functions.employees.errors import (
    AccessGrantedError,
    AgreementMissingError,
    ConfirmationRequiredError,
    EmailWithAnotherPartnerError,
)
from shared.domain.clients import client_id as client_id_of
from shared.domain.clients import hub_id_of
from shared.errors import ProblemError
from shared.http.lists import DEFAULT_LIMIT, CursorText, Limit, Listing, Page
from shared.http.problems import problem_document
from shared.http.refusals import item_problem
from shared.http.routing import RoomRouter, refuses
from shared.http.schemas import Problem
from shared.program import program
from shared.table import keys
from shared.table.sendings import TooManySendingsError

router = RoomRouter()

LIST = "/v1/employees"
CLIENTS_A_PAGE = 100
REMOVE = "REMOVE"

Confirmation = Annotated[str | None, Query(description="Must be `REMOVE`, as the user has typed it.")]

AssignItem = AssignedItem | WithoutCreditItem | UnknownClientItem | RefusedClientItem


def _employee(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.user(partner_id, path["user_id"])]


def _employee_and_partner(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.user(partner_id, path["user_id"]), keys.partner(partner_id)]


def _assignment(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    hub_id = hub_id_of(path["client_id"]) or ""
    return [
        *_employee(partner_id, path),
        keys.client(hub_id),
        keys.assignment(partner_id, path["user_id"], hub_id),
    ]


def _assignment_and_partner(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [*_assignment(partner_id, path), keys.partner(partner_id)]


READ_AHEAD = {
    "GET /v1/employees/{user_id}": _employee,
    "GET /v1/employees/{user_id}/activity": _employee,
    "POST /v1/employees/{user_id}/clients": _employee_and_partner,
    "POST /v1/employees/{user_id}/clients/{client_id}/request-access": _assignment_and_partner,
    "DELETE /v1/employees/{user_id}/clients/{client_id}": _assignment,
}


@router.get(LIST, summary="Partner employees", tags=["Employees"])
def list_employees(limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> Page[EmployeeAnswer]:
    """Users marked as partner employees, by name, with the number of their clients."""
    listing = Listing(router.exchange, LIST, limit=limit, cursor=cursor)
    page = _desk().users.employees(limit=limit, start=listing.start)
    return listing.page([EmployeeAnswer.of(user) for user in page.users], page.last)


@router.get("/v1/employees/<user_id>", summary="One employee and their clients", tags=["Employees"])
def read_employee(user_id: str, limit: Limit = CLIENTS_A_PAGE, cursor: CursorText = None) -> EmployeeDetailsAnswer:
    """The user, marked or not, with a page of clients and what each brings in managed credit now."""
    desk = _desk()
    user = desk.found(user_id)
    path = f"{LIST}/{user.user_id}"
    listing = Listing(router.exchange, path, limit=limit, cursor=cursor)
    page = overview.clients_of(desk, user, limit=limit, start=listing.start)
    return EmployeeDetailsAnswer(
        **EmployeeAnswer.of(user).model_dump(),
        clients=[EmployeeClientAnswer.of(one) for one in page.clients],
        next_cursor=listing.next_cursor(page.last),
    )


@router.get("/v1/employees/<user_id>/activity", summary="What an employee did", tags=["Employees"])
def list_activity(user_id: str, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> Page[ClientActivityAnswer]:
    """Tracked activity in the portals of the employee's clients, a page of clients at a time."""
    desk = _desk()
    user = desk.found(user_id)
    path = f"{LIST}/{user.user_id}/activity"
    listing = Listing(router.exchange, path, limit=limit, cursor=cursor)
    page = overview.clients_of(desk, user, limit=limit, start=listing.start)
    return listing.page([ClientActivityAnswer.of(one) for one in page.clients], page.last)


@router.post(
    "/v1/employees/<user_id>/clients",
    summary="Assign up to 100 clients",
    tags=["Employees"],
    openapi_extensions=refuses(AgreementMissingError),
)
def assign_clients(user_id: str, body: AssignBody) -> AssignResults:
    """Say that the employee works for these clients. It grants no access: request that from the client.

    Where another partner listed the e-mail address for a client first, the assignment brings no managed credit. An
    address on another partner's e-mail domain takes the person's own yes, and that partner is told.
    """
    desk = _desk()
    chosen = [_chosen(item) for item in body.clients]
    hub_ids = [hub_id for one in chosen if isinstance(one, ClientChoice) and (hub_id := _hub_id(one))]
    fates = assigning.assign_clients(desk, user_id, hub_ids)
    loses = Outcome.WITHOUT_CREDIT in fates.values()
    conflict = EmailWithAnotherPartnerError(email_domain=desk.partner().email_domain if loses else None)
    results: list[AssignItem] = []
    seen: set[str] = set()
    for one in chosen:
        if isinstance(one, ProblemError):
            results.append(_refused(one))
            continue
        hub_id = _hub_id(one)
        fate = fates[hub_id] if hub_id else Outcome.NOT_FOUND
        results.append(_told(one, hub_id, fate, conflict=None if hub_id in seen else conflict))
        seen.add(hub_id or "")
    return AssignResults(results=results)


@router.post(
    "/v1/employees/<user_id>/clients/<client_id>/request-access",
    summary="Request access for an employee",
    tags=["Employees"],
    openapi_extensions=refuses(AccessGrantedError, TooManySendingsError),
)
def request_access(user_id: str, client_id: str) -> RequestedAccessAnswer:
    """Ask the client's decision maker by mail to add the employee to the portal, at most once a day.

    The mail counts among those that an address gets in 24 hours, whoever sends them, links included.
    """
    router.exchange.tells(_told_request, status=200)
    return RequestedAccessAnswer.of(access.request_access(_desk(), user_id, client_id))


@router.delete(
    "/v1/employees/<user_id>/clients/<client_id>",
    summary="Take a client from an employee",
    tags=["Employees"],
    status_code=204,
    openapi_extensions=refuses(ConfirmationRequiredError),
)
def remove_assignment(user_id: str, client_id: str, confirm: Confirmation = None) -> Response[None]:
    """End the employee's work for the client. Where another partner waits for the address, it earns from then on."""
    if confirm != REMOVE:
        raise ConfirmationRequiredError
    assigning.remove_assignment(_desk(), user_id, client_id)
    return Response(status_code=204, body=None)


def _desk() -> EmployeeDesk:
    exchange = router.exchange
    return EmployeeDesk(exchange.session, exchange.partner_id, exchange.operation, program(), exchange.caller.name)


def _told_request(result: RequestedAccess) -> RequestedAccessAnswer:
    return RequestedAccessAnswer.of(result)


def _chosen(item: Any) -> ClientChoice | ProblemError:
    try:
        return ClientChoice.model_validate(item)
    except InvalidModelError as error:
        return item_problem(error)


def _hub_id(one: ClientChoice) -> str | None:
    return one.hub_id or hub_id_of(one.client_id or "")


def _told(
    one: ClientChoice, hub_id: str | None, fate: Fate, *, conflict: EmailWithAnotherPartnerError | None
) -> AssignItem:
    """`conflict` is what to say where nothing is earned; None where the request names the client a second time."""
    if isinstance(fate, ProblemError):
        return _refused(fate)
    if hub_id is None or fate is Outcome.NOT_FOUND:
        return UnknownClientItem(client_id=one.client_id, hub_id=one.hub_id)
    ids = {"client_id": client_id_of(hub_id), "hub_id": hub_id}
    if conflict is None or fate is Outcome.ALREADY_ASSIGNED:
        return AssignedItem(**ids, status="already_assigned")
    if fate is Outcome.WITHOUT_CREDIT:
        return WithoutCreditItem(**ids, problem=_problem(conflict))
    return AssignedItem(**ids, status="assigned")


def _refused(problem: ProblemError) -> RefusedClientItem:
    return RefusedClientItem(problem=_problem(problem))


def _problem(problem: ProblemError) -> Problem:
    request_id = router.exchange.operation.request_id
    return Problem.model_validate(problem_document(problem, request_id=request_id))
