"""Users of a partner whom no mail reaches, and notices that reached nobody: the renewal and the settings show it."""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from functions.notifications.contents import hub_id_of_renewal, subscription_id_of_renewal
from shared.domain.notices import Notice, NoticeKind
from shared.domain.operations import Operation
from shared.errors import ChangedMeanwhileError
from shared.ids import new_id
from shared.program import program
from shared.table.attempts import until_undisturbed
from shared.table.clients import AllClients
from shared.table.renewal_settings import RenewalDefaults
from shared.table.session import TableSession
from shared.table.transactions import Transaction


def mark_silenced(
    session: TableSession, notice: Notice, silenced: Collection[str], *, reached: str | None = None, now: datetime
) -> None:
    """The partner's settings show that these users cannot be mailed, and that the one who is reached can be.

    The latter with notices about renewals alone: others need not read the settings. Raises TableUnavailableError.
    """
    if silenced or (reached and notice.kind is NoticeKind.RENEWAL_NOTICE):
        operation = Operation.of_system(new_id("o"), at=now, request_id=notice.notice_id)
        until_undisturbed(lambda: _mark_silenced(session, operation, notice.partner_id, silenced, reached))


def mark_untold(session: TableSession, notice: Notice, *, now: datetime) -> None:
    """The renewal shows that a notice about it reached nobody. Raises UnreadableNoticeError, TableUnavailableError."""
    if notice.kind is NoticeKind.RENEWAL_NOTICE:
        operation = Operation.of_system(new_id("o"), at=now, request_id=notice.notice_id)
        until_undisturbed(lambda: _mark_untold(session, operation, notice))


def _mark_silenced(
    session: TableSession, operation: Operation, partner_id: str, silenced: Collection[str], reached: str | None
) -> None:
    """Raises ChangedMeanwhileError."""
    defaults = RenewalDefaults(session, partner_id)
    known = defaults.find()
    unreachable = known.unreachable - {reached} | set(silenced)
    if unreachable == known.unreachable:
        return
    transaction = Transaction(session, operation)
    version = known.version + 1 if known.version else operation.first_version
    changed = replace(known, unreachable=unreachable, version=version)
    defaults.save(transaction, changed, known=known, refusal=lambda _: ChangedMeanwhileError())
    transaction.record(
        partner_id=partner_id,
        action="renewal_settings.reach_changed",
        subject=f"renewal_settings/{partner_id}",
        before={"unreachable": sorted(known.unreachable)},
        after={"unreachable": sorted(unreachable)},
    )
    transaction.commit()


def _mark_untold(session: TableSession, operation: Operation, notice: Notice) -> None:
    """Raises ChangedMeanwhileError."""
    clients, subscription_id = AllClients(session), subscription_id_of_renewal(notice)
    client = clients.find(hub_id_of_renewal(notice))
    one = client.subscriptions.get(subscription_id) if client else None
    if client is None or one is None or one.state.untold:
        return
    untold = replace(one, state=replace(one.state, untold=True))
    transaction = Transaction(session, operation)
    clients.save(
        transaction,
        replace(client, subscriptions={**client.subscriptions, subscription_id: untold}, version=client.version + 1),
        known=client,
        program=program(),
        refusal=lambda _: ChangedMeanwhileError(),
    )
    transaction.commit()
