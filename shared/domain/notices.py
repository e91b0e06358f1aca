"""Notices: what somebody is to be told by mail, written in the transaction that gives rise to it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct


class NoticeKind(StrEnum):
    LINK_SENT = "link_sent"
    LINK_REMINDER = "link_reminder"
    LINK_SIGNED = "link_signed"
    LINK_REJECTED = "link_rejected"
    LINK_EXPIRED = "link_expired"
    DECISION_RECEIPT = "decision_receipt"
    RENEWAL_NOTICE = "renewal_notice"
    RENEWAL_DIGEST = "renewal_digest"
    EMPLOYEE_ASSIGNED = "employee_assigned"
    ACCESS_REQUESTED = "access_requested"
    TRANSFER_REQUESTED = "transfer_requested"
    TRANSFER_ENDED = "transfer_ended"
    INVITED = "invited"
    ADDRESS_LISTED = "address_listed"
    TIER_WARNING = "tier_warning"


class Notice(Struct, frozen=True, kw_only=True):
    """One mail. `content` carries everything the mail says, so that nothing is read again for it.

    The recipient is `user_id`, a user of the partner whose address is looked up when the mail goes out, or, for
    somebody outside, `email`. A renewal notice to somebody outside is copied to the partner's user. It never holds a
    link's token: that is derived when the mail is written.
    """

    notice_id: str
    kind: NoticeKind
    partner_id: str
    created_at: datetime
    content: Mapping[str, Any]
    user_id: str | None = None
    email: str | None = None
