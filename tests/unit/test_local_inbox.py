"""The inbox page of the stack on one machine."""

from datetime import UTC, datetime
from typing import Any

from local.inbox import SentMail, list_page, mail_page, read_mails

RECORD: dict[str, Any] = {
    "MessageId": "0f9c@email.amazonses.com",
    "Source": "partners@vendor.example",
    "To": ["ann@acme.example"],
    "CC": ["bo@desk.example"],
    "BCC": [],
    "Subject": "Please <confirm>",
    "BodyText": "Open https://desk.example/c/abc?x=1&y=2\n<script>alert(1)</script>",
    "BodyHtml": "<p>Hello</p>",
    "Timestamp": 1773739800.0,
    "Type": "v2.SendEmail",
}
MAIL = SentMail(
    id="0f9c",
    recipients=("ann@acme.example",),
    copies=("bo@desk.example",),
    subject="Please <confirm>",
    text="Open https://desk.example/c/abc?x=1&y=2\n<script>alert(1)</script>",
    html="<p>Hello</p>",
    sent_at=datetime(2026, 3, 17, 9, 30, tzinfo=UTC),
)


def test_mails_are_read_newest_first() -> None:
    later = {**RECORD, "MessageId": "1a2b@email.amazonses.com", "Timestamp": RECORD["Timestamp"] + 60}

    found = read_mails({"messages": {"000000000000": [RECORD, later]}})

    assert [mail.id for mail in found] == ["1a2b", "0f9c"]
    assert found[1] == MAIL


def test_an_empty_inbox_says_how_it_fills() -> None:
    assert "No mail yet. Send a confirmation link, and its mail appears here." in list_page([])


def test_the_list_links_to_each_mail_and_shows_what_people_wrote_as_text() -> None:
    page = list_page([MAIL])

    assert '<a href="/0f9c">Please &lt;confirm&gt;</a>' in page
    assert "ann@acme.example" in page
    assert "2026-03-17 09:30:00" in page


def test_a_mail_is_shown_as_html_in_a_frame_and_as_text_with_its_links() -> None:
    page = mail_page(MAIL)

    assert '<iframe src="/0f9c/html"' in page
    assert 'href="https://desk.example/c/abc?x=1&amp;y=2"' in page
    assert "<script>" not in page


def test_who_got_a_copy_is_told_from_who_was_written_to() -> None:
    assert "<td>ann@acme.example</td><td>bo@desk.example</td>" in list_page([MAIL])
    assert "To ann@acme.example, copy to bo@desk.example, 2026-03-17" in mail_page(MAIL)
