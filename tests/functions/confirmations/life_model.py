"""What should become of confirmation links, in plain words of its own: it shares no code with the product."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

CREATOR = "u-ada"
OPEN_FOR = timedelta(days=90)
MOST_REMINDERS = 5
MOST_SENDINGS = 5
MOST_SENDINGS_TO_AN_ADDRESS = 10


class Action(StrEnum):
    SIGN = "sign"
    REJECT = "reject"
    STOP = "unsubscribe"
    EDIT = "edit"
    SEND = "send"
    REVOKE = "revoke"
    DELETE = "delete"


BY_CUSTOMER = (Action.SIGN, Action.REJECT, Action.STOP)
UNDER_A_KEY = (Action.SEND, Action.REVOKE)
OUTCOMES = {"sign": "signed", "reject": "rejected"}
ENTRIES = {
    Action.SIGN: "link.signed",
    Action.REJECT: "link.rejected",
    Action.STOP: "link.reminders_stopped",
    Action.EDIT: "link.changed",
    Action.SEND: "link.sent",
    Action.REVOKE: "link.revoked",
    Action.DELETE: "link.removed",
}


@dataclass(kw_only=True)
class ModelLink:
    """`status` is what the table should say; whether it has run out is told by `expires_at`."""

    link_id: str
    url: str
    name: str
    email: str
    expires_at: datetime
    status: str = "pending"
    sent_at: datetime | None = None
    reminders: int = 0
    version: int = 1
    signer: str | None = None
    reason: str | None = None
    decided_at: datetime | None = None

    @property
    def is_decided(self) -> bool:
        return self.status in {"signed", "rejected"}

    def status_at(self, now: datetime) -> str:
        return "expired" if self.status == "pending" and now >= self.expires_at else self.status

    def opens_at(self, now: datetime) -> bool:
        return self.is_decided or self.status_at(now) == "pending"

    def reminders_due(self, moment: datetime) -> int:
        """How many should have gone out by then: the first 5 days after sending, then one every 2 days."""
        if self.sent_at is None:
            return 0
        fifth_day = self.sent_at + timedelta(days=5)
        if moment < fifth_day:
            return 0
        return min(1 + (moment - fifth_day) // timedelta(days=2), MOST_REMINDERS)

    def waits_for_run(self, moment: datetime) -> bool:
        due = self.reminders_due(moment) > self.reminders
        return self.status == "pending" and (due or moment >= self.expires_at)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asks for. `version` is the one that an edit names, `name` what it changes the link's name to."""

    action: Action
    version: int
    name: str


