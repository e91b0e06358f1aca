"""The daily run that ends registrations whose time is over, where the program limits it."""

from itertools import groupby
from typing import Any

from functions.capacity.service import CapacityDesk, deregister
from shared import settings
from shared.clock import utc_now
from shared.log import logger
from shared.program import program
from shared.runs import UnfinishedRunError, moment_meant, operation_of
from shared.table import keys
from shared.table.client import dynamodb
from shared.table.registrations import DueRegistration, due_registrations
from shared.table.session import TableSession, TableUnavailableError


def lambda_handler(event: dict[str, Any], _: Any) -> dict[str, int]:
    """End what has expired. `as_of` (a day, its end in UTC) replays or tries a day; the present instant otherwise.

    Reads what is due and nothing else; the index may lag, so each row is asked again. Running twice, or after days of
    outage, ends each registration once. Raises UnfinishedRunError when all partners but some are done.
    """
    now = utc_now()
    moment = moment_meant(event, otherwise=now)
    operation = operation_of(event, at=now)
    session = TableSession(dynamodb(), settings.table_name())
    expired, failed = 0, set[str]()
    for shard in range(keys.EXPIRING_REGISTRATIONS_SHARDS):
        due = sorted(due_registrations(session, shard=shard, until=moment))
        for partner_id, registrations in groupby(due, key=_partner_of):
            desk = CapacityDesk(session, partner_id, operation, program().capacity)
            domains = [registration.domain for registration in registrations]
            try:
                expired += len(deregister(desk, domains, action="registration.expired", expired_at=moment))
            except TableUnavailableError:
                logger().error("registrations not expired", partner_id=partner_id)
                failed.add(partner_id)
    logger().info("registrations expired", count=expired, failed=len(failed))
    if failed:
        raise UnfinishedRunError(failed)
    return {"expired": expired}


def _partner_of(due: DueRegistration) -> str:
    return due.partner_id
