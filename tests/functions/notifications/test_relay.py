"""What becomes of a notice that the stream brings."""

from datetime import timedelta
from email import message_from_string
from email.header import decode_header, make_header
from typing import Any

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from functions.notifications.relay import relay
from shared.clock import instant_text
from shared.domain.notices import NoticeKind
from shared.mail import sender
from shared.table.people import Users
from shared.table.persons import People
from shared.table.suppressions import Suppressions
from shared.table.transactions import Transaction
from tests.clocks import StoppedClock
from tests.factories import operation
from tests.faults import Moment, crashing
from tests.functions.notifications.conftest import Desk
from tests.functions.notifications.outbox import (
    CREATOR,
    CUSTOMER,
    POISON,
    RunContext,
    courier_of,
    later,
    link,
    notice,
    notice_record,
    stream_event,
    stream_record,
)

WELL: dict[str, Any] = {"batchItemFailures": []}


def headers_of(raw: str) -> dict[str, str]:
    """The headers of a mail by name, in one line and decoded."""
    headers = message_from_string(raw.replace("\r\n ", " ")).items()
    return {name: str(make_header(decode_header(value))) for name, value in headers}


def outcome_of(item: dict[str, Any]) -> dict[str, Any]:
    """What the outbox keeps of a notice beside what was posted."""
    posted = {"pk", "sk", "write_id", "notice_id", "kind", "partner_id", "created_at", "content", "user_id", "email"}
    return {name: value for name, value in item.items() if name not in posted}


def test_a_sent_link_reaches_the_customer_in_the_customers_language(desk: Desk) -> None:
    desk.link()
    desk.post(notice())

    assert desk.relay(notice()) == WELL

    [mail] = desk.mails
    headers = headers_of(mail.raw_data)
    assert headers["From"] == "Contoso Software <partners@contoso.example>"
    assert headers["To"] == f"Jonas Müller <{CUSTOMER}>"
    assert headers["Reply-To"] == f"Karla Vogt <{CREATOR}>"
    assert headers["Content-Language"] == "de"
    assert headers["Message-ID"] == "<n-1@contoso.example>"
    assert headers["Subject"] == "Nordwind Beratung GmbH bittet um Ihre Bestätigung für Müller & Söhne AG"
    kept_until = int((StoppedClock.now + timedelta(days=90)).timestamp())
    sent = outcome_of(desk.notice_item())
    assert sent.pop("message_id") == mail.id
    assert sent == {"attempts": 1, "sent_at": instant_text(StoppedClock.now), "ttl": kept_until}


def test_a_decision_is_told_to_the_links_creator(desk: Desk) -> None:
    posted = notice(NoticeKind.LINK_SIGNED)
    desk.post(posted)

    assert desk.relay(posted) == WELL

    [mail] = desk.mails
    headers = headers_of(mail.raw_data)
    assert headers["To"] == f"Karla Vogt <{CREATOR}>"
    assert headers["Subject"] == "Bestätigt: Müller & Söhne AG"
    assert "Reply-To" not in headers


def remove_user(desk: Desk, user_id: str) -> None:
    users = Users(desk.session, "p-nordwind")
    user = users.find(user_id)
    assert user is not None
    transaction = Transaction(desk.session, operation())
    person = People(desk.session).find(user.sub)
    assert person is not None
    users.remove(transaction, user, person)
    transaction.commit()


def test_the_first_admin_by_name_is_told_in_place_of_a_creator_who_left(desk: Desk) -> None:
    posted = notice(NoticeKind.LINK_REJECTED)
    desk.post(posted)
    remove_user(desk, "u-karla")

    desk.relay(posted)

    [mail] = desk.mails
    assert headers_of(mail.raw_data)["To"] == "Abel Adler <abel@nordwind.example>"
    assert headers_of(mail.raw_data)["Content-Language"] == "en"


def test_without_anybody_left_to_tell_the_notice_is_given_up(desk: Desk) -> None:
    posted = notice(NoticeKind.LINK_SIGNED)
    desk.post(posted)
    for user_id in ("u-karla", "u-abel", "u-zoe"):
        remove_user(desk, user_id)

    assert desk.relay(posted) == WELL

    assert desk.mails == []
    assert outcome_of(desk.notice_item())["failure"] == "recipient_gone"
    assert "due_queue" not in desk.notice_item()


def test_a_suppressed_address_is_never_mailed_and_its_link_shows_it(desk: Desk) -> None:
    desk.link()
    desk.post(notice())
    Suppressions(desk.session).add(CUSTOMER, reason="bounce", notice_id="n-0", at=StoppedClock.now)

    assert desk.relay(notice()) == WELL

    assert desk.mails == []
    assert outcome_of(desk.notice_item())["failure"] == "address_suppressed"
    assert desk.link_item()["delivery"] == "not_delivered"
    assert desk.link_item()["due_queue"].startswith("DUE_LINKS#")
    [entry] = [item for item in desk.table.items() if item.get("action") == "link.not_delivered"]
    assert (entry["audit_object"], entry["audit_actor"]) == ("link/l-1", "system")
    assert (entry["before"], entry["after"]) == ({"delivery": "sent"}, {"delivery": "not_delivered"})


