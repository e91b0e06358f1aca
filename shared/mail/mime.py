"""A mail as the bytes that travel: headers, a text part and an HTML part that say the same."""

import re
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from shared.mail.content import Mail, MailContent
from shared.mail.header_values import Mailbox, subject_value
from shared.web.rendering import render

_TEMPLATES = Path(__file__).parent / "templates"
_MAIL_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
_ADDRESS_IN_HEADER = re.compile(r"https?://[!-;=?-~]{1,900}")


def build_mime(
    mail: Mail,
    *,
    mail_id: str,
    sent_at: datetime,
    sender: Mailbox,
    recipient: Mailbox,
    copy: Mailbox | None = None,
    reply_to: Mailbox | None = None,
) -> bytes:
    """The complete message with CRLF line ends.

    The same `mail_id` gives the same Message-ID, by which a repeated mail can be recognised; SES replaces it with its
    own on the way out.
    """
    content = mail.content()
    headers = _headers(
        content,
        mail_id=mail_id,
        sent_at=sent_at,
        sender=sender,
        recipient=recipient,
        copy=copy,
        reply_to=reply_to,
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return head.encode("ascii") + _body(content).as_bytes()


def text_part(content: MailContent) -> str:
    return render("mail.txt", language=content.language, templates=_TEMPLATES, context={"mail": content})


def html_part(content: MailContent) -> str:
    return render("mail.html", language=content.language, templates=_TEMPLATES, context={"mail": content})


def _headers(
    content: MailContent,
    *,
    mail_id: str,
    sent_at: datetime,
    sender: Mailbox,
    recipient: Mailbox,
    copy: Mailbox | None,
    reply_to: Mailbox | None,
) -> Sequence[tuple[str, str]]:
    if not _MAIL_ID.fullmatch(mail_id):
        raise ValueError("a mail id holds only letters, digits, dots, hyphens and underscores")
    headers = [
        ("From", sender.header_value()),
        ("To", recipient.header_value()),
        ("Subject", subject_value(content.subject)),
        ("Date", format_datetime(sent_at)),
        ("Message-ID", f"<{mail_id}@{sender.domain}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("Content-Language", content.language.value),
    ]
    if copy:
        headers.insert(2, ("Cc", copy.header_value()))
    if reply_to:
        headers.append(("Reply-To", reply_to.header_value()))
    if content.ending:
        if not _ADDRESS_IN_HEADER.fullmatch(content.ending.url):
            raise ValueError("the address that ends such mails is not a web address")
        headers.append(("List-Unsubscribe", f"<{content.ending.url}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


def _body(content: MailContent) -> EmailMessage:
    """The MIME headers and the two parts; the message's own headers are written before it."""
    body = EmailMessage(policy=SMTP)
    body.set_content(text_part(content), cte="quoted-printable")
    body.add_alternative(html_part(content), subtype="html", cte="quoted-printable")
    return body
