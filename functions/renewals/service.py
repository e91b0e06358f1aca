"""Who talks to clients about renewals, and what a partner decides about them."""

from collections.abc import Callable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from functions.renewals.errors import DecisionDeadlineOverError, NotResponsibleError, RenewalDecidedError
from functions.renewals.rules import decision_deadline, is_decidable, is_visible, today_in
from shared.domain.clients import Client, Relation, Subscription
from shared.domain.operations import Operation
from shared.domain.partners import Partner
from shared.domain.renewals import (
    OwnerChoice,
    RenewalDecision,
    RenewalSettings,
    RenewalStatus,
    subscription_id_of,
)
from shared.errors import ChangedMeanwhileError, NotFoundError, ValidationError
from shared.program import Program
from shared.table.attempts import until_undisturbed
from shared.table.client_lists import Clients, RenewalRow
from shared.table.client_records import owner_record
from shared.table.clients import AllClients
from shared.table.partners import Partners
from shared.table.people import Users
from shared.table.renewal_settings import RenewalDefaults
from shared.table.session import TableSession
from shared.table.transactions import Transaction

Unchanged = Callable[[int], None]
"""Takes a version and raises OutdatedTagError where it is not the one that the caller has seen."""


class RenewalDesk(Struct, frozen=True):
    """One partner's renewals: what their functions need, for one operation."""

    session: TableSession
    partner_id: str
    operation: Operation
    program: Program

    @property
    def clients(self) -> Clients:
        return Clients(self.session, self.partner_id)

    @property
    def users(self) -> Users:
        return Users(self.session, self.partner_id)

    @property
    def defaults(self) -> RenewalDefaults:
        return RenewalDefaults(self.session, self.partner_id)

    def partner(self) -> Partner:
        """Raises NotFoundError."""
        partner = Partners(self.session, self.partner_id).find()
        if partner is None:
            raise NotFoundError
        return partner

    def today(self) -> date:
        """Where the partner is."""
        return today_in(self.partner().time_zone, self.operation.at)

    def found(self, client_id: str) -> Client:
        """Raises NotFoundError."""
        client = self.clients.find(client_id)
        if client is None:
            raise NotFoundError
        return client


class OwnerInForce(Struct, frozen=True, kw_only=True):
    """A client's renewal owner as it works out; `notified` is the user who is mailed or copied, None without any.

    It counts only while the partner is responsible for the client's notices.
    """

    own: OwnerChoice | None
    default: OwnerChoice
    notified: str | None
    responsible: bool
    flags: list[str]
    version: int

    @property
    def effective(self) -> OwnerChoice:
        return self.own or self.default


class FoundRenewal(Struct, frozen=True, kw_only=True):
    """One renewal of a client; `starts_on` is the subscription's `renews_on`, which is known here."""

    client: Client
    subscription: Subscription
    starts_on: date

    def row(self, partner_id: str) -> RenewalRow:
        """As the partner's list shows it."""
        one, manager = self.subscription, self.subscription.renewal_manager
        return RenewalRow(
            subscription_id=one.subscription_id,
            hub_id=self.client.hub_id,
            company=self.client.profile.company,
            product=one.product,
            edition=one.edition,
            owner=self.client.relations[partner_id].owner,
            renewal_manager={"name": manager.name, "email": manager.email} if manager else None,
            current_mrr=one.mrr,
            renewal_mrr=one.renewal_mrr,
            starts_on=self.starts_on,
            status=one.state.status,
            flags=self.client.flags_of(partner_id, one),
            responsible=partner_id == self.client.responsible_partner,
        )


def change_settings(desk: RenewalDesk, choice: OwnerChoice, *, unchanged: Unchanged) -> RenewalSettings:
    """The default for all clients that have no owner of their own.

    Raises ValidationError, what `unchanged` raises, and UnavailableError.
    """

    def change() -> RenewalSettings:
        known = desk.defaults.find()
        unchanged(known.version)
        return _change_settings(desk, known, choice)

    return until_undisturbed(change)


def _change_settings(desk: RenewalDesk, known: RenewalSettings, choice: OwnerChoice) -> RenewalSettings:
    _require_user(desk, choice.notify_user_id)
    if choice == known.choice:
        return known
    version = known.version + 1 if known.version else desk.operation.first_version
    changed = replace(known, choice=choice, version=version)
    transaction = Transaction(desk.session, desk.operation)
    desk.defaults.save(transaction, changed, known=known, refusal=lambda _: ChangedMeanwhileError())
    transaction.record(
        partner_id=desk.partner_id,
        action="renewal_settings.changed",
        subject=f"renewal_settings/{desk.partner_id}",
        before=owner_record(known.choice),
        after=owner_record(choice),
    )
    transaction.commit(changed)
    return changed


def owner_of(desk: RenewalDesk, client: Client) -> OwnerInForce:
    """Who talks to this client, and whom that mails at the partner."""
    relation, settings = client.relations[desk.partner_id], desk.defaults.find()
    default = settings.choice
    told = desk.users.told((relation.owner or default).notify_user_id, unreachable=settings.unreachable)
    return OwnerInForce(
        own=relation.owner,
        default=default,
        notified=told.user_id if told else None,
        responsible=client.responsible_partner == desk.partner_id,
        flags=[*client.flags_of(desk.partner_id, *client.subscriptions.values()), *settings.flags_of(relation.owner)],
        version=relation.owner_version,
    )


