"""The notices that links give rise to."""

from datetime import datetime
from typing import Any

from shared.clock import instant_text
from shared.domain.links import Link
from shared.domain.notices import Notice, NoticeKind
from shared.domain.partners import Partner
from shared.table.notices import new_notice_id


def to_customer(kind: NoticeKind, link: Link, partner: Partner, *, now: datetime) -> Notice:
    """A mail to the customer's contact."""
    return Notice(
        notice_id=new_notice_id(),
        kind=kind,
        partner_id=partner.partner_id,
        created_at=now,
        content=_content(link, partner),
        email=link.draft.client.email,
    )


def to_creator(kind: NoticeKind, link: Link, partner: Partner, *, now: datetime) -> Notice:
    """A mail to the partner user who created the link."""
    return Notice(
        notice_id=new_notice_id(),
        kind=kind,
        partner_id=partner.partner_id,
        created_at=now,
        content=_content(link, partner),
        user_id=link.created_by,
    )


def _content(link: Link, partner: Partner) -> dict[str, Any]:
    """Everything that a mail about the link may say."""
    decision = link.decision
    content: dict[str, Any] = {
        "link": {
            "link_id": link.link_id,
            **link.draft.record(),
            "creator_name": link.creator_name,
            "expires_at": instant_text(link.expires_at),
        },
        "partner_name": partner.name,
        "time_zone": partner.time_zone,
    }
    if decision:
        content["decision"] = {
            "signed": decision.signed,
            "signer_name": decision.signer_name,
            "reason": decision.reason,
            "decided_at": instant_text(decision.decided_at),
        }
    return content
