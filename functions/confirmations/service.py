"""The life of a confirmation link on the partner's side."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from functions.confirmations import notices
from functions.confirmations.catalogue import checked_draft, gone_products
from functions.confirmations.errors import LinkNotClonableError, LinkNotPendingError
from shared.addresses import mailbox_of
from shared.domain.links import Delivery, Link, LinkDraft, LinkStatus, subject_of
from shared.domain.notices import NoticeKind
from shared.domain.operations import Operation
from shared.domain.partners import Partner
from shared.errors import ChangedMeanwhileError, NotFoundError, ProblemError, ValidationError
from shared.ids import new_id
from shared.program import ConfirmationLinks as LinkRules
from shared.table.attempts import until_undisturbed
from shared.table.links import Links, stored_link
from shared.table.notices import post
from shared.table.partners import Partners
from shared.table.sendings import (
    SendingLimit,
    Sendings,
    SendingsFullError,
    TooManySendingsError,
    limits_of,
    possible_from,
)
from shared.table.session import TableSession
from shared.table.transactions import Refusal, Transaction
from shared.table.values import Item

Unchanged = Callable[[int], None]
"""Takes a version that was read, and raises OutdatedTagError where it is not the one that the caller means."""


class LinkDesk(Struct, frozen=True):
    """One partner's links: what its functions need, for one operation."""

    session: TableSession
    partner_id: str
    operation: Operation
    rules: LinkRules

    @property
    def links(self) -> Links:
        return Links(self.session, self.partner_id)

    @property
    def now(self) -> datetime:
        return self.operation.at

    def partner(self) -> Partner:
        """Raises NotFoundError."""
        partner = Partners(self.session, self.partner_id).find()
        if partner is None:
            raise NotFoundError
        return partner

    def found(self, link_id: str) -> Link:
        """Raises NotFoundError."""
        link = self.links.find(link_id)
        if link is None:
            raise NotFoundError
        return link

    def meant(self, link_id: str, unchanged: Unchanged) -> Link:
        """Raises NotFoundError, and what `unchanged` raises."""
        link = self.found(link_id)
        unchanged(link.version)
        return link

    def pending(self, link: Link) -> Link:
        """The link itself. Raises LinkNotPendingError."""
        if not link.is_pending_at(self.now):
            raise LinkNotPendingError(link.status_at(self.now))
        return link

    def checked(self, draft: LinkDraft) -> LinkDraft:
        """Raises ValidationError where the program does not allow the draft."""
        return checked_draft(draft, partner_type=self.partner().type, rules=self.rules)


def create_link(desk: LinkDesk, draft: LinkDraft, *, creator_name: str) -> Link:
    """A pending link, not sent yet; its URL works from now on. Raises ValidationError."""
    return _add(desk, desk.checked(draft), creator_name=creator_name, action="link.created")


def clone_link(desk: LinkDesk, link_id: str, *, creator_name: str) -> Link:
    """A new pending link with the same content and another URL, whatever became of the first.

    Raises NotFoundError, LinkNotClonableError.
    """
    known = desk.found(link_id)
    try:
        draft = desk.checked(known.draft)
    except ValidationError:  # which would name fields of a body, and nobody sent one
        raise LinkNotClonableError(gone=gone_products(known.draft, desk.rules)) from None
    return _add(desk, draft, creator_name=creator_name, action="link.cloned")


def change_link(
    desk: LinkDesk, link_id: str, wanted: Callable[[LinkDraft], LinkDraft], *, unchanged: Unchanged
) -> Link:
    """What the customer is asked, while nobody has answered: what `wanted` makes of it.

    Raises NotFoundError, ValidationError, LinkNotPendingError, what `unchanged` raises, and UnavailableError.
    """
    return until_undisturbed(lambda: _change(desk, desk.meant(link_id, unchanged), wanted))


def _change(desk: LinkDesk, known: Link, wanted: Callable[[LinkDraft], LinkDraft]) -> Link:
    draft = wanted(known.draft)
    desk.pending(known)
    draft = desk.checked(draft)
    if draft == known.draft:
        return known
    changed = replace(known, draft=draft, version=known.version + 1)
    transaction = Transaction(desk.session, desk.operation)
    due_at = next_due(changed, desk.rules)
    desk.links.replace(transaction, changed, known=known, now=desk.now, due_at=due_at, refusal=_outdated(desk))
    _record(desk, transaction, "link.changed", changed, before=known.draft.record(), after=changed.draft.record())
    transaction.commit(changed)
    return changed


def send_link(desk: LinkDesk, link_id: str, *, unchanged: Unchanged) -> Link:
    """Mail the URL to the customer; again means resending. Expiry and reminders start anew.

    Raises NotFoundError, LinkNotPendingError, TooManySendingsError, what `unchanged` raises, and UnavailableError.
    """
    is_full = False

    def attempt() -> Link:
        nonlocal is_full
        known = desk.pending(desk.meant(link_id, unchanged))
        try:
            return _send(desk, known, desk.partner(), sent_before=_room_left(desk, known) if is_full else None)
        except SendingsFullError:
            is_full = True  # so the next attempt reads what is noted, and drops what is older than a day
            raise

    return until_undisturbed(attempt)


