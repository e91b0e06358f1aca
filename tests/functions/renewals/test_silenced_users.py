"""A partner user whom mail does not reach silences nothing: the next in line is told, and it shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from functions.notifications import feedback
from functions.notifications.delivery import Courier, deliver
from functions.renewals.notices import attend_day
from shared.domain.notices import Notice, NoticeKind
from shared.mail.header_values import Mailbox
from shared.mail.sender import Sender
from shared.table.notices import post
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from tests.client_factories import ClientSeed
from tests.factories import operation
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api
from tests.functions.notifications.outbox import link
from tests.functions.renewals.renewal_world import HeldQueue, MailService

SETTINGS = "/v1/renewals/settings"
OWNER = "/v1/clients/c-4711/renewal-owner"
MAX_TOLD = {"owner": "partner", "notify_user_id": "u-max"}
MAX, ADA, ZOE, DANA = MEMBER, ADMIN, "zoe@hill.example", "dana@acme.example"


@dataclass
class Post:
    """The daily run, the outbox and the mail service of a program with the partner p-hill and its client Acme."""

    api: Api
    ses: MailService = field(default_factory=MailService)

    @property
    def session(self) -> TableSession:
        return TableSession(self.api.table.client, self.api.table.name)

    def attend(self, as_of: date) -> None:
        queue: Any = HeldQueue()
        attend_day({"as_of": as_of.isoformat()}, session=self.session, queue=queue, clock=self.api.clock)

    def put(self, notice: Notice) -> None:
        transaction = Transaction(self.session, operation(at=self.api.clock.now))
        post(transaction, notice)
        transaction.commit()

    def deliver(self) -> list[list[str]]:
        """To whom the mails go that wait."""
        sender = Sender(
            client=self.ses,  # type: ignore[arg-type] # plays the client
            mailbox=Mailbox(name="Contoso", address="partners@contoso.example"),
            configuration_set="mail",
        )
        courier = Courier(session=self.session, sender=sender, vendor_name="Contoso", clock=self.api.clock)
        sent = len(self.ses.mails)
        for item in [one for one in self.api.table.items() if one["sk"] == "NOTICE" and "due_queue" in one]:
            deliver(courier, item["notice_id"])
        return [[*mail["ToAddresses"], *mail.get("CcAddresses", [])] for mail in self.ses.mails[sent:]]

    def suppress(self, *emails: str) -> None:
        for email in emails:
            ClientSeed(table=self.api.table, at=self.api.clock.now).bounce(email)

    def bounce(self, *emails: str, kind: str = "Bounce") -> None:
        """What SES says of the newest mail."""
        newest = f"m-{len(self.ses.mails)}"
        [notice_id] = [one["notice_id"] for one in self.api.table.items() if one.get("message_id") == newest]
        detail = (
            {"bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": one} for one in emails]}}
            if kind == "Bounce"
            else {"complaint": {"complainedRecipients": [{"emailAddress": one} for one in emails]}}
        )
        event = {"eventType": kind, "mail": {"tags": {"notice_id": [notice_id]}}, **detail}
        feedback.lambda_handler({"Records": [{"Sns": {"MessageId": "s-1", "Message": json.dumps(event)}}]}, None)

    def row_flags(self, email: str = ADA) -> list[str]:
        [row] = self.api.get("/v1/renewals", email=email).json["data"]
        flags: list[str] = row["flags"]
        return flags

    def undelivered(self) -> list[tuple[str, str]]:
        """What the vendor's operator finds in the audit trail: objects, and why."""
        entries = self.api.get("/v1/vendor/audit", email=OPERATOR, query={"partner_id": "p-hill", "limit": "100"}).json
        found = [one for one in entries["data"] if one["action"] == "notice.not_delivered"]
        return [(one["object"], one["after"]["reason"]) for one in found]


