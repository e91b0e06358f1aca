"""Notices: what somebody is to be told by mail, written in the transaction that gives rise to it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace


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

    @property
    def subject(self) -> str:
        """What it is about, as the audit trail names it."""
        link, renewal = self.content.get("link"), self.content.get("renewal")
        if isinstance(link, Mapping) and "link_id" in link:
            return f"link/{link['link_id']}"
        if isinstance(renewal, Mapping) and "renewal_id" in renewal:
            return f"renewal/{str(renewal['renewal_id']).removeprefix('r-')}"
        return f"user/{self.user_id}" if self.user_id else f"partner/{self.partner_id}"

    def to_somebody_else(self) -> "Notice":
        """The same once more, under an id that follows from this one's, for the next in line at the partner."""
        return replace(self, notice_id=f"{self.notice_id}-again")
