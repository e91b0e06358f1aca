"""The link's token stands in the mail and nowhere else, whatever happens on its way."""

import json
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_string
from typing import Any

import pytest
from msgspec.structs import replace

from functions.notifications import feedback, relay, sweeper
from functions.notifications.feedback import UnreadableFeedbackError
from shared.domain.links import LinkPlace
from shared.domain.notices import NoticeKind
from shared.link_tokens import link_token
from shared.mail import sender
from shared.table.suppressions import Suppressions
from tests.clocks import StoppedClock
from tests.faults import Moment, crashing
from tests.functions.notifications.conftest import Desk
from tests.functions.notifications.outbox import (
    CUSTOMER,
    POISON,
    RunContext,
    link,
    notice,
    notice_record,
    ses_event,
    stream_event,
    topic_event,
)

KINDS = list(NoticeKind)
EVERLASTING = replace(link(), expires_at=datetime(2099, 12, 31, tzinfo=UTC))
"""A link that the real clock of the functions' entries does not end."""

WITH_THE_URL = {
    NoticeKind.LINK_SENT,
    NoticeKind.LINK_REMINDER,
    NoticeKind.DECISION_RECEIPT,
    NoticeKind.LINK_SIGNED,
    NoticeKind.LINK_REJECTED,
}
PRIVATE = (CUSTOMER, "jonas", "Jonas", "Müller", "karla@nordwind.example", "Karla", "We did it ourselves.")
"""Addresses, names and words of people: they stand in the table and in mails, never in logs or metrics."""


@pytest.fixture
def canaries() -> tuple[str, str]:
    """The token, and the part of it that only the signing key yields."""
    token = link_token(LinkPlace("p-nordwind", "l-1"))
    return token, token.partition(".")[2]


@pytest.fixture
def log_level(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "DEBUG")


def texts_of(raw: str) -> Iterator[str]:
    """The parts of a mail, decoded."""
    for part in message_from_string(raw).walk():
        if not part.is_multipart():
            content: Any = part.get_payload(decode=True)
            yield content.decode()


def log_of(caplog: pytest.LogCaptureFixture) -> str:
    """Every line with all that was said beside its message."""
    return "".join(json.dumps(record.__dict__, default=str, ensure_ascii=False) for record in caplog.records)


def run_everything(desk: Desk) -> list[str]:
    """Every way that a notice can go. Answers what the functions answered or raised."""
    said: list[Any] = []
    posted = [notice(kind, notice_id=f"n-{at}", about=EVERLASTING) for at, kind in enumerate(KINDS)]
    poison = notice(notice_id="n-poison", told=POISON)
    desk.link(EVERLASTING)
    desk.post(*posted, poison)
    records = [notice_record(one.notice_id, number=at) for at, one in enumerate([*posted, poison])]
    with crashing(sender.ses(), at=2, when=Moment.CUT_OFF):
        said.append(relay.lambda_handler(stream_event(records), RunContext()))
    said.append(sweeper.lambda_handler({"as_of": "2098-12-31"}, RunContext()))
    desk.post(notice(notice_id="n-late", about=EVERLASTING))
    Suppressions(desk.session).add(CUSTOMER, reason="bounce", notice_id="n-0", at=StoppedClock.now)
    said.append(sweeper.lambda_handler({"as_of": "2098-12-31"}, RunContext()))
    said += [_heard(message) for message in (ses_event("Bounce", notice_id="n-0"), "no JSON", ses_event("Open"))]
    return [json.dumps(one, default=str) for one in said]


def _heard(message: Any) -> Any:
    try:
        return feedback.lambda_handler(topic_event(message), RunContext())
    except UnreadableFeedbackError:
        return traceback.format_exc()


@pytest.mark.usefixtures("log_level")
def test_the_token_stands_in_mails_alone(
    desk: Desk, canaries: tuple[str, str], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    said = run_everything(desk)

    token, secret = canaries
    output = "".join(capfd.readouterr())
    logged = log_of(caplog)
    stored = json.dumps(desk.table.items(), default=str, ensure_ascii=False)
    for place in (output, logged, stored, *said):
        assert secret not in place
        assert "/c/" not in place
    assert '"notices_sent"' in output
    mailed = {
        message_from_string(mail.raw_data)["Message-ID"]
        for mail in desk.mails
        if secret in "".join(texts_of(mail.raw_data))
    }
    assert len(mailed) == len(WITH_THE_URL)
    assert all(
        f"/c/{token}" in "".join(texts_of(mail.raw_data)) for mail in desk.mails if mail.destinations[0] == CUSTOMER
    )


def test_logs_metrics_and_answers_name_nobody(
    desk: Desk, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    said = run_everything(desk)

    logged = log_of(caplog)
    assert "notice given up" in logged
    assert "notice postponed" in logged
    places = (*capfd.readouterr(), logged, *said)
    assert [word for word in PRIVATE for place in places if word in place] == []