def _send(desk: LinkDesk, known: Link, partner: Partner, *, sent_before: list[list[datetime]] | None) -> Link:
    """Raises SendingsFullError."""
    sent = replace(
        known,
        sent_at=desk.now,
        expires_at=desk.now + timedelta(days=desk.rules.expires_days),
        reminders=0,
        delivery=Delivery.SENT,
        version=known.version + 1,
    )
    transaction = Transaction(desk.session, desk.operation)
    due_at = next_due(sent, desk.rules)
    desk.links.replace(transaction, sent, known=known, now=desk.now, due_at=due_at, refusal=_outdated(desk))
    for place, limit in enumerate(_limits(desk, known)):
        noted = sent_before[place] if sent_before else None
        Sendings(desk.session).note(transaction, limit, now=desk.now, known=noted)
    post(transaction, notices.to_customer(NoticeKind.LINK_SENT, sent, partner, now=desk.now))
    _record(desk, transaction, "link.sent", sent, before=None, after={"email": sent.draft.client.email})
    transaction.commit(sent)
    return sent


def _limits(desk: LinkDesk, link: Link) -> list[SendingLimit]:
    rules = desk.rules
    return limits_of(
        link.link_id,
        mailbox_of(link.draft.client.email),
        most_of_link=rules.sends_a_day,
        most_to_mailbox=rules.sends_a_day_to_an_address,
    )


def _room_left(desk: LinkDesk, link: Link) -> list[list[datetime]]:
    """What is noted of the link and of its address, where there is room. Raises TooManySendingsError."""
    of_link, to_address = limits = _limits(desk, link)
    noted = Sendings(desk.session).of(limits)
    first = [possible_from(sent, limit, now=desk.now) for sent, limit in zip(noted, limits, strict=True)]
    if max(first) > desk.now:
        hangs_on_link = first[0] >= first[1]
        most = of_link.most if hangs_on_link else to_address.most
        raise TooManySendingsError(most=most, of_link=hangs_on_link, possible_from=max(first), now=desk.now)
    return noted


def revoke_link(desk: LinkDesk, link_id: str, *, unchanged: Unchanged) -> Link:
    """From now on the URL does not work.

    Raises NotFoundError, LinkNotPendingError, what `unchanged` raises, and UnavailableError.
    """
    return until_undisturbed(lambda: _revoke(desk, desk.pending(desk.meant(link_id, unchanged))))


def _revoke(desk: LinkDesk, known: Link) -> Link:
    revoked = replace(known, stored_status=LinkStatus.REVOKED, version=known.version + 1)
    transaction = Transaction(desk.session, desk.operation)
    desk.links.replace(transaction, revoked, known=known, now=desk.now, due_at=None, refusal=_outdated(desk))
    _record(desk, transaction, "link.revoked", revoked, before={"status": "pending"}, after={"status": "revoked"})
    transaction.commit(revoked)
    return revoked


def remove_link(desk: LinkDesk, link_id: str, *, unchanged: Unchanged) -> None:
    """Delete a pending link for good.

    Raises NotFoundError, LinkNotPendingError, what `unchanged` raises, and UnavailableError.
    """
    until_undisturbed(lambda: _remove(desk, desk.pending(desk.meant(link_id, unchanged))))


def _remove(desk: LinkDesk, known: Link) -> None:
    transaction = Transaction(desk.session, desk.operation)
    desk.links.remove(transaction, known, now=desk.now, refusal=_outdated(desk))
    _record(desk, transaction, "link.removed", known, before=known.draft.record(), after=None)
    transaction.commit()


def next_due(link: Link, rules: LinkRules) -> datetime:
    """When a scheduled run should look at a pending link: for the next reminder, or for its expiry."""
    if link.sent_at is None or link.reminders >= rules.reminders_at_most:
        return link.expires_at
    days = rules.first_reminder_days + rules.reminder_interval_days * link.reminders
    return min(link.sent_at + timedelta(days=days), link.expires_at)


def _add(desk: LinkDesk, draft: LinkDraft, *, creator_name: str, action: str) -> Link:
    link = Link(
        link_id=new_id("l"),
        draft=draft,
        stored_status=LinkStatus.PENDING,
        created_at=desk.now,
        created_by=desk.operation.actor,
        creator_name=creator_name,
        expires_at=desk.now + timedelta(days=desk.rules.expires_days),
    )
    transaction = Transaction(desk.session, desk.operation)
    desk.links.add(transaction, link, due_at=next_due(link, desk.rules))
    _record(desk, transaction, action, link, before=None, after=draft.record())
    transaction.commit(link)
    return link


def _record(
    desk: LinkDesk, transaction: Transaction, action: str, link: Link, *, before: Item | None, after: Item | None
) -> None:
    transaction.record(
        partner_id=desk.partner_id, action=action, subject=subject_of(link.link_id), before=before, after=after
    )


def _outdated(desk: LinkDesk) -> Refusal:
    """What it means that the link is not as it was read: gone, decided, or changed."""

    def refusal(item: Item | None) -> ProblemError:
        if item is None:
            return NotFoundError()
        standing = stored_link(item)
        if not standing.is_pending_at(desk.now):
            return LinkNotPendingError(standing.status_at(desk.now))
        return ChangedMeanwhileError()

    return refusal
