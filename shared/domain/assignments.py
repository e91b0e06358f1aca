"""Which user works for which client, what remains to be done about it, and who asks whom to let go."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.domain.clients import client_id


class PortalAccess(StrEnum):
    """What the client has granted: assigning alone grants nothing."""

    NOT_REQUESTED = "not_requested"
    REQUESTED = "requested"
    GRANTED = "granted"


class Assignment(Struct, frozen=True, kw_only=True):
    """One user of a partner at one client; `company` is the client's name, by which lists are sorted.

    `asked_client` says whether the client's decision maker was mailed about the access requested last. `transfer_id`
    is the request that waits for the partner that listed the address first, `asked_partner_id` that partner, of whom
    no answer may tell. `written_by` identifies the write that made the assignment.
    """

    user_id: str
    hub_id: str
    email: str
    company: str
    assigned_at: datetime
    access_requested_at: datetime | None = None
    asked_client: bool = False
    transfer_id: str | None = None
    asked_partner_id: str | None = None
    written_by: str = ""

    @property
    def client_id(self) -> str:
        return client_id(self.hub_id)


class StepKind(StrEnum):
    """What happened that a user's, or a client's, assignments have to follow."""

    LEFT = "left"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    MOVED = "moved"
    SERVICES_ENDED = "services_ended"
    RENAMED = "renamed"


class Step(Struct, frozen=True, kw_only=True):
    """`at` is the instant of the act: however late it is followed up, the facts are dated with it."""

    kind: StepKind
    at: datetime
    actor: str


class Cascade(Struct, frozen=True, kw_only=True):
    """What remains to be done in a user's clients, or for a client's users; of the two ids one is set."""

    partner_id: str
    user_id: str | None
    hub_id: str | None
    steps: tuple[Step, ...]
    version: int

    @property
    def has_left(self) -> bool:
        return any(step.kind is StepKind.LEFT for step in self.steps)


class TransferStatus(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Transfer(Struct, frozen=True, kw_only=True):
    """One partner asks another, whom it does not know, to let go of an e-mail address at a client."""

    transfer_id: str
    asking_partner_id: str
    asking_partner_name: str
    asking_user_id: str
    asking_user_name: str
    asked_partner_id: str
    user_id: str
    email: str
    hub_id: str
    company: str
    created_at: datetime
    expires_at: datetime
    stored_status: TransferStatus = TransferStatus.PENDING
    decided_at: datetime | None = None

    def status_at(self, now: datetime) -> TransferStatus:
        if self.stored_status is TransferStatus.PENDING and self.expires_at <= now:
            return TransferStatus.EXPIRED
        return self.stored_status
