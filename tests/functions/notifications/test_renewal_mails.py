"""From a renewal notice to its mail, and what comes back of it."""

import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from msgspec.structs import replace

from functions.notifications import feedback
from functions.notifications.composing import compose
from functions.notifications.contents import Reader
from functions.notifications.unreachable import mark_unreachable
from shared.domain.languages import Language
from shared.domain.notices import Notice, NoticeKind
from shared.link_tokens import DigestPlace, stop_digest_url
from shared.mail.mime import html_part, text_part
from shared.table.notices import UnreadableNoticeError
from tests.client_factories import ClientSeed
from tests.clocks import StoppedClock
from tests.functions.notifications.conftest import Desk
from tests.functions.notifications.outbox import CREATOR, VENDOR, RunContext, ses_event, topic_event

DANA = "dana@acme.example"
RENEWAL: dict[str, Any] = {
    "renewal_id": "r-s-1",
    "hub_id": "4711",
    "company": "Acme",
    "product": "marketing_hub",
    "edition": "professional",
    "current_mrr": {"amount": 127200, "currency": "EUR"},
    "renewal_mrr": {"amount": 140000, "currency": "EUR"},
    "term_months": 12,
    "starts_on": "2026-06-15",
    "days_left": 90,
    "decision_deadline": "2026-05-01",
    "status": "pending",
}


def notice(*, email: str | None = DANA, owner: str = "vendor", **renewal: Any) -> Notice:
    return Notice(
        notice_id="n-1",
        kind=NoticeKind.RENEWAL_NOTICE,
        partner_id="p-nordwind",
        created_at=StoppedClock.now,
        content={
            "renewal": {**RENEWAL, **renewal},
            "owner": owner,
            "partner_name": "Nordwind Beratung GmbH",
            "renewal_manager": {"name": "Rea Roth", "email": "rea@vendor.example"},
            "decision_maker": {"name": "Dana Day", "language": "de"},
        },
        email=email,
        user_id="u-karla",
    )


def digest_notice() -> Notice:
    one = {name: RENEWAL[name] for name in ("company", "product", "edition", "current_mrr", "renewal_mrr")}
    listed = {**one, "renewal_id": "r-s-1", "starts_on": "2026-06-15", "decision_deadline": "2026-05-01"}
    return Notice(
        notice_id="n-1",
        kind=NoticeKind.RENEWAL_DIGEST,
        partner_id="p-nordwind",
        created_at=StoppedClock.now,
        content={
            "partner_name": "Nordwind Beratung GmbH",
            "more": True,
            "renewals": [{**listed, "days_to_decide": 39}, {**listed, "company": "Beta", "days_to_decide": 1}],
        },
        user_id="u-karla",
    )


def written(told: Notice, *, email: str, language: Language) -> tuple[str, str]:
    """Subject and text; the HTML says every fact, too."""
    content = compose(told, Reader(name="Dana Day", email=email, language=language), vendor_name=VENDOR).content()
    html = html_part(content)
    for fact in content.facts:
        assert all(value.replace("'", "&#39;") in html for value in fact.values)
    return content.subject, text_part(content)


@pytest.mark.feature("A55")
@pytest.mark.parametrize(
    ("language", "subject", "price", "deadline"),
    [
        (Language.ENGLISH, "Marketing Hub Professional renews on June 15, 2026", "€1,400.00 a month", "May 1, 2026"),
        (
            Language.GERMAN,
            "Marketing Hub Professional verlängert sich am 15. Juni 2026",
            "1.400,00\N{NO-BREAK SPACE}€ im Monat",
            "1. Mai 2026",
        ),
    ],
)
def test_the_decision_maker_reads_prices_dates_and_whom_to_ask(
    language: Language, subject: str, price: str, deadline: str
) -> None:
    told, text = written(notice(), email=DANA, language=language)

    assert told == subject
    for said in (price, deadline, "Nordwind Beratung GmbH", VENDOR, "Rea Roth, rea@vendor.example", "Acme"):
        assert said in text.replace("\n", " ")
    assert "partnerdesk renewals" not in text


@pytest.mark.feature("A56", "A62")
def test_the_partners_user_reads_until_when_and_how_to_decide() -> None:
    subject, text = written(notice(email=None, owner="partner"), email=CREATOR, language=Language.ENGLISH)

    assert subject == "Decide by May 1, 2026: Acme, Marketing Hub Professional"
    assert "Any admin of Nordwind Beratung GmbH can decide." in text
    assert "https://desk.example/reference/renewals" in text
    assert "nobody else has told it" in text.replace("\n", " ")