@pytest.fixture
def office(api: Api, seed: ClientSeed, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Max is told about renewals; Ada and, after her, Zoe are admins."""
    monkeypatch.setenv("VENDOR_NAME", "Contoso")
    monkeypatch.setattr(feedback, "utc_now", api.clock)
    api.seed.user(ZOE, name="Zoe Zander")
    seed.client()
    seed.subscription()
    assert api.put(SETTINGS, MAX_TOLD, email=ADA, match="*").status == 200
    return Post(api)


def test_the_first_admin_who_can_be_mailed_is_told_instead(office: Post) -> None:
    office.suppress(MAX, ADA)
    office.attend(date(2026, 3, 17))

    assert office.deliver() == [[ZOE]]

    assert office.row_flags() == ["notified_user_undeliverable"]
    assert office.api.get(SETTINGS).json == {**MAX_TOLD, "flags": ["notified_user_undeliverable"]}
    whole = office.api.get("/v1/clients/c-4711/renewals").json
    assert (whole["flags"], whole["effective_notify_user_id"]) == (["notified_user_undeliverable"], "u-zoe")
    assert office.api.get(OWNER).json["effective_notify_user_id"] == "u-zoe"
    assert office.undelivered() == []


def test_the_client_is_told_with_a_copy_to_the_next_in_line(office: Post) -> None:
    office.api.put(SETTINGS, {"owner": "vendor", "notify_user_id": "u-max"}, email=ADA, match="*")
    office.suppress(MAX)
    office.attend(date(2026, 3, 17))

    assert office.deliver() == [[DANA, ADA]]
    assert office.row_flags() == ["notified_user_undeliverable"]


def test_a_client_that_is_told_without_a_copy_reads_of_none(office: Post) -> None:
    office.api.put(SETTINGS, {"owner": "vendor", "notify_user_id": "u-max"}, email=ADA, match="*")
    office.suppress(MAX, ADA, ZOE)
    office.attend(date(2026, 3, 17))

    assert office.deliver() == [[DANA]]
    assert b"gets a copy" not in office.ses.messages[-1]


def test_what_reached_nobody_shows_on_the_renewal_and_in_the_audit_trail_until_another_notice_goes_out(
    office: Post,
) -> None:
    office.suppress(MAX, ADA, ZOE)
    office.attend(date(2026, 3, 17))

    assert office.deliver() == []
    assert office.row_flags() == ["nobody_told", "notified_user_undeliverable"]
    assert office.undelivered() == [("renewal/s-1", "address_suppressed")]

    assert office.api.delete("/v1/vendor/suppressions/max%40hill.example", email=OPERATOR).status == 204
    office.attend(date(2026, 4, 20))
    assert office.deliver() == [[MAX]]
    assert office.row_flags() == []


def test_a_mail_that_comes_back_is_sent_to_the_next_in_line_once(office: Post) -> None:
    office.attend(date(2026, 3, 17))
    assert office.deliver() == [[MAX]]

    for _ in range(2):
        office.bounce(MAX)

    assert office.deliver() == [[ADA]]
    assert office.deliver() == []
    assert office.row_flags() == ["notified_user_undeliverable"]
    assert office.undelivered() == [("renewal/s-1", "bounce")]


def test_who_complains_was_told_and_nobody_is_told_again(office: Post) -> None:
    office.attend(date(2026, 3, 17))
    office.deliver()

    office.bounce(MAX, kind="Complaint")

    assert office.deliver() == []
    assert office.row_flags() == ["notified_user_undeliverable"]


def test_a_user_who_is_mailed_again_is_shown_so(office: Post) -> None:
    office.suppress(MAX)
    office.attend(date(2026, 3, 17))
    office.deliver()
    assert office.api.get(SETTINGS).json["flags"] == ["notified_user_undeliverable"]

    office.api.delete("/v1/vendor/suppressions/max%40hill.example", email=OPERATOR)

    assert office.api.get(SETTINGS).json["flags"] == []
    assert office.api.get(OWNER).json["effective_notify_user_id"] == "u-max"


def test_another_partner_of_the_client_sees_nothing_of_this(office: Post, seed: ClientSeed) -> None:
    seed.relation("4711", "p-lake", "sold")
    office.suppress(MAX, ADA, ZOE)
    office.attend(date(2026, 3, 17))
    office.deliver()

    assert office.row_flags(RIVAL) == []
    assert office.api.get("/v1/clients/c-4711/renewals", email=RIVAL).json["flags"] == []


def of_a_link() -> Mapping[str, Any]:
    made = link()
    told = {"link_id": made.link_id, **made.draft.record(), "creator_name": "Max", "expires_at": "2026-06-01T00:00:00Z"}
    decision = {"signed": True, "signer_name": "Kim", "reason": None, "decided_at": "2026-03-17T09:00:00Z"}
    return {"link": told, "decision": decision, "partner_name": "Hill", "time_zone": "UTC"}


TRANSFER = {"company": "Acme", "email": "nia@hill.example", "status": "expired", "to_asked": False}
TIER = {
    "partner_name": "Hill", "review_on": "2026-07-15", "credited_tier": "gold", "tier_then": "silver",
    "reason": "bar_missed_in_window", "points": {"total": 1, "sold": 1}, "missing": {"total": 1, "sold": 1},
    "certification_expires_on": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "content", "user_id", "subject"),
    [
        (NoticeKind.LINK_SIGNED, of_a_link(), "u-max", "link/l-1"),
        (NoticeKind.TRANSFER_ENDED, TRANSFER, "u-max", "user/u-max"),
        (NoticeKind.TIER_WARNING, TIER, None, "partner/p-hill"),
    ],
)
def test_other_mails_to_a_partner_go_to_the_next_in_line_too(
    office: Post, kind: NoticeKind, content: Mapping[str, Any], user_id: str | None, subject: str
) -> None:
    def notice(notice_id: str) -> Notice:
        return Notice(notice_id=notice_id, kind=kind, partner_id="p-hill", created_at=office.api.clock.now,
                      content=content, user_id=user_id)  # fmt: skip

    office.suppress(MAX, *([] if user_id else [ADA]))
    office.put(notice("n-1"))
    assert office.deliver() == [[ADA if user_id else ZOE]]

    office.api.clock.advance(timedelta(days=1))
    office.suppress(ADA, ZOE)
    office.put(notice("n-2"))
    assert office.deliver() == []
    assert office.undelivered() == [(subject, "address_suppressed")]


def test_a_digest_goes_to_nobody_instead_and_the_audit_trail_says_so(office: Post) -> None:
    office.suppress(MAX)
    office.put(
        Notice(
            notice_id="n-1",
            kind=NoticeKind.RENEWAL_DIGEST,
            partner_id="p-hill",
            created_at=office.api.clock.now,
            content={"renewals": [], "more": False, "partner_name": "Hill"},
            user_id="u-max",
        )
    )

    assert office.deliver() == []

    assert office.undelivered() == [("user/u-max", "address_suppressed")]
    assert office.row_flags() == ["notified_user_undeliverable"]
