"""From a notice about an employee or a transfer request to the mail that its reader gets."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from msgspec.structs import replace

from functions.employees import notices
from shared.domain.assignments import Transfer, TransferStatus
from shared.domain.clients import Client, DecisionMaker, Profile
from shared.domain.languages import Language
from shared.domain.notices import Notice
from shared.domain.partners import Partner, PartnerType, Tier
from shared.domain.people import Membership, Person, Role, User
from shared.table.values import Item
from tests.clocks import StoppedClock
from tests.functions.notifications.conftest import Desk
from tests.functions.notifications.outbox import CREATOR, VENDOR

NOW = StoppedClock.now
NORDWIND = Partner(
    partner_id="p-nordwind",
    name="Nordwind Beratung GmbH",
    type=PartnerType.SOLUTIONS_PARTNER,
    credited_tier=Tier.GOLD,
)
KARLA = User(
    sub="s-karla",
    user_id="u-karla",
    email=CREATOR,
    name="Karla Vogt",
    role=Role.PARTNER_MEMBER,
    language=Language.GERMAN,
    partner_employee=True,
    version=1,
)
MAKER = DecisionMaker(name="Dana Day", email="dana@acme.example", language=Language.ENGLISH)
LENA = Person(
    sub="s-lena",
    email="lena@freelance.example",
    user_id="u-lena",
    memberships={
        "p-lake": Membership(partner_id="p-lake", role=Role.PARTNER_ADMIN, name="Lena Lang", language=Language.GERMAN)
    },
)
LENA_AS_USER = replace(KARLA, sub="s-lena", user_id="u-lena", email="lena@freelance.example", agreed=True)
ASKED = Transfer(
    transfer_id="t-1",
    asking_partner_id="p-lake",
    asking_partner_name="Lake & Co",
    asking_user_id="u-rita",
    asking_user_name="Rita Lake",
    asked_partner_id="p-nordwind",
    user_id="u-karla",
    email=CREATOR,
    hub_id="4711",
    company="Acme",
    created_at=NOW,
    expires_at=NOW + timedelta(days=14),
)
ASKING = replace(ASKED, asking_partner_id="p-nordwind", asking_user_id="u-zoe", asked_partner_id="p-lake")


def every_notice(now: datetime) -> list[Notice]:
    """One of each kind about employees."""
    client = Client(hub_id="4711", profile=Profile(company="Acme", decision_maker=MAKER))
    return [
        notices.invited(NORDWIND, LENA, by="Zoe Zander", now=now),
        notices.address_listed("p-nordwind", KARLA, now=now),
        notices.assigned(NORDWIND, KARLA, ["Acme", "Beta"], by="Zoe Zander", now=now),
        notices.access_requested(NORDWIND, client, MAKER, KARLA, by="Zoe Zander", requester_id="u-karla", now=now),
        notices.transfer_requested(ASKED, now=now),
        notices.transfer_ended(replace(ASKING, stored_status=TransferStatus.ACCEPTED), now=now),
    ]


def mailed(desk: Desk, notice: Notice) -> tuple[EmailMessage, str]:
    """The one mail that the notice becomes, and the words of its text part."""
    desk.post(notice)
    assert desk.relay(notice) == {"batchItemFailures": []}
    [mail] = desk.mails
    message = message_from_bytes(mail.raw_data.encode(), policy=default)
    body = message.get_body(["plain"])
    assert body is not None
    return message, " ".join(body.get_content().split())


def test_who_is_invited_reads_who_invites_and_that_nothing_changes_without_a_yes(desk: Desk) -> None:
    message, text = mailed(desk, notices.invited(NORDWIND, LENA, by="Zoe Zander", now=NOW))

    assert (message["To"], message["Subject"]) == ("lena@freelance.example", "Nordwind Beratung GmbH lädt Sie ein")
    assert message["Content-Language"] == "de"
    assert f"Zoe Zander möchte Sie im Partnerprogramm von {VENDOR} als Benutzer von Nordwind Beratung GmbH" in text
    assert "Bis Sie annehmen, ändert sich für Sie nichts." in text
    assert "Sie melden sich an als: lena@freelance.example" in text
    assert "https://desk.example/reference" in text
    assert "Lena Lang" not in text


@pytest.mark.feature("A107")
def test_an_admin_reads_which_address_another_partner_lists_and_not_which_partner(desk: Desk) -> None:
    message, text = mailed(desk, notices.address_listed("p-nordwind", LENA_AS_USER, now=NOW))

    assert message["Subject"] == "Another partner lists one of your addresses"
    assert "lena@freelance.example" in text
    assert "Lake" not in text


@pytest.mark.feature("A98", "A99")
def test_the_employee_reads_which_clients_and_that_access_is_another_matter(desk: Desk) -> None:
    notice = notices.assigned(NORDWIND, KARLA, ["Acme", "Beta"], by="Zoe Zander", now=NOW)

    message, text = mailed(desk, notice)

    assert (message["To"], message["Content-Language"]) == (f"Karla Vogt <{CREATOR}>", "de")
    assert message["Subject"] == "Ihnen zugewiesene Kunden bei Nordwind Beratung GmbH"
    assert "Zoe Zander hat Ihnen diese Kunden von Nordwind Beratung GmbH zugewiesen." in text
    assert "Kunden: Acme Beta" in text
    assert "Damit haben Sie noch keinen Zugriff" in text


def test_an_employee_who_has_left_is_not_told_and_nobody_else_is(desk: Desk) -> None:
    gone = replace(KARLA, user_id="u-gone")
    notice = notices.assigned(NORDWIND, gone, ["Acme"], by="Zoe Zander", now=NOW)
    desk.post(notice)

    desk.relay(notice)

    assert desk.mails == []
    assert desk.notice_item(notice.notice_id)["failure"] == "recipient_gone"


@pytest.mark.feature("A100")
def test_the_decision_maker_reads_who_asks_for_whom_and_answers_that_person(desk: Desk) -> None:
    client = Client(hub_id="4711", profile=Profile(company="Acme", decision_maker=MAKER))
    notice = notices.access_requested(NORDWIND, client, MAKER, KARLA, by="Zoe Zander", requester_id="u-zoe", now=NOW)

    message, text = mailed(desk, notice)

    assert (message["To"], message["Reply-To"]) == (
        "Dana Day <dana@acme.example>",
        "Zoe Zander <zoe@nordwind.example>",
    )
    assert message["Subject"] == "Nordwind Beratung GmbH asks you to add Karla Vogt as a user"
    assert (
        f"Nordwind Beratung GmbH, a partner of {VENDOR}, works for Acme. So that Karla Vogt of Nordwind Beratung GmbH "
        f"can do that work, Zoe Zander asks you to add Karla Vogt as a user of your {VENDOR} account. You decide: "
        "nobody has access until you add the user there yourself."
    ) in text
    assert f"Employee: Karla Vogt E-mail address: {CREATOR}" in text


@pytest.mark.feature("A108")
def test_an_admin_of_the_partner_that_is_asked_reads_who_asks_and_until_when(desk: Desk) -> None:
    message, text = mailed(desk, notices.transfer_requested(ASKED, now=NOW))

    assert message["To"] == "Abel Adler <abel@nordwind.example>"
    assert message["Subject"] == "Lake & Co asks you to let go of an employee at Acme"
    assert "Rita Lake of Lake & Co asks you to end the assignment of the e-mail address below to Acme." in text
    assert "If you do nothing by March 31, 2026, everything stays as it is." in text
    assert f"E-mail address: {CREATOR} Client: Acme" in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (TransferStatus.ACCEPTED, "The other partner has let go. Of those who list the address now, the first earns"),
        (TransferStatus.DECLINED, "The other partner keeps the address. Give the employee an address on your own"),
        (TransferStatus.EXPIRED, "The other partner did not answer in time. You can ask again."),
    ],
)
def test_who_asked_reads_the_outcome_and_not_who_was_asked(desk: Desk, status: TransferStatus, words: str) -> None:
    notice = notices.transfer_ended(replace(ASKING, stored_status=status), now=NOW)

    message, text = mailed(desk, notice)

    assert message["To"] == "Zoe Zander <zoe@nordwind.example>"
    assert message["Subject"] == "Your transfer request for Acme"
    assert words in text
    assert "p-lake" not in str(desk.notice_item(notice.notice_id)["content"])


def test_who_did_not_answer_is_told_that_the_request_has_expired(desk: Desk) -> None:
    expired = replace(ASKED, stored_status=TransferStatus.EXPIRED)

    message, text = mailed(desk, notices.transfer_ended(expired, to_asked=True, now=NOW))

    assert message["To"] == "Abel Adler <abel@nordwind.example>"
    assert message["Subject"] == "Transfer request for Acme expired"
    assert "You did not answer the request of Lake & Co in time. Everything stays as it is." in text


@pytest.mark.parametrize("lacking", ["companies", "partner_name"])
def test_a_notice_that_cannot_be_read_waits(desk: Desk, lacking: str) -> None:
    notice = notices.assigned(NORDWIND, KARLA, ["Acme"], by="Zoe Zander", now=NOW)
    content: Item = {name: value for name, value in notice.content.items() if name != lacking}
    broken = replace(notice, content=content)
    desk.post(broken)

    failures = desk.relay(broken)["batchItemFailures"]

    assert len(failures) == 1
    assert desk.mails == []