def test_the_partners_user_reads_that_the_client_could_not_be_told() -> None:
    _, text = written(notice(email=None), email=CREATOR, language=Language.ENGLISH)

    assert f"{VENDOR} could not reach a decision maker at the client" in text.replace("\n", " ")


@pytest.mark.parametrize("email", [DANA, None])
def test_what_has_renewed_asks_for_no_decision(email: str | None) -> None:
    subject, text = written(notice(email=email, status="renewed"), email=DANA, language=Language.ENGLISH)

    assert "Decide" not in subject
    assert "May 1" not in text
    assert "renews automatically" in text.replace("\n", " ")


def test_the_digest_lists_deadlines_and_can_be_ended() -> None:
    subject, text = written(digest_notice(), email=CREATOR, language=Language.ENGLISH)

    assert subject == "Renewals to decide, the next by May 1, 2026"
    assert "39 days left" in text
    assert "1 day left" in text
    assert stop_digest_url(DigestPlace("p-nordwind", "u-karla")) in text


def test_the_digest_names_its_one_click_in_its_headers(desk: Desk) -> None:
    desk.post(digest_notice())

    desk.relay(digest_notice())

    [mail] = desk.mails
    message = message_from_bytes(mail.raw_data.encode(), EmailMessage, policy=default)
    url = stop_digest_url(DigestPlace("p-nordwind", "u-karla"))
    assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == (
        f"<{url}>",
        "List-Unsubscribe=One-Click",
    )


def test_a_digest_goes_to_nobody_instead_of_its_reader(desk: Desk) -> None:
    gone = replace(digest_notice(), user_id="u-gone")
    desk.post(gone)

    desk.relay(gone)

    assert desk.mails == []
    assert desk.notice_item()["failure"] == "recipient_gone"


@pytest.mark.parametrize("broken", ["renewal", "renewal_manager", "decision_maker"])
def test_a_notice_that_lacks_what_its_mail_says_stays_in_the_outbox(desk: Desk, broken: str) -> None:
    whole = notice()
    told = replace(whole, content={k: v for k, v in whole.content.items() if k != broken})
    desk.post(told)

    if broken == "renewal":
        with pytest.raises(UnreadableNoticeError):
            compose(told, Reader(name="Dana", email=DANA, language=Language.ENGLISH), vendor_name=VENDOR)
    desk.relay(told)

    assert "due_queue" in desk.notice_item()
    assert desk.mails == []


@pytest.fixture
def acme(desk: Desk) -> ClientSeed:
    """The client that the notice is about, its mail sent with a copy to Karla."""
    seed = ClientSeed(table=desk.table, at=desk.clock.now)
    seed.client(partners={"p-nordwind": "managed"})
    seed.subscription()
    desk.post(notice())
    desk.relay(notice())
    assert len(desk.mails) == 1
    return seed


def hear(message: Any) -> None:
    feedback.lambda_handler(topic_event(message), RunContext())


@pytest.mark.parametrize("kind", ["Bounce", "Complaint"])
def test_what_comes_back_from_the_decision_maker_shows_on_the_renewal(desk: Desk, acme: ClientSeed, kind: str) -> None:
    hear(ses_event(kind, address=DANA))

    assert acme.found().renewal_flags == ["decision_maker_undeliverable"]
    [entry] = [item for item in desk.table.items() if item.get("action") == "client.decision_maker_undeliverable"]
    assert (entry["partner_id"], entry["audit_object"], entry["after"]) == (
        "p-nordwind",
        "client/4711",
        {"bounced": DANA},
    )
    before = desk.table.items()
    hear(ses_event(kind, address=DANA))
    assert desk.table.items() == before


def test_a_suppression_that_is_lifted_meanwhile_shows_nowhere(desk: Desk, acme: ClientSeed) -> None:
    assert not mark_unreachable(desk.session, notice(), now=StoppedClock.now)

    assert acme.found().renewal_flags == []


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    "message", [ses_event("Bounce", address=CREATOR), ses_event("Bounce", address=DANA, bounce="Transient")]
)
def test_what_comes_back_from_the_copy_or_may_pass_says_nothing_of_the_client(acme: ClientSeed, message: Any) -> None:
    hear(json.loads(json.dumps(message)))

    assert acme.found().renewal_flags == []


def test_a_bounce_after_the_client_named_somebody_else_changes_nothing(acme: ClientSeed) -> None:
    acme.client(partners={}, decision_maker={"name": "Dora Day", "email": "dora@acme.example", "language": "en"})

    hear(ses_event("Bounce", address=DANA))

    assert acme.found().bounced is None
