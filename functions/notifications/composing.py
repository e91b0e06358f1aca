"""From a notice to its mail. Here a link's URL comes into being, and it goes nowhere but into the mail."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from functions.notifications import employee_mails, people_mails
from functions.notifications.contents import Reader, link_id_of
from functions.notifications.partner_pages import PartnerPage
from functions.notifications.renewal_mails import renewal_digest, renewal_notice
from functions.notifications.tier_mails import tier_warning
from shared.clock import instant
from shared.domain.languages import Language
from shared.domain.links import LinkPlace
from shared.domain.notices import Notice, NoticeKind
from shared.link_tokens import link_url, stop_reminders_url
from shared.mail.confirmation import MailedProduct, Statement
from shared.mail.content import Mail
from shared.mail.customer_mails import DecisionReceipt, LinkReminder, LinkSent
from shared.mail.partner_mails import LinkExpired, LinkRejected, LinkSigned
from shared.table.notices import UnreadableNoticeError
from shared.web.zones import Zone, customer_zone


def compose(notice: Notice, reader: Reader, *, vendor_name: str, copied: bool = False) -> Mail:
    """What the notice says to its reader; `copied` where somebody gets the same mail. Raises UnreadableNoticeError."""
    try:
        return _WRITERS[notice.kind](_Told(notice, vendor_name, copied), reader)
    except (KeyError, TypeError, ValueError):
        # Without its cause: that could quote what the notice holds.
        raise UnreadableNoticeError(notice.notice_id) from None


class _Told(Struct, frozen=True):
    """What a notice tells, by the names that mails use."""

    notice: Notice
    vendor_name: str
    copied: bool

    @property
    def link(self) -> Mapping[str, Any]:
        link: Mapping[str, Any] = self.notice.content["link"]
        return link

    @property
    def decision(self) -> Mapping[str, Any]:
        decision: Mapping[str, Any] = self.notice.content["decision"]
        return decision

    @property
    def decided_at(self) -> datetime:
        return instant(self.decision["decided_at"])

    @property
    def time_zone(self) -> str:
        """The partner's, checked: an unknown one must not come to light only while the mail is laid out."""
        return ZoneInfo(self.notice.content["time_zone"]).key

    @property
    def expires_on(self) -> date:
        """In the partner's zone."""
        return instant(self.link["expires_at"]).astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def customer_zone(self) -> Zone:
        client = self.link["client"]
        language = Language(client["language"])
        return customer_zone(email=client["email"], language=language, partner_zone=self.time_zone)

    @property
    def decide_before(self) -> date:
        """In the customer's zone, as the page shows it."""
        return instant(self.link["expires_at"]).astimezone(ZoneInfo(self.customer_zone.name)).date()

    @property
    def place(self) -> LinkPlace:
        return LinkPlace(self.notice.partner_id, link_id_of(self.notice))

    @property
    def url(self) -> str:
        return link_url(self.place)

    @property
    def statement(self) -> Statement:
        link = self.link
        return Statement(
            vendor_name=self.vendor_name,
            partner_name=self.notice.content["partner_name"],
            company=link["client"]["company"],
            products=tuple(MailedProduct(**product) for product in link["products"]),
            providing_onboarding=link["providing_onboarding"],
            estimated_onboarding_duration=link["estimated_onboarding_duration"],
        )


def _link_sent(told: _Told, reader: Reader) -> Mail:
    return LinkSent(
        language=reader.language,
        contact_name=reader.name,
        requested_by=told.link["creator_name"],
        statement=told.statement,
        url=told.url,
        decide_before=told.decide_before,
    )


def _link_reminder(told: _Told, reader: Reader) -> Mail:
    return LinkReminder(
        language=reader.language,
        contact_name=reader.name,
        statement=told.statement,
        url=told.url,
        decide_before=told.decide_before,
        unsubscribe_url=stop_reminders_url(told.place),
    )


def _decision_receipt(told: _Told, reader: Reader) -> Mail:
    return DecisionReceipt(
        language=reader.language,
        contact_name=reader.name,
        statement=told.statement,
        signed=told.decision["signed"],
        signer_name=told.decision["signer_name"],
        reason=told.decision["reason"],
        decided_at=told.decided_at,
        zone=told.customer_zone,
        url=told.url,
    )


def _link_signed(told: _Told, reader: Reader) -> Mail:
    return LinkSigned(
        language=reader.language,
        user_name=reader.name,
        link_name=told.link["name"],
        statement=told.statement,
        signer_name=told.decision["signer_name"],
        decided_at=told.decided_at,
        time_zone=told.time_zone,
        url=told.url,
    )


def _link_rejected(told: _Told, reader: Reader) -> Mail:
    return LinkRejected(
        language=reader.language,
        user_name=reader.name,
        link_name=told.link["name"],
        statement=told.statement,
        signer_name=told.decision["signer_name"],
        reason=told.decision["reason"],
        decided_at=told.decided_at,
        time_zone=told.time_zone,
        url=told.url,
    )


def _link_expired(told: _Told, reader: Reader) -> Mail:
    return LinkExpired(
        language=reader.language,
        user_name=reader.name,
        link_name=told.link["name"],
        statement=told.statement,
        expired_on=told.expires_on,
        page=PartnerPage.LINKS.url,
    )


def _renewal_notice(told: _Told, reader: Reader) -> Mail:
    return renewal_notice(told.notice, reader, vendor_name=told.vendor_name, copied=told.copied)


def _renewal_digest(told: _Told, reader: Reader) -> Mail:
    return renewal_digest(told.notice, reader)


def _employee_assigned(told: _Told, reader: Reader) -> Mail:
    return employee_mails.employee_assigned(told.notice, reader)


def _access_requested(told: _Told, reader: Reader) -> Mail:
    return employee_mails.access_requested(told.notice, reader, vendor_name=told.vendor_name)


def _transfer_requested(told: _Told, reader: Reader) -> Mail:
    return employee_mails.transfer_requested(told.notice, reader)


def _transfer_ended(told: _Told, reader: Reader) -> Mail:
    return employee_mails.transfer_ended(told.notice, reader)


def _invited(told: _Told, reader: Reader) -> Mail:
    return people_mails.invited(told.notice, reader, vendor_name=told.vendor_name)


def _address_listed(told: _Told, reader: Reader) -> Mail:
    return people_mails.address_listed(told.notice, reader)


def _tier_warning(told: _Told, reader: Reader) -> Mail:
    return tier_warning(told.notice, reader)


_WRITERS: Mapping[NoticeKind, Callable[[_Told, Reader], Mail]] = MappingProxyType(
    {
        NoticeKind.LINK_SENT: _link_sent,
        NoticeKind.LINK_REMINDER: _link_reminder,
        NoticeKind.DECISION_RECEIPT: _decision_receipt,
        NoticeKind.LINK_SIGNED: _link_signed,
        NoticeKind.LINK_REJECTED: _link_rejected,
        NoticeKind.LINK_EXPIRED: _link_expired,
        NoticeKind.RENEWAL_NOTICE: _renewal_notice,
        NoticeKind.RENEWAL_DIGEST: _renewal_digest,
        NoticeKind.EMPLOYEE_ASSIGNED: _employee_assigned,
        NoticeKind.ACCESS_REQUESTED: _access_requested,
        NoticeKind.TRANSFER_REQUESTED: _transfer_requested,
        NoticeKind.TRANSFER_ENDED: _transfer_ended,
        NoticeKind.INVITED: _invited,
        NoticeKind.ADDRESS_LISTED: _address_listed,
        NoticeKind.TIER_WARNING: _tier_warning,
    }
)
