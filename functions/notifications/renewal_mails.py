"""From a notice about renewals to its mail."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from functions.notifications.contents import Reader
from functions.notifications.partner_pages import PartnerPage
from shared.domain.money import Money
from shared.domain.notices import Notice
from shared.domain.renewals import Owner, RenewalStatus
from shared.link_tokens import DigestPlace, stop_digest_url
from shared.mail.content import Mail
from shared.mail.renewal_mails import (
    DigestedRenewal,
    MailedRenewal,
    RenewalDigest,
    RenewalForClient,
    RenewalForPartner,
)


def renewal_notice(notice: Notice, reader: Reader, *, vendor_name: str, copied: bool) -> Mail:
    """To the decision maker, or to the partner's user. Raises KeyError, TypeError or ValueError."""
    content = notice.content
    renewal, manager = content["renewal"], content["renewal_manager"]
    is_open = RenewalStatus(renewal["status"]) is RenewalStatus.PENDING
    mailed = MailedRenewal(
        renewal_id=renewal["renewal_id"],
        vendor_name=vendor_name,
        partner_name=content["partner_name"],
        company=renewal["company"],
        product=renewal["product"],
        edition=renewal["edition"],
        current_mrr=Money(**renewal["current_mrr"]),
        renewal_mrr=Money(**renewal["renewal_mrr"]),
        term_months=renewal["term_months"],
        starts_on=date.fromisoformat(renewal["starts_on"]),
        decide_by=date.fromisoformat(renewal["decision_deadline"]) if is_open else None,
        renewal_manager=f"{manager['name']}, {manager['email']}" if manager else None,
    )
    if reader.email == notice.email:
        return RenewalForClient(language=reader.language, contact_name=reader.name, renewal=mailed, copied=copied)
    is_own = Owner(content["owner"]) is Owner.PARTNER
    return RenewalForPartner(
        language=reader.language, user_name=reader.name, renewal=mailed, is_own=is_own, page=PartnerPage.RENEWALS.url
    )


def renewal_digest(notice: Notice, reader: Reader) -> Mail:
    """To the user who turned it on. Raises KeyError, TypeError or ValueError."""
    content = notice.content
    if notice.user_id is None:
        raise ValueError("a digest has a user")
    return RenewalDigest(
        language=reader.language,
        user_name=reader.name,
        partner_name=content["partner_name"],
        renewals=tuple(_digested(one) for one in content["renewals"]),
        more=content["more"],
        page=PartnerPage.RENEWALS.url,
        unsubscribe_url=stop_digest_url(DigestPlace(notice.partner_id, notice.user_id)),
    )


def _digested(one: Mapping[str, Any]) -> DigestedRenewal:
    return DigestedRenewal(
        company=one["company"],
        product=one["product"],
        edition=one["edition"],
        current_mrr=Money(**one["current_mrr"]),
        renewal_mrr=Money(**one["renewal_mrr"]),
        decide_by=date.fromisoformat(one["decision_deadline"]),
        days_to_decide=one["days_to_decide"],
    )
