"""What a partner sees of its employees: their clients, what they earn there, and what they did."""

from collections.abc import Sequence

from msgspec import Struct

from functions.employees.access import access_of
from functions.employees.desk import EmployeeDesk
from shared.domain.activities import ActivityRecord
from shared.domain.assignments import Assignment, PortalAccess
from shared.domain.clients import Client
from shared.domain.credit import Credit
from shared.domain.people import User
from shared.table import keys
from shared.table.values import Item


class EmployeeClient(Struct, frozen=True, kw_only=True):
    """One client of an employee."""

    assignment: Assignment
    client: Client
    access: PortalAccess
    credit: Credit
    activity: ActivityRecord


class EmployeeClientPage(Struct, frozen=True):
    clients: Sequence[EmployeeClient]
    last: Item | None


def clients_of(desk: EmployeeDesk, user: User, *, limit: int, start: Item | None) -> EmployeeClientPage:
    """A page of the user's clients; one read for all clients and activities of it."""
    page = desk.assignments.page(user.user_id, limit=limit, start=start)
    places = [(one.hub_id, one.email) for one in page.assignments]
    desk.session.read_ahead(
        [*(keys.client(hub_id) for hub_id, _ in places), *(keys.activity_record(*place) for place in places)]
    )
    records = desk.activities.find_many(places)
    found: list[EmployeeClient] = []
    for assignment, record in zip(page.assignments, records, strict=True):
        client = desk.clients.find(assignment.hub_id)
        if client and desk.partner_id in client.relations:
            found.append(
                EmployeeClient(
                    assignment=assignment,
                    client=client,
                    access=access_of(client, assignment),
                    credit=desk.credit(client, user),
                    activity=record,
                )
            )
    return EmployeeClientPage(found, page.last)
