"""What SES says about mails that were sent."""

from typing import Any

import pytest

from functions.notifications import feedback
from functions.notifications.feedback import UnreadableFeedbackError
from shared.domain.links import Link
from shared.domain.notices import NoticeKind
from shared.table.client import dynamodb
from shared.table.suppressions import Suppressions
from shared.table.values import Item
from tests import confirmation_examples
from tests.faults import Crash, Moment, crashing
from tests.functions.notifications.conftest import Desk
from tests.functions.notifications.outbox import CREATOR, CUSTOMER, RunContext, notice, ses_event, topic_event


@pytest.fixture
def sent(desk: Desk) -> Link:
    """A link whose mail SES took."""
    made = desk.link()
    desk.post(notice())
    desk.relay(notice())
    assert desk.link_item()["delivery"] == "sent"
    return made


def hear(message: Any) -> None:
    feedback.lambda_handler(topic_event(message), RunContext())


def suppressed(desk: Desk) -> dict[str, str]:
    """The reasons by address."""
    return {item["email"]: item["reason"] for item in desk.table.items() if item["pk"].startswith("SUPPRESSED#")}


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("kind", ["Bounce", "Complaint"])
def test_a_bounce_or_complaint_suppresses_the_address_and_shows_on_the_link(desk: Desk, kind: str) -> None:
    hear(ses_event(kind))

    assert suppressed(desk) == {CUSTOMER: kind.lower()}
    assert desk.link_item()["delivery"] == "not_delivered"
    assert desk.link_item()["version"] == 2


@pytest.mark.usefixtures("sent")
def test_a_rejection_shows_on_the_link_and_suppresses_nobody(desk: Desk) -> None:
    hear(ses_event("Reject"))

    assert suppressed(desk) == {}
    assert desk.link_item()["delivery"] == "not_delivered"


@pytest.mark.parametrize("status", ["signed", "rejected", "revoked", "expired"])
@pytest.mark.parametrize("kind", ["Bounce", "Reject"])
def test_what_comes_back_once_the_link_is_settled_leaves_the_link_as_it_is(
    desk: Desk, sent: Link, kind: str, status: str
) -> None:
    settled = {**desk.link_item(), "link_status": status}
    if status in {"signed", "rejected"}:
        settled["decision"] = confirmation_examples.decision(signed=status == "signed").record()
    desk.table.put(settled)
    before = desk.link_item()

    hear(ses_event(kind))

    assert desk.link_item() == before
    assert sent.version == before["version"]
    assert suppressed(desk) == ({CUSTOMER: "bounce"} if kind == "Bounce" else {})


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("bounce", ["Transient", "Undetermined"])
def test_a_bounce_that_may_pass_changes_nothing(desk: Desk, bounce: str) -> None:
    before = desk.table.items()

    hear(ses_event("Bounce", bounce=bounce))

    assert desk.table.items() == before


@pytest.mark.usefixtures("sent")
def test_hearing_it_again_changes_nothing(desk: Desk) -> None:
    hear(ses_event("Bounce"))
    before = desk.table.items()

    hear(ses_event("Bounce"))
    hear(ses_event("Complaint"))

    assert desk.table.items() == before


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("address", ["Jonas Müller <Jonas@Mueller.example>", "JONAS@MUELLER.EXAMPLE"])
def test_the_address_is_known_however_ses_spells_it(desk: Desk, address: str) -> None:
    hear(ses_event("Bounce", address=address))

    assert Suppressions(desk.session).holds(CUSTOMER)


def test_addresses_with_the_keys_separator_are_told_apart(desk: Desk) -> None:
    hear(ses_event("Bounce", address="a#b@acme.example"))

    suppressions = Suppressions(desk.session)
    assert suppressions.holds("a#b@acme.example")
    assert not suppressions.holds("a%23b@acme.example")


def test_a_late_bounce_says_nothing_of_an_address_that_was_corrected(desk: Desk, sent: Link) -> None:
    item = desk.link_item()
    desk.table.put({**item, "client": {**item["client"], "email": "office@mueller.example"}})

    hear(ses_event("Bounce"))

    assert suppressed(desk) == {CUSTOMER: "bounce"}
    assert desk.link_item()["delivery"] == sent.delivery


def test_a_bounce_of_a_mail_to_the_creator_says_nothing_of_the_link(desk: Desk) -> None:
    desk.link()
    posted = notice(NoticeKind.LINK_SIGNED)
    desk.post(posted)
    desk.relay(posted)

    hear(ses_event("Bounce", address=CREATOR))

    assert suppressed(desk) == {CREATOR: "bounce"}
    assert desk.link_item()["delivery"] == "sent"


@pytest.mark.parametrize("notice_id", ["n-1", "n-long-gone"])
def test_a_notice_or_link_that_is_gone_leaves_the_suppression(desk: Desk, notice_id: str) -> None:
    desk.post(notice())

    hear(ses_event("Bounce", notice_id=notice_id))

    assert suppressed(desk) == {CUSTOMER: "bounce"}


@pytest.mark.usefixtures("sent")
def test_a_change_of_the_link_at_the_same_moment_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    item = desk.link_item()
    find = type(desk.session).get
    read: list[Any] = []

    def changed_meanwhile(session: Any, key: Any) -> Item | None:
        found = find(session, key)
        if key.sk == "LINK#l-1" and not read:
            read.append(key)
            desk.table.put({**item, "name": "Renamed", "version": 2})
        return found

    monkeypatch.setattr(type(desk.session), "get", changed_meanwhile)
    hear(ses_event("Bounce"))

    after = desk.link_item()
    assert (after["name"], after["delivery"], after["version"]) == ("Renamed", "not_delivered", 3)


def test_the_greeting_of_a_connected_topic_is_no_event(desk: Desk) -> None:
    before = desk.table.items()

    hear("Successfully validated SNS topic for Amazon SES event publishing.")

    assert desk.table.items() == before


@pytest.mark.parametrize(
    "message",
    [
        "no JSON",
        "[]",
        "{}",
        {"eventType": "Bounce"},
        {**ses_event("Bounce"), "eventType": "Open"},
        {**ses_event("Bounce"), "mail": {"tags": {}}},
        {**ses_event("Bounce"), "mail": {"tags": {"notice_id": []}}},
        {**ses_event("Bounce"), "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{}]}},
        ses_event("Bounce", address="a@b@c"),
        ses_event("Complaint", address=""),
    ],
)
def test_what_cannot_be_read_fails_without_quoting_it(desk: Desk, message: Any) -> None:
    before = desk.table.items()

    with pytest.raises(UnreadableFeedbackError) as raised:
        hear(message)

    assert str(raised.value) == (
        "the SNS message 5e6f9a2c-0000-4000-8000-000000000001 holds no event of SES that can be read"
    )
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert desk.table.items() == before


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("at", range(1, 5))
@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_after_a_crash_hearing_it_again_completes_it(desk: Desk, at: int, moment: Moment) -> None:
    with crashing(dynamodb(), at=at, when=moment), pytest.raises(Crash):
        hear(ses_event("Bounce"))

    hear(ses_event("Bounce"))

    assert suppressed(desk) == {CUSTOMER: "bounce"}
    assert desk.link_item()["version"] == 2
    assert len([item for item in desk.table.items() if item.get("action") == "link.not_delivered"]) == 1
