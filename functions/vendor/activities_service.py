"""Recording what employees did in clients' portals: each activity once, those of one client together."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from functions.vendor.errors import UnknownClientError
from shared.domain import claims
from shared.domain.activities import Activity, ActivityRecord, recorded
from shared.domain.clients import Client
from shared.domain.managed_points import risen
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError
from shared.program import Program
from shared.table import keys
from shared.table.activities import Activities
from shared.table.attempts import until_undisturbed
from shared.table.clients import AllClients
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.tiers import promote_risen

ACTIVITIES_A_TRANSACTION = 24
"""Each may be of another address, which is an item of its own; the client's rows take part too."""

Fate = bool | UnknownClientError
"""Whether the activity is new; or that nobody knows its client."""


class ActivityDesk(Struct, frozen=True):
    """The vendor's activities, for one operation."""

    session: TableSession
    operation: Operation
    program: Program

    @property
    def activities(self) -> Activities:
        return Activities(self.session)

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.program.managed_credit.activity_window_days)


def record_activities(desk: ActivityDesk, activities: Sequence[Activity]) -> list[Fate]:
    """The fate of each, in order; of two with one id the first counts. Raises UnavailableError."""
    by_client: dict[str, dict[str, Activity]] = defaultdict(dict)
    for one in activities:
        by_client[one.hub_id].setdefault(one.activity_id, one)
    fates: dict[tuple[str, str], Fate] = {}
    counted: set[str] = set()
    for hub_id, some in by_client.items():
        fresh = [one for activity_id, one in some.items() if activity_id not in counted]
        for start in range(0, len(fresh), ACTIVITIES_A_TRANSACTION):
            for activity_id, fate in _record_together(
                desk, hub_id, fresh[start : start + ACTIVITIES_A_TRANSACTION]
            ).items():
                fates[hub_id, activity_id] = fate
                if not isinstance(fate, UnknownClientError):
                    counted.add(activity_id)
    found: list[Fate] = []
    for one in activities:
        place = (one.hub_id, one.activity_id)
        found.append(fates.get(place, False))
        if fates.get(place) is True:
            fates[place] = False
    return found


def _record_together(desk: ActivityDesk, hub_id: str, chunk: Sequence[Activity]) -> dict[str, Fate]:
    return until_undisturbed(lambda: _record(desk, hub_id, chunk))


def _record(desk: ActivityDesk, hub_id: str, chunk: Sequence[Activity]) -> dict[str, Fate]:
    places = list(dict.fromkeys((hub_id, one.email) for one in chunk))
    ids = [one.activity_id for one in chunk]
    desk.session.read_ahead(
        [keys.client(hub_id), *(keys.activity(one) for one in ids), *(keys.activity_record(*one) for one in places)]
    )
    client = AllClients(desk.session).find(hub_id)
    known, records = desk.activities.known(ids), desk.activities.find_many(places)
    if client is None:
        return dict.fromkeys(ids, UnknownClientError())
    new = [one for one in chunk if one.activity_id not in known]
    if new:
        _write(desk, client, new, {one.email: one for one in records})
    return {one: one not in known or desk.operation.wrote(known[one]) for one in ids}


def _write(desk: ActivityDesk, client: Client, new: Sequence[Activity], records: dict[str, ActivityRecord]) -> None:
    transaction = Transaction(desk.session, desk.operation)
    after = dict(records)
    for one in new:
        desk.activities.add(transaction, one)
        after[one.email] = recorded(
            after[one.email],
            one,
            qualifying=desk.program.managed_credit.qualifying_activities,
            window=desk.window,
        )
    service = client.service
    for email, record in after.items():
        if record != records[email]:
            desk.activities.save(transaction, replace(record, version=records[email].version + 1), known=records[email])
            service = claims.seen_active(service, email, record.as_worker())
    # With another version even where nobody claims the address: whoever is claiming it now must see the activity.
    saved = AllClients(desk.session).save(
        transaction,
        replace(client, service=service, version=client.version + 1),
        known=client,
        program=desk.program,
        refusal=lambda _: ChangedMeanwhileError(),
    )
    transaction.record(
        partner_id=keys.vendor_trail(client.hub_id),
        action="activities.recorded",
        subject=f"client/{client.hub_id}",
        before=None,
        after={"activities": [one.activity_id for one in new]},
    )
    transaction.commit()
    lifted = risen(client.service, saved.service, desk.program, at=desk.operation.at)
    promote_risen(desk.session, desk.operation, lifted, program=desk.program)
