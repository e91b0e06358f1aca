"""Hostile names, addresses and reasons on their way from a request into a mail: one recipient, no further header."""

from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from itertools import product
from typing import Any, cast
from urllib.parse import urlencode

import pytest

from functions.notifications.delivery import Courier, Outcome, deliver
from shared.mail.header_values import Mailbox
from shared.mail.sender import Sender
from shared.table.session import TableSession
from tests.functions.client import ADMIN, problem
from tests.functions.confirmations.conftest import LINKS, draft
from tests.functions.confirmations.link_desk import LinkDesk

VENDOR = "partners@vendor.example"
EVIL = "evil@y.example"
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Language",
    "MIME-Version", "Content-Type",
}  # fmt: skip

TRICKS = (
    "\r\nBcc: {evil}",
    "\nBcc: {evil}\n",
    "\rBcc: {evil}",
    "\r\n\r\n<b>body</b>",
    "\0",
    "\x0b",
    "\x0c",
    "\x1b[2J",
    "\x7f",
    "\x85Bcc: {evil}",
    "\u2028Bcc: {evil}",
    "\u2029",
    "\u202e{evil}\u202c",
    "\u2066{evil}\u2069",
    "\ufeff",
    "\ud800",
    "\U000f0000",
    "a@b.example, {evil}",
    "a@b.example; {evil}",
    "<{evil}>",
    "Kim <{evil}>, ",
    '"{evil}"',
    '", <{evil}>, "',
    "({evil})",
    "\\",
    ":;,<>@[]()",
    "undisclosed-recipients:;",
    "=?utf-8?q?Bcc=3A_evil=40y=2Eexample?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAeS5leGFtcGxlDQo=?=",
    "=?utf-8?q?=0D=0ABcc:_{evil}?=",
    "=?",
    "%0d%0aBcc:{evil}",
    "\\r\\nBcc: {evil}",
    "&#13;&#10;Bcc: {evil}",
    "<script>alert(1)</script>",
    "{{{{ 7 * 7 }}}}",
    "{{% raw %}}",
    "%(name)s %s",
    "İstanbul ﬁ ㎒",
    "👩‍🚀 Ünïcödé 中文 العربية",
)
PLACES = ("{trick}", "Kim {trick}", "{trick} Kern", "Kim {trick} Kern", "Kim{trick}Kern")
TEXTS = tuple(place.replace("{trick}", trick.format(evil=EVIL)) for trick, place in product(TRICKS, PLACES))
ADDRESSES = (
    f"kim@acme.example, {EVIL}",
    f"kim@acme.example,{EVIL}",
    f"kim@acme.example;{EVIL}",
    f"kim@acme.example {EVIL}",
    f"kim@acme.example\r\nBcc: {EVIL}",
    f"kim@acme.example\nTo: {EVIL}",
    f"kim@acme.example\0{EVIL}",
    f"Kim <{EVIL}>",
    f"<{EVIL}>",
    f'"kim@acme.example, {EVIL}"@acme.example',
    f"kim(comment {EVIL})@acme.example",
    f"undisclosed:{EVIL};",
    "kim@[192.0.2.7]",
    "kim@acme.example\u202e",
    "kim@\u200bacme.example",
    "=?utf-8?q?kim?=@acme.example?",
    "kim@acme..example",
    "@acme.example",
    "kim@",
    "kïm@acme.example",
    "k" * 65 + "@acme.example",
    "kim@" + "a" * 250 + ".example",
)


@dataclass
class KeptMails:
    """Takes mails as SES does, and keeps them."""

    taken: list[dict[str, Any]] = field(default_factory=list)

    def send_email(self, **arguments: Any) -> dict[str, str]:
        self.taken.append(arguments)
        return {"MessageId": f"m-{len(self.taken)}"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> LinkDesk:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    desk = LinkDesk()
    desk.open()
    return desk


def mailed(desk: LinkDesk) -> dict[str, dict[str, Any]]:
    """What SES was given for each waiting notice, by the notice's kind."""
    ses = KeptMails()
    courier = Courier(
        session=TableSession(cast("Any", desk.memory), "links"),
        sender=Sender(
            client=cast("Any", ses), mailbox=Mailbox(name="Vendor Software", address=VENDOR), configuration_set="mail"
        ),
        vendor_name="Vendor Software",
        clock=desk.clock,
    )
    waiting = [(item["notice_id"], item["kind"]) for item in desk.notices() if "due_queue" in item]
    outcomes = [deliver(courier, notice_id) for notice_id, _ in waiting]
    assert outcomes == [Outcome.SENT] * len(waiting)
    return {kind: mail for (_, kind), mail in zip(waiting, ses.taken, strict=True)}


def assert_goes_to_one_alone(mail: dict[str, Any], address: str, *, name: str, reply_to: str | None) -> None:
    raw = mail["Content"]["Raw"]["Data"]
    assert mail["Destination"] == {"ToAddresses": [address]}
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert head.isascii()
    assert not (set(head.replace(b"\r\n", b"")) & {*range(32), 127})
    message = message_from_bytes(raw)
    expected = HEADERS | ({"Reply-To"} if reply_to else set())
    assert Counter(message.keys()) == Counter(expected)
    assert mailboxes(message, "To") == [(name, address)]
    assert mailboxes(message, "From") == [("Vendor Software", VENDOR)]
    assert mailboxes(message, "Reply-To") == ([("Ada Hill", reply_to)] if reply_to else [])
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def mailboxes(message: Message, header: str) -> list[tuple[str, str]]:
    """Decoded after they are told apart, as RFC 2047 wants it; the standard library's newer parser mixes the two."""
    found = getaddresses(message.get_all(header, []))
    return [(str(make_header(decode_header(name))), address) for name, address in found]


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_text_is_refused_or_goes_to_the_intended_reader_alone(desk: LinkDesk, text: str) -> None:
    client = {**draft()["client"], "company": text, "contact_name": text}
    answer = desk.api.post(LINKS, draft(name=text, client=client))
    if answer.status == 422:
        assert problem(answer) == (422, "validation_failed")
        pointers = {error["pointer"] for error in answer.json.get("errors", [])}
        # What is no Unicode at all is refused before anybody looks at fields.
        assert pointers == (set() if "\ud800" in text else {"#/name", "#/client/company", "#/client/contact_name"})
        assert desk.rows() == {}
        answer = desk.api.post(LINKS, draft())
    contact = answer.json["client"]["contact_name"]
    assert desk.api.post(f"{LINKS}/{answer.json['id']}/send").status == 200
    terms = desk.customer.terms(answer.json["url"])
    form = urlencode({"terms": terms, "signer_name": text, "reason": text}, errors="surrogatepass")
    if desk.customer.send("POST", answer.json["url"], path="/reject", form=form).status == 422:
        assert desk.customer.reject(answer.json["url"]).status == 303

    mails = mailed(desk)

    assert mails.keys() == {"link_sent", "link_rejected", "decision_receipt"}
    assert_goes_to_one_alone(mails["link_sent"], "kim@acme.example", name=contact, reply_to=ADMIN)
    assert_goes_to_one_alone(mails["decision_receipt"], "kim@acme.example", name=contact, reply_to=ADMIN)
    assert_goes_to_one_alone(mails["link_rejected"], ADMIN, name="Ada Hill", reply_to=None)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_not_exactly_one_address_is_refused(desk: LinkDesk, address: str) -> None:
    answer = desk.api.post(LINKS, draft(client={**draft()["client"], "email": address}))

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/client/email"]
    assert desk.rows() == {}
