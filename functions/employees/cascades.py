"""The scheduled run over what requests began and did not end, and over transfer requests that nobody answered.

It reads the sparse index and nothing else. Two runs at once, or one beside a request, do nothing twice.
"""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from functions.employees import notices
from functions.employees.desk import subject_of
from shared import settings
from shared.clock import HasTime, utc_now
from shared.domain.assignments import Cascade, Transfer, TransferStatus
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError
from shared.ids import new_id
from shared.leaving import carry_out, end_sign_in
from shared.runs import Round, moment_meant, operation_of, time_left
from shared.table import keys
from shared.table.cascades import due_cascades
from shared.table.client import dynamodb
from shared.table.notices import post
from shared.table.persons import People, SignIn
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.transfers import due_transfers, save_transfer


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """End what is due. `as_of` (a day, its end in UTC) takes what is due by then; the present instant otherwise.

    Raises UnfinishedRunError when all the rest is done.
    """
    now = utc_now()
    until = moment_meant(event, otherwise=now)
    operation = operation_of(event, at=now)
    session = TableSession(dynamodb(), settings.table_name())
    return sweep(session, operation=operation, until=until, has_time=time_left(context))


def sweep(session: TableSession, *, operation: Operation, until: datetime, has_time: HasTime) -> dict[str, int]:
    """Returns how many cascades were ended and cut off, sign-ins ended, requests expired. Raises UnfinishedRunError.

    What there is no time for, the next run does a minute later.
    """
    counts = {"ended": 0, "cut_off": 0, "sign_ins": 0, "expired": 0}
    run = Round(run="cascade_sweeper", has_time=has_time)

    def delete(left: SignIn) -> None:
        end_sign_in(session, left, operation=operation)
        counts["sign_ins"] += 1

    def end(cascade: Cascade) -> None:
        is_done = carry_out(session, cascade, operation=operation, has_time=has_time)
        counts["ended" if is_done else "cut_off"] += 1

    def expire(transfer: Transfer) -> None:
        counts["expired"] += _expire(session, transfer, operation)

    sign_ins = list(People(session).left_sign_ins(until=until))
    run.attend(sign_ins, delete, whose=lambda _: "user-pool", name=lambda one: one.sub)
    for shard in range(keys.CASCADE_SHARDS):
        due = list(due_cascades(session, shard=shard, until=until))
        run.attend(due, end, whose=lambda one: one.partner_id, name=lambda one: one.user_id or one.hub_id or "")
    requests = list(due_transfers(session, until=until))
    run.attend(requests, expire, whose=lambda one: one.asking_partner_id, name=lambda one: one.transfer_id)
    return run.end(counts)


def _expire(session: TableSession, transfer: Transfer, operation: Operation) -> bool:
    """Whether this run did it."""
    base = replace(operation, id=new_id("o"))
    expired = replace(transfer, stored_status=TransferStatus.EXPIRED, decided_at=transfer.expires_at)
    transaction = Transaction(session, base)
    save_transfer(transaction, expired, known=transfer)
    post(transaction, notices.transfer_ended(expired, now=operation.at))
    post(transaction, notices.transfer_ended(expired, to_asked=True, now=operation.at))
    transaction.record(
        partner_id=transfer.asking_partner_id,
        action="transfer.expired",
        subject=subject_of(transfer.user_id),
        before={"transfer_id": transfer.transfer_id, "status": transfer.stored_status},
        after={"transfer_id": transfer.transfer_id, "status": expired.stored_status},
    )
    try:
        transaction.commit()
    except ChangedMeanwhileError:
        return False
    return True