@dataclass(kw_only=True)
class Model:
    """Links, the mails that somebody should get, and what the audit trail should say of each link."""

    links: dict[str, ModelLink] = field(default_factory=dict)
    notices: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    entries: list[tuple[str, str, str]] = field(default_factory=list)
    sendings: list[tuple[datetime, str, str]] = field(default_factory=list)

    def add(self, link: ModelLink, *, entry: str) -> None:
        self.links[link.link_id] = link
        self._enter(entry, link, CREATOR)

    def standing(self) -> list[ModelLink]:
        return [link for link in self.links.values() if link.status != "deleted"]

    def attempt(
        self, link: ModelLink, wish: Wish, *, now: datetime, meanwhile: Callable[[], object] | None = None
    ) -> int:
        """The status that should be answered; `meanwhile` is what another does between this one's reading and writing.

        It only comes to pass where there is something to write.
        """
        answer = self._without_writing(link, wish, now)
        if answer is not None:
            return answer
        version, asked = link.version, (link.name, link.email)
        if meanwhile:
            meanwhile()
        if version != link.version:
            return self._too_late(link, wish, now, is_the_same_question=asked == (link.name, link.email))
        return 429 if wish.action is Action.SEND and self._is_full(link, now) else self._write(link, wish, now)

    def _is_full(self, link: ModelLink, now: datetime) -> bool:
        recent = [(link_id, email) for at, link_id, email in self.sendings if at > now - timedelta(days=1)]
        of_link = sum(link_id == link.link_id for link_id, _ in recent)
        to_address = sum(email == link.email for _, email in recent)
        return of_link >= MOST_SENDINGS or to_address >= MOST_SENDINGS_TO_AN_ADDRESS

    def run(self, moment: datetime, *, now: datetime, meanwhile: Callable[[], object] | None = None) -> dict[str, int]:
        """What the scheduled run should count; `meanwhile` is for a run on which one link waits."""
        counts = {"reminded": 0, "expired": 0}
        waiting = [(link, link.version) for link in self.links.values() if link.waits_for_run(moment)]
        if meanwhile and waiting:
            meanwhile()
        for link, version in waiting:
            if link.version != version or link.status != "pending":
                continue
            link.version += 1
            if moment >= link.expires_at:
                link.status = "expired"
                counts["expired"] += 1
                self._tell("link_expired", CREATOR, link, now)
                self._enter("link.expired", link, "system")
            else:
                link.reminders = link.reminders_due(moment)
                counts["reminded"] += 1
                self._tell("link_reminder", link.email, link, now)
                self._enter("link.reminded", link, "system")
        return counts

    def _without_writing(self, link: ModelLink, wish: Wish, now: datetime) -> int | None:
        if wish.action in BY_CUSTOMER:
            return self._shown_to_customer(link, wish, now)
        if link.status == "deleted":
            return 404
        if wish.action is Action.EDIT and wish.version != link.version:
            return 412
        return None if link.status_at(now) == "pending" else 409

    def _shown_to_customer(self, link: ModelLink, wish: Wish, now: datetime) -> int | None:
        if not link.opens_at(now):
            return 404
        if wish.action is Action.STOP:
            return 200 if link.is_decided or link.reminders == MOST_REMINDERS else None
        if link.is_decided:
            return 303 if link.status == OUTCOMES[wish.action] else 409
        return None

    def _too_late(self, link: ModelLink, wish: Wish, now: datetime, *, is_the_same_question: bool) -> int:
        """Only who has named a version is told of another; a customer only where there is something new to see."""
        if wish.action is Action.EDIT:
            return 404 if link.status == "deleted" else 412 if link.status_at(now) == "pending" else 409
        if wish.action not in BY_CUSTOMER or wish.action is Action.STOP or is_the_same_question:
            return self.attempt(link, wish, now=now)
        answer = self._without_writing(link, wish, now)
        return 409 if answer is None else answer

    def _write(self, link: ModelLink, wish: Wish, now: datetime) -> int:
        link.version += 1
        self._enter(ENTRIES[wish.action], link, "customer" if wish.action in BY_CUSTOMER else CREATOR)
        match wish.action:
            case Action.SIGN | Action.REJECT:
                link.status, link.signer, link.decided_at = OUTCOMES[wish.action], "Kim Kern", now
                link.reason = "Not us." if wish.action is Action.REJECT else None
                self._tell(f"link_{link.status}", CREATOR, link, now)
                self._tell("decision_receipt", link.email, link, now)
                return 303
            case Action.STOP:
                link.reminders = MOST_REMINDERS
                return 200
            case Action.EDIT:
                link.name, link.email = wish.name, f"{wish.name.lower()}@acme.example"
                return 200
            case Action.SEND:
                link.sent_at, link.expires_at, link.reminders = now, now + OPEN_FOR, 0
                self._tell("link_sent", link.email, link, now)
                self.sendings.append((now, link.link_id, link.email))
                return 200
            case Action.REVOKE:
                link.status = "revoked"
                return 200
            case Action.DELETE:
                link.status = "deleted"
                return 204

    def _tell(self, kind: str, recipient: str, link: ModelLink, at: datetime) -> None:
        self.notices.append((kind, recipient, link.link_id, at))

    def _enter(self, entry: str, link: ModelLink, actor: str) -> None:
        self.entries.append((entry, f"link/{link.link_id}", actor))