def test_a_link_that_expired_meanwhile_is_not_offered_any_more(desk: Desk) -> None:
    late = replace(link(), expires_at=StoppedClock.now)
    desk.link(late)
    posted = notice(about=late)
    desk.post(posted)

    assert desk.relay(posted) == WELL

    assert desk.mails == []
    assert outcome_of(desk.notice_item())["failure"] == "too_late"


def test_what_ses_refuses_is_given_up_with_a_code(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.link()
    desk.post(notice())
    monkeypatch.setenv("MAIL_SENDER", "unverified@contoso.example")

    assert desk.relay(notice()) == WELL

    assert outcome_of(desk.notice_item())["failure"] == "refused_by_mail_service"
    assert desk.link_item()["delivery"] == "not_delivered"


class UnverifiedSes:
    """SES while nobody has proved that the sender's address is theirs, or while the account is on trial."""

    def send_email(self, **_: Any) -> None:
        message = f"Email address is not verified. The following identities failed the check: {CUSTOMER}"
        answer: Any = {
            "Error": {"Code": "MessageRejected", "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }
        raise ClientError(answer, "SendEmail")


def test_an_address_that_is_not_verified_yet_costs_no_notice(desk: Desk) -> None:
    desk.link()
    desk.post(notice())
    courier = courier_of(desk.session, ses=UnverifiedSes(), clock=desk.clock)

    assert relay(stream_event([notice_record("n-1")]), RunContext(), courier=courier) == WELL

    assert desk.link_item()["delivery"] == "sent"
    desk.clock.advance(timedelta(seconds=30))
    assert desk.sweep()["sent"] == 1


def test_while_ses_does_not_answer_the_notice_waits_longer_each_time(desk: Desk) -> None:
    desk.link()
    desk.post(notice())
    waits = []
    for _ in range(10):
        with crashing(sender.ses(), at=1, when=Moment.CUT_OFF):
            assert desk.relay(notice()) == WELL
        due_at = desk.notice_item()["due_at"]
        waits.append(due_at)
    seconds = [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert waits == [instant_text(later(after)) for after in seconds]
    assert "lease" not in desk.notice_item()
    desk.clock.advance(timedelta(hours=1))
    assert desk.sweep()["sent"] == 1


def test_a_poison_record_fails_alone(desk: Desk) -> None:
    desk.link()
    posted = [notice(notice_id="n-1"), notice(notice_id="n-2", told=POISON), notice(notice_id="n-3")]
    desk.post(*posted)

    assert desk.relay(*posted) == {"batchItemFailures": [{"itemIdentifier": "2"}]}

    assert len(desk.mails) == 2
    assert outcome_of(desk.notice_item("n-2")).keys() == {"attempts", "due_queue", "due_at"}


def test_a_batch_of_nothing_but_poison_is_reported_record_by_record(desk: Desk) -> None:
    posted = [notice(notice_id=f"n-{number}", told=POISON) for number in (1, 2)]
    desk.post(*posted)

    assert desk.relay(*posted) == {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]}


@pytest.mark.parametrize("kind", ["link_vanished", None])
def test_a_notice_of_a_kind_that_a_newer_version_wrote_waits_for_it(desk: Desk, kind: str | None) -> None:
    desk.post(notice())
    desk.table.put({**desk.notice_item(), "kind": kind})

    assert desk.relay(notice()) == {"batchItemFailures": [{"itemIdentifier": "1"}]}

    assert outcome_of(desk.notice_item()).keys() == {"attempts", "due_queue", "due_at"}


def test_a_record_without_an_id_fails_alone(desk: Desk) -> None:
    desk.link()
    desk.post(notice())
    shapeless = stream_record({"pk": "NOTICE#n-9", "sk": "NOTICE"}, number=1)

    answer = relay(stream_event([shapeless, notice_record("n-1", number=2)]), RunContext(), courier=desk.courier)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert len(desk.mails) == 1


def test_repeated_records_are_mailed_once(desk: Desk) -> None:
    desk.link()
    desk.post(notice())

    for _ in range(3):
        assert desk.relay(notice(), notice()) == WELL

    assert len(desk.mails) == 1


def test_a_record_of_anything_else_is_passed_over(desk: Desk) -> None:
    desk.link()
    desk.post(notice())
    changed = stream_record(desk.notice_item(), event="MODIFY")
    other = stream_record(desk.link_item())

    assert relay(stream_event([changed, other]), RunContext(), courier=desk.courier) == WELL

    assert desk.mails == []


def test_what_cannot_be_begun_in_time_is_left_to_the_sweeper(desk: Desk) -> None:
    desk.link()
    desk.post(notice())

    answer = relay(stream_event([notice_record("n-1")]), RunContext(19_999), courier=desk.courier)

    assert answer == WELL
    assert desk.mails == []
    desk.clock.advance(timedelta(minutes=1))
    assert desk.sweep(milliseconds_left=20_000)["sent"] == 1
