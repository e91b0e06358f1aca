"""Who earns managed credit for a client, and what is missing where somebody does not (A92, A107)."""

from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from shared.domain.claims import holder_now, standing_claim
from shared.domain.clients import Client
from shared.domain.service import Worker


class CreditReason(StrEnum):
    """Why nothing is earned: of several reasons the first in this order."""

    NOT_A_USER = "not_a_user"
    NOT_TAGGED = "not_tagged"
    NOT_ASSIGNED = "not_assigned"
    EMAIL_WITH_ANOTHER_PARTNER = "email_with_another_partner"
    NOT_IN_PORTAL = "not_in_portal"
    NO_RECENT_ACTIVITY = "no_recent_activity"
    RELATIONSHIP_NOT_MANAGED = "relationship_not_managed"


_DETAILS = MappingProxyType(
    {
        CreditReason.NOT_A_USER: "The person is no user of your account. Add them as a user.",
        CreditReason.NOT_TAGGED: "The user is not marked as a partner employee. Switch it on for the user.",
        CreditReason.NOT_ASSIGNED: "The employee is not assigned to the client. Assign the client to them.",
        CreditReason.EMAIL_WITH_ANOTHER_PARTNER: (
            "Another partner listed this e-mail address for the client first. Ask it to remove the employee's access, "
            "or give the employee an address on your own e-mail domain, or use another address of theirs."
        ),
        CreditReason.NOT_IN_PORTAL: (
            "The client's portal does not list the employee as a user. Request access; the client has to add them."
        ),
        CreditReason.NO_RECENT_ACTIVITY: (
            "The employee has not published, created or edited anything in the client's portal lately."
        ),
        CreditReason.RELATIONSHIP_NOT_MANAGED: "You sold to the client but do not manage it.",
    }
)


class Credit(Struct, frozen=True):
    """`reason` is None where credit is earned."""

    reason: CreditReason | None

    @property
    def is_earned(self) -> bool:
        return self.reason is None

    @property
    def detail(self) -> str | None:
        """A sentence that says what to do."""
        return _DETAILS[self.reason] if self.reason else None


class Candidate(Struct, frozen=True, kw_only=True):
    """A person as one partner has them; `is_user` and `is_tagged` are as of now."""

    partner_id: str
    user_id: str
    email: str
    is_user: bool
    is_tagged: bool


def credit_of(client: Client, candidate: Candidate, *, at: datetime, window: timedelta) -> Credit:
    """Whether the candidate earns for the client now; a qualifying activity holds for `window`, to the second."""
    return Credit(_missing(client, candidate, at=at, window=window))


def _missing(client: Client, candidate: Candidate, *, at: datetime, window: timedelta) -> CreditReason | None:
    worker = client.service.workers.get(candidate.email) or Worker()
    claim = standing_claim(worker, partner_id=candidate.partner_id, user_id=candidate.user_id)
    last = worker.last_qualifying_at
    relation = client.relations.get(candidate.partner_id)
    conditions = (
        (CreditReason.NOT_A_USER, candidate.is_user),
        (CreditReason.NOT_TAGGED, candidate.is_tagged),
        (CreditReason.NOT_ASSIGNED, claim is not None),
        (CreditReason.EMAIL_WITH_ANOTHER_PARTNER, holder_now(worker) is claim),
        (CreditReason.NOT_IN_PORTAL, candidate.email in client.profile.portal_users),
        (CreditReason.NO_RECENT_ACTIVITY, last is not None and at - last <= window),
        (CreditReason.RELATIONSHIP_NOT_MANAGED, relation is not None and relation.relationship.is_managed),
    )
    return next((reason for reason, holds in conditions if not holds), None)
