import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from typing import cast

import pytest

from shared.domain.languages import Language
from shared.mail.content import Mail, MailContent
from shared.mail.header_values import Mailbox
from shared.mail.mime import build_mime, html_part, text_part
from tests import confirmation_examples as examples
from tests import renewal_examples

SENDER = Mailbox(name="Contoso Software", address="partners@contoso.example")
CUSTOMER = Mailbox(name="Jonas Müller", address="jonas@mueller.example")
CREATOR = Mailbox(name="Karla Vogt", address="karla@nordwind.example")
SENT_AT = datetime(2026, 1, 14, 9, 5, 7, tzinfo=UTC)

MAILS = [
    mail(language)
    for language in Language
    for mail in (
        examples.link_sent,
        examples.link_reminder,
        examples.decision_receipt,
        examples.link_signed,
        examples.link_rejected,
        examples.link_expired,
        renewal_examples.for_client,
        renewal_examples.for_partner,
        renewal_examples.digest,
    )
] + [examples.decision_receipt(language, signed=False) for language in Language]


def named(mail: Mail) -> str:
    return f"{type(mail).__name__}-{mail.content().language}"


class Shown(HTMLParser):
    """The text that an HTML part shows, and its elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self._texts: list[str] = []
        self.feed(html)
        self.words = " ".join(self._texts).split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self._open):
            self._texts.append(data)


def built(mail: Mail, *, reply_to: Mailbox | None = None) -> bytes:
    return build_mime(
        mail, mail_id="n-01KEXAMPLE", sent_at=SENT_AT, sender=SENDER, recipient=CUSTOMER, reply_to=reply_to
    )


def parsed(mail: Mail, *, reply_to: Mailbox | None = None) -> EmailMessage:
    return message_from_bytes(built(mail, reply_to=reply_to), policy=default)


def said(content: MailContent) -> list[str]:
    """Every text of a mail, in its order."""
    texts = ["Vendor Software", content.heading, content.greeting, *content.paragraphs]
    for fact in content.facts:
        texts += [fact.label, *fact.values]
    if content.quotation:
        texts += [content.quotation.label, content.quotation.text]
    if content.step:
        texts += [content.step.label, content.step.hint, content.step.url]
    return [*texts, *content.closing, content.why, *([content.ending.label] if content.ending else [])]


def test_the_headers_say_who_to_whom_what_when_and_that_no_person_wrote_it() -> None:
    message = parsed(examples.link_sent(Language.GERMAN), reply_to=CREATOR)
    headers = [(name, value) for name, value in message.items() if name != "Content-Type"]
    assert headers == [
        ("From", "Contoso Software <partners@contoso.example>"),
        ("To", "Jonas Müller <jonas@mueller.example>"),
        ("Subject", "Nordwind Beratung GmbH bittet um Ihre Bestätigung für Müller & Söhne AG"),
        ("Date", "Wed, 14 Jan 2026 09:05:07 +0000"),
        ("Message-ID", "<n-01KEXAMPLE@contoso.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("Content-Language", "de"),
        ("Reply-To", "Karla Vogt <karla@nordwind.example>"),
        ("MIME-Version", "1.0"),
    ]


def test_a_mail_holds_a_text_part_and_then_an_html_part_in_utf_8() -> None:
    message = parsed(examples.link_rejected(Language.GERMAN))
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    text, html = (cast("EmailMessage", part) for part in message.iter_parts())
    content = examples.link_rejected(Language.GERMAN).content()
    assert text.get_content().replace("\r\n", "\n") == text_part(content) + "\n"
    assert html.get_content().replace("\r\n", "\n") == html_part(content) + "\n"


@pytest.mark.parametrize("mail", MAILS, ids=named)
def test_a_mail_is_ascii_in_short_lines_that_every_server_takes(mail: Mail) -> None:
    message = built(mail)
    assert message.isascii()
    for line in message.split(b"\r\n"):
        assert not set(line) & set(b"\r\n")
        # An address is not broken: programs that end reminders read it line by line.
        assert len(line) <= (998 if line.startswith(b"List-Unsubscribe: ") else 78)


@pytest.mark.parametrize("mail", MAILS, ids=named)
def test_both_parts_say_everything_and_in_the_same_order(mail: Mail) -> None:
    content = mail.content()
    text = " ".join(line.removeprefix("> ") for line in text_part(content).splitlines()).split()
    shown = Shown(html_part(content)).words
    assert shown[: len(content.summary.split())] == content.summary.split()
    # In text a label ends in a colon and a line of dashes stands before the reason for the mail.
    labels = {fact.label for fact in content.facts} | ({content.quotation.label} if content.quotation else set())
    in_text = " ".join(word for word in text if word != "--")
    if content.ending:  # which is a link in HTML
        labels.add(content.ending.label)
        assert in_text.endswith(f": {content.ending.url}")
        in_text = in_text.removesuffix(content.ending.url)
    for label in labels:
        in_text = in_text.replace(f"{label}: ", f"{label} ", 1)
    assert in_text.split() == " ".join(said(content)).split() == shown[len(content.summary.split()) :]


@pytest.mark.parametrize("mail", MAILS, ids=named)
def test_a_mail_loads_nothing_and_runs_nothing(mail: Mail) -> None:
    content = mail.content()
    html = html_part(content)
    shown = Shown(html)
    assert not {"img", "script", "link", "iframe", "object", "form"} & {tag for tag, _ in shown.elements}
    assert "url(" not in html
    addresses = re.findall(r"https?://[^\s\"<]+", html)
    meant = {content.step.url} if content.step else set()
    assert set(addresses) == meant | ({content.ending.url} if content.ending else set())


def test_a_mail_bears_the_vendors_logo_colour_imprint_and_privacy_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOR_COLOR", "#7a1f5c")
    monkeypatch.setenv("VENDOR_LOGO_URL", "https://vendor.example/logo.png")
    monkeypatch.setenv("IMPRINT_URL", "https://vendor.example/imprint")
    monkeypatch.setenv("PRIVACY_URL", "https://vendor.example/privacy")
    content = examples.link_sent().content()
    html = html_part(content)
    assert [attributes["src"] for tag, attributes in Shown(html).elements if tag == "img"] == [
        "https://vendor.example/logo.png"
    ]
    assert 'bgcolor="#7a1f5c"' in html
    assert '<a class="address" href="https://vendor.example/imprint"' in html
    assert text_part(content).endswith(
        "\nImprint: https://vendor.example/imprint\nPrivacy notice: https://vendor.example/privacy"
    )


def test_the_address_stands_in_words_in_both_parts_of_what_asks_the_customer() -> None:
    for mail in (examples.link_sent(), examples.link_reminder()):
        content = mail.content()
        assert f"\n{examples.URL}\n" in text_part(content)
        assert f">{examples.URL}</a>" in html_part(content)


def test_the_text_part_in_full() -> None:
    assert text_part(examples.link_rejected(Language.GERMAN).content()) == (
        "Vendor Software\n"
        "\n"
        "Ihre Anfrage wurde abgelehnt\n"
        "\n"
        "Guten Tag Karla Vogt,\n"
        "\n"
        "Jonas Müller hat für Müller & Söhne AG abgelehnt. Die Entscheidung ist\n"
        "endgültig.\n"
        "\n"
        "Link: Müller: Marketing and Sales\n"
        "Entschieden am: 14. Januar 2026, 10:05 (Ortszeit Berlin)\n"
        "Für: Müller & Söhne AG\n"
        "Produkte: Marketing Hub Professional: Technische Beratung durch Nordwind Beratung GmbH\n"
        "          Sales Hub Starter: Kein Onboarding\n"
        "Das Onboarding dauert: 2 Monate\n"
        "\n"
        "Grund:\n"
        "> Das Onboarding macht inzwischen unser eigenes Team.\n"
        "> Bitte nehmen Sie den Sales Hub heraus.\n"
        "\n"
        "Ergebnis ansehen\n"
        "Falls die Schaltfläche nicht funktioniert, kopieren Sie bitte diese\n"
        "Adresse in Ihren Browser:\n"
        f"{examples.URL}\n"
        "\n"
        "Sobald das geklärt ist, können Sie den Link klonen, den Klon berichtigen\n"
        "und versenden.\n"
        "\n"
        "-- \n"
        "Sie erhalten diese E-Mail, weil Sie diesen Bestätigungslink erstellt\n"
        "haben oder weil E-Mails an die Person, die ihn erstellt hat, nicht\n"
        "ankommen."
    )


@pytest.mark.feature("A76")
@pytest.mark.parametrize(
    ("mail", "subject"),
    [
        (examples.link_sent(), "Nordwind Beratung GmbH asks for your confirmation for Müller & Söhne AG"),
        (examples.link_reminder(), "Reminder: Nordwind Beratung GmbH asks for your confirmation for Müller & Söhne AG"),
        (examples.decision_receipt(), "Receipt: Müller & Söhne AG confirmed for Nordwind Beratung GmbH"),
        (examples.decision_receipt(signed=False), "Receipt: Müller & Söhne AG rejected for Nordwind Beratung GmbH"),
        (examples.link_signed(), "Confirmed: Müller & Söhne AG"),
        (examples.link_rejected(), "Rejected: Müller & Söhne AG"),
        (examples.link_expired(), "Expired without a decision: Müller & Söhne AG"),
        (examples.link_signed(Language.GERMAN), "Bestätigt: Müller & Söhne AG"),
        (examples.link_rejected(Language.GERMAN), "Abgelehnt: Müller & Söhne AG"),
    ],
)
def test_a_subject_says_what_came_of_it_and_for_whom(mail: Mail, subject: str) -> None:
    assert str(parsed(mail)["Subject"]) == subject


def test_only_a_reminder_can_be_ended_with_one_click() -> None:
    message = parsed(examples.link_reminder())
    assert str(message["List-Unsubscribe"]) == f"<{examples.UNSUBSCRIBE_URL}>"
    assert str(message["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    for mail in MAILS:
        if mail.content().ending is None:
            assert "List-Unsubscribe" not in parsed(mail)


def test_a_reader_ends_the_reminders_by_a_link_in_both_parts() -> None:
    content = examples.link_reminder(Language.GERMAN).content()

    assert text_part(content).endswith(f"\n\nErinnerungen beenden:\n{examples.UNSUBSCRIBE_URL}")
    links = [attributes for tag, attributes in Shown(html_part(content)).elements if tag == "a"]
    assert links[-1]["href"] == examples.UNSUBSCRIBE_URL
    assert examples.UNSUBSCRIBE_URL not in Shown(html_part(content)).words
    assert Shown(html_part(content)).words[-2:] == ["Erinnerungen", "beenden"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.ENGLISH, ["today", "1 day left", "12 days left"]),
        (Language.GERMAN, ["heute", "noch 1 Tag", "noch 12 Tage"]),
    ],
)
def test_a_digest_says_how_long_there_is_to_decide(language: Language, said: list[str]) -> None:
    assert [fact.values[-1] for fact in renewal_examples.digest(language).content().facts] == said


@pytest.mark.parametrize("mail_id", ["", "n-1\r\nBcc: evil@y.example", "n 1", "n>1", "x" * 201])
def test_a_mail_id_that_could_end_its_header_is_refused(mail_id: str) -> None:
    with pytest.raises(ValueError, match="a mail id holds only"):
        build_mime(examples.link_sent(), mail_id=mail_id, sent_at=SENT_AT, sender=SENDER, recipient=CUSTOMER)