def change_owner(desk: RenewalDesk, client_id: str, choice: OwnerChoice | None, *, unchanged: Unchanged) -> Client:
    """The client's own renewal owner; None follows the default.

    `unchanged` is asked about each version of it that is read. Raises NotFoundError, ValidationError, what `unchanged`
    raises, and UnavailableError.
    """

    def change() -> Client:
        client = desk.found(client_id)
        unchanged(client.relations[desk.partner_id].owner_version)
        if choice:
            _require_user(desk, choice.notify_user_id)
        return _change_owner(desk, client, choice)

    return until_undisturbed(change)


def _change_owner(desk: RenewalDesk, client: Client, choice: OwnerChoice | None) -> Client:
    relation = client.relations[desk.partner_id]
    if relation.owner == choice:
        return client
    changed = replace(relation, owner=choice, owner_version=relation.owner_version + 1)
    after = replace(client, relations={**client.relations, desk.partner_id: changed})
    return _save(
        desk,
        client,
        after,
        action="client.renewal_owner_changed",
        subject=f"client/{client.hub_id}",
        before=_owner_told(relation),
        told=_owner_told(changed),
    )


def find_renewal(desk: RenewalDesk, renewal_id: str, *, today: date) -> FoundRenewal:
    """A renewal that can be seen on that day. Raises NotFoundError."""
    subscription_id = subscription_id_of(renewal_id)
    row = desk.clients.find_renewal(subscription_id) if subscription_id else None
    client = AllClients(desk.session).find(row.hub_id) if row else None
    one = client.subscriptions.get(subscription_id) if client and subscription_id else None
    if client is None or one is None or one.renews_on is None or desk.partner_id not in client.relations:
        raise NotFoundError
    if not is_visible(one.renews_on, today, desk.program.renewals):
        raise NotFoundError("No renewal of this id can be seen now; GET /v1/renewals lists those that can.")
    return FoundRenewal(client=client, subscription=one, starts_on=one.renews_on)


def decide(
    desk: RenewalDesk, renewal_id: str, status: RenewalStatus, *, reason: str | None, today: date
) -> FoundRenewal:
    """Confirm the renewal or ask for its cancellation; the same decision again changes nothing.

    Who is responsible is part of the client, and the write holds only for the client as it was read. Raises
    NotFoundError, NotResponsibleError, RenewalDecidedError, DecisionDeadlineOverError, UnavailableError.
    """
    return until_undisturbed(
        lambda: _decide(desk, find_renewal(desk, renewal_id, today=today), status, reason=reason, today=today)
    )


def _decide(
    desk: RenewalDesk, found: FoundRenewal, status: RenewalStatus, *, reason: str | None, today: date
) -> FoundRenewal:
    known, rules = found.subscription, desk.program.renewals
    if found.client.responsible_partner != desk.partner_id:
        raise NotResponsibleError
    if known.state.status is status:
        return found
    if known.state.status.is_decided:
        raise RenewalDecidedError(known.state.status)
    if not is_decidable(found.starts_on, known.state.status, today, rules):
        is_renewed = known.state.status is RenewalStatus.RENEWED
        raise DecisionDeadlineOverError(decision_deadline(found.starts_on, rules), renewed=is_renewed)
    decision = RenewalDecision(
        partner_id=desk.partner_id, decided_by=desk.operation.actor, decided_at=desk.operation.at, reason=reason
    )
    decided = replace(known, state=replace(known.state, status=status, decision=decision))
    client = found.client
    after = replace(client, subscriptions={**client.subscriptions, known.subscription_id: decided})
    result = replace(found, client=after, subscription=decided)
    _save(
        desk,
        client,
        after,
        action=f"renewal.{status}",
        subject=f"renewal/{known.subscription_id}",
        before={"status": known.state.status},
        told={"status": status, "starts_on": found.starts_on.isoformat(), "reason": reason},
        result=result,
    )
    return result


def _save(
    desk: RenewalDesk,
    known: Client,
    after: Client,
    *,
    action: str,
    subject: str,
    before: dict[str, object],
    told: dict[str, object],
    result: FoundRenewal | None = None,
) -> Client:
    """Raises ChangedMeanwhileError."""
    after = replace(after, version=known.version + 1)
    transaction = Transaction(desk.session, desk.operation)
    AllClients(desk.session).save(
        transaction, after, known=known, program=desk.program, refusal=lambda _: ChangedMeanwhileError()
    )
    transaction.record(partner_id=desk.partner_id, action=action, subject=subject, before=before, after=told)
    transaction.commit(result)
    return after


def _owner_told(relation: Relation) -> dict[str, object]:
    """The choice as the audit trail keeps it."""
    return owner_record(relation.owner) if relation.owner else {"owner": "default", "notify_user_id": None}


def _require_user(desk: RenewalDesk, user_id: str | None) -> None:
    """Raises ValidationError where the partner has no such user."""
    if user_id is None or desk.users.find(user_id) is None:
        detail = "is no user of this partner; GET /v1/users lists them"
        raise ValidationError(
            "The user to notify is not one of yours; see errors.",
            errors=[{"pointer": "#/notify_user_id", "detail": detail}],
        )
