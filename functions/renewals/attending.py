"""One due renewal: what has to be told is put into the outbox, and what nobody decided goes on by itself."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from functions.renewals.rules import Step, days_left, decision_deadline, next_step, today_in
from shared.domain.clients import Client, Subscription
from shared.domain.notices import Notice, NoticeKind
from shared.domain.operations import Operation
from shared.domain.partners import Partner
from shared.domain.renewals import Owner, OwnerChoice, RenewalState, RenewalStatus, renewal_id
from shared.errors import ChangedMeanwhileError
from shared.ids import new_id
from shared.program import Program
from shared.runs import Round
from shared.table import keys
from shared.table.attempts import until_undisturbed
from shared.table.clients import AllClients, DueRenewal
from shared.table.notices import new_notice_id, post
from shared.table.partners import Partners
from shared.table.renewal_settings import RenewalDefaults
from shared.table.session import TableSession, UnreadableItem
from shared.table.transactions import Transaction

NOTIFIED = "notified"
RENEWED = "renewed"
OUTCOMES = (NOTIFIED, RENEWED)
"""What a run counts. A renewal that goes on by itself with a notice to catch up with counts as both."""


class Run(Struct, frozen=True, kw_only=True):
    """One daily run. `as_of` is its day for every partner; without it each partner has its own day at `at`."""

    session: TableSession
    program: Program
    at: datetime
    request_id: str
    as_of: date | None = None

    def today(self, partner: Partner) -> date:
        return self.as_of or today_in(partner.time_zone, self.at)


def attend(run: Run, due: DueRenewal) -> Counter[str]:
    """Do what is due about the renewal on the run's day; again, it does nothing.

    One transaction writes the state that says so, the notice and the audit entry. Raises UnavailableError.
    """
    return until_undisturbed(lambda: _attend(run, due))


def attend_all(
    run: Run, due: Iterable[DueRenewal | UnreadableItem], this_round: Round
) -> tuple[Counter[str], Iterator[DueRenewal | UnreadableItem]]:
    """Attend to each as far as there is time. Returns the counts, and what is left; the round knows what failed."""
    counts: Counter[str] = Counter()
    left = this_round.attend(
        due,
        lambda one: counts.update(attend(run, one)),
        whose=lambda one: one.partner_id,
        name=lambda one: one.subscription_id,
    )
    return counts, left


def _attend(run: Run, due: DueRenewal) -> Counter[str]:
    session, partner_id = run.session, due.partner_id
    session.read_ahead([keys.client(due.hub_id), keys.partner(partner_id), keys.renewal_settings(partner_id)])
    client = AllClients(session).find(due.hub_id)
    partner = Partners(session, partner_id).find()
    default = RenewalDefaults(session, partner_id).find().choice
    # The index may lag: the client, the subscription, its date or the partner's part in it may have gone meanwhile.
    known = client.subscriptions.get(due.subscription_id) if client else None
    if client is None or partner is None or known is None or known.renews_on is None:
        return Counter()
    if client.responsible_partner != partner_id:
        return Counter()
    today = run.today(partner)
    step = next_step(known.renews_on, known.state, today=today, rules=run.program.renewals)
    if step is None:
        return Counter()
    attended = replace(known, state=step.state)
    choice = client.relations[partner_id].owner or default
    notice = None
    if step.threshold is not None:
        notice = _notice(run, client, attended, known.renews_on, partner=partner, choice=choice, today=today)
    _save(run, client, known, attended, partner_id=partner_id, notice=notice)
    return _counted(known.state, step)


def _save(
    run: Run, client: Client, known: Subscription, attended: Subscription, *, partner_id: str, notice: Notice | None
) -> None:
    """Raises ChangedMeanwhileError."""
    # An operation of its own for each attempt at each renewal: what one wrote must not pass for another's work.
    operation = Operation.of_system(new_id("o"), at=run.at, request_id=run.request_id, as_of=run.as_of)
    transaction = Transaction(run.session, operation)
    after = replace(
        client,
        subscriptions={**client.subscriptions, attended.subscription_id: attended},
        version=client.version + 1,
    )
    AllClients(run.session).save(
        transaction, after, known=client, program=run.program, refusal=lambda _: ChangedMeanwhileError()
    )
    if notice:
        post(transaction, notice)
    is_renewed = known.state.status is not attended.state.status
    transaction.record(
        partner_id=partner_id,
        action="renewal.renewed" if is_renewed else "renewal.notified" if notice else "renewal.begun",
        subject=f"renewal/{known.subscription_id}",
        before=_told(known.state),
        after={**_told(attended.state), "notice_id": notice.notice_id if notice else None},
    )
    transaction.commit()


def _notice(
    run: Run,
    client: Client,
    one: Subscription,
    starts_on: date,
    *,
    partner: Partner,
    choice: OwnerChoice,
    today: date,
) -> Notice:
    """To the decision maker with a copy to the partner's user, or to that user alone."""
    maker, manager = client.profile.decision_maker, one.renewal_manager
    reaches_client = choice.owner is Owner.VENDOR and maker is not None and not client.renewal_flags
    rules = run.program.renewals
    content: dict[str, Any] = {
        "renewal": {
            "renewal_id": renewal_id(one.subscription_id),
            "hub_id": client.hub_id,
            "company": client.profile.company,
            "product": one.product,
            "edition": one.edition,
            "current_mrr": one.mrr.record(),
            "renewal_mrr": one.renewal_mrr.record(),
            "term_months": one.renewal.term_months if one.renewal else None,
            "starts_on": starts_on.isoformat(),
            "days_left": days_left(starts_on, today),
            "decision_deadline": decision_deadline(starts_on, rules).isoformat(),
            "status": one.state.status,
        },
        "owner": choice.owner,
        "partner_name": partner.name,
        "renewal_manager": {"name": manager.name, "email": manager.email} if manager else None,
        "decision_maker": {"name": maker.name, "language": maker.language} if maker else None,
    }
    return Notice(
        notice_id=new_notice_id(),
        kind=NoticeKind.RENEWAL_NOTICE,
        partner_id=partner.partner_id,
        created_at=run.at,
        content=content,
        email=maker.email if reaches_client and maker else None,
        user_id=choice.notify_user_id,
    )


def _counted(known: RenewalState, step: Step) -> Counter[str]:
    is_renewed = known.status is RenewalStatus.PENDING and step.state.status is RenewalStatus.RENEWED
    return Counter({NOTIFIED: int(step.threshold is not None), RENEWED: int(is_renewed)})


def _told(state: RenewalState) -> dict[str, Any]:
    """The state as the audit trail keeps it."""
    return {
        "status": state.status,
        "notified": {day.isoformat(): threshold for day, threshold in sorted(state.notified.items())},
    }
