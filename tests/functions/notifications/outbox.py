"""Notices as the confirmations room posts them, and the stream's and the topic's events about them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.notifications.delivery import Courier
from shared.clock import Clock, instant_text
from shared.domain.languages import Language
from shared.domain.links import Delivery, Link, LinkClient, LinkDraft, LinkProduct, LinkStatus
from shared.domain.notices import Notice, NoticeKind
from shared.mail.header_values import Mailbox
from shared.mail.sender import Sender
from shared.table import keys
from shared.table.links import Links
from shared.table.notices import post
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.values import Item, to_attributes
from tests.clocks import StoppedClock
from tests.factories import operation

VENDOR = "Contoso Software"
MAIL_SENDER = "partners@contoso.example"
CONFIGURATION_SET = "mail"
CUSTOMER = "jonas@mueller.example"
CREATOR = "karla@nordwind.example"
TO_CREATOR = frozenset({NoticeKind.LINK_SIGNED, NoticeKind.LINK_REJECTED, NoticeKind.LINK_EXPIRED})
EXPIRES_AT = datetime(2026, 4, 1, 21, 59, tzinfo=UTC)
DECIDED_AT = datetime(2026, 3, 17, 9, 5, tzinfo=UTC)
POISON: Item = {"link": {"link_id": "l-1"}}
"""Content from which no mail can be made."""


@dataclass(frozen=True)
class RunContext:
    """What Lambda tells a function about its own run."""

    milliseconds_left: int = 50_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds_left


def draft(language: Language = Language.GERMAN, *, email: str = CUSTOMER) -> LinkDraft:
    return LinkDraft(
        name="Müller: Marketing and Sales",
        client=LinkClient(company="Müller & Söhne AG", contact_name="Jonas Müller", email=email, language=language),
        products=(
            LinkProduct(product="marketing_hub", edition="professional", onboarding_type="technical_consulting"),
            LinkProduct(product="sales_hub", edition="starter", onboarding_type="none"),
        ),
        providing_onboarding=True,
        estimated_onboarding_duration="2_months",
    )


def link(link_id: str = "l-1", *, language: Language = Language.GERMAN, email: str = CUSTOMER) -> Link:
    """A link that was sent, by a creator with the id u-karla."""
    return Link(
        link_id=link_id,
        draft=draft(language, email=email),
        stored_status=LinkStatus.PENDING,
        created_at=StoppedClock.now,
        created_by="u-karla",
        creator_name="Karla Vogt",
        expires_at=EXPIRES_AT,
        sent_at=StoppedClock.now,
        delivery=Delivery.SENT,
    )


def content(asked: Link) -> Item:
    told: Item = {
        "link": {
            "link_id": asked.link_id,
            **asked.draft.record(),
            "creator_name": asked.creator_name,
            "expires_at": instant_text(asked.expires_at),
        },
        "partner_name": "Nordwind Beratung GmbH",
        "time_zone": "Europe/Berlin",
    }
    return told


def notice(
    kind: NoticeKind = NoticeKind.LINK_SENT,
    *,
    about: Link | None = None,
    notice_id: str = "n-1",
    at: datetime = StoppedClock.now,
    user_id: str = "u-karla",
    told: Item | None = None,
) -> Notice:
    """`told` replaces the content."""
    asked = about or link()
    whole = content(asked)
    if kind in {NoticeKind.LINK_SIGNED, NoticeKind.LINK_REJECTED, NoticeKind.DECISION_RECEIPT}:
        signed = kind is not NoticeKind.LINK_REJECTED
        whole["decision"] = {
            "signed": signed,
            "signer_name": "Jonas Müller",
            "reason": None if signed else "We did it ourselves.",
            "decided_at": instant_text(DECIDED_AT),
        }
    to_creator = kind in TO_CREATOR
    return Notice(
        notice_id=notice_id,
        kind=kind,
        partner_id="p-nordwind",
        created_at=at,
        content=whole if told is None else told,
        user_id=user_id if to_creator else None,
        email=None if to_creator else asked.draft.client.email,
    )


def put_notice(session: TableSession, posted: Notice) -> None:
    transaction = Transaction(session, operation(at=posted.created_at))
    post(transaction, posted)
    transaction.commit()


def put_link(session: TableSession, made: Link) -> None:
    transaction = Transaction(session, operation())
    Links(session, "p-nordwind").add(transaction, made, due_at=made.expires_at)
    transaction.commit()


def courier_of(session: TableSession, *, ses: Any, clock: Clock) -> Courier:
    mailbox = Mailbox(name=VENDOR, address=MAIL_SENDER)
    sender = Sender(client=ses, mailbox=mailbox, configuration_set=CONFIGURATION_SET)
    return Courier(session=session, sender=sender, vendor_name=VENDOR, clock=clock)


def stream_record(image: Item, *, number: int = 1, event: str = "INSERT") -> Item:
    """As the stream hands it over; `number` becomes its sequence number."""
    key = {"pk": image["pk"], "sk": image["sk"]}
    return {
        "eventID": f"e-{number}",
        "eventName": event,
        "eventSource": "aws:dynamodb",
        "eventVersion": "1.1",
        "awsRegion": "eu-central-1",
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:123456789012:table/partnerdesk-test/stream/2026-03-17",
        "dynamodb": {
            "ApproximateCreationDateTime": 1773739800.0,
            "Keys": to_attributes(key),
            "NewImage": to_attributes(image),
            "SequenceNumber": str(number),
            "SizeBytes": 500,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


def notice_record(notice_id: str, *, number: int = 1) -> Item:
    return stream_record({**keys.notice(notice_id)._asdict(), "notice_id": notice_id}, number=number)


def stream_event(records: Sequence[Item]) -> dict[str, Any]:
    return {"Records": list(records)}


def topic_event(message: Any) -> dict[str, Any]:
    """As SNS hands over what SES published; a text goes as it is."""
    text = message if isinstance(message, str) else json.dumps(message)
    sns = {"MessageId": "5e6f9a2c-0000-4000-8000-000000000001", "Type": "Notification", "Message": text}
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": sns}]}


def ses_event(kind: str, *, notice_id: str = "n-1", address: str = CUSTOMER, bounce: str = "Permanent") -> Item:
    """A bounce, complaint or rejection as SES publishes it."""
    event: Item = {
        "eventType": kind,
        "mail": {
            "timestamp": "2026-03-17T09:31:00.012Z",
            "source": MAIL_SENDER,
            "messageId": "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
            "destination": [address],
            "headersTruncated": False,
            "headers": [{"name": "To", "value": address}],
            "tags": {"ses:configuration-set": [CONFIGURATION_SET], "notice_id": [notice_id]},
        },
    }
    match kind:
        case "Bounce":
            recipient = {"emailAddress": address, "action": "failed", "status": "5.1.1"}
            event["bounce"] = {"bounceType": bounce, "bounceSubType": "General", "bouncedRecipients": [recipient]}
        case "Complaint":
            event["complaint"] = {"complainedRecipients": [{"emailAddress": address}], "complaintFeedbackType": "abuse"}
        case "Reject":
            event["reject"] = {"reason": "Bad content"}
    return event


def later(seconds: float, *, than: datetime = StoppedClock.now) -> datetime:
    return than + timedelta(seconds=seconds)
