"""Every text and address that the API takes goes out in every mail that can hold it."""

from collections.abc import Mapping
from email import message_from_bytes
from email.utils import getaddresses
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import TypeAdapter, ValidationError

from functions.notifications.relay import relay
from shared.addresses import Email
from shared.domain.notices import Notice, NoticeKind
from shared.domain.people import Role
from shared.table.session import TableSession
from shared.table.values import Item
from shared.text import Line, Paragraph
from tests.clocks import StoppedClock
from tests.factories import Seed
from tests.functions.notifications import outbox, test_renewal_mails, test_tier_mails
from tests.functions.notifications.outbox import RunContext, courier_of, notice_record, put_notice, stream_event
from tests.functions.notifications.test_employee_mails import every_notice
from tests.memory_table import MemoryTable

reproducibly = settings(derandomize=True, deadline=None, max_examples=40)

FIXED = {
    "current_mrr", "days_left", "decided_at", "decision_deadline", "edition", "estimated_onboarding_duration",
    "expires_at", "hub_id", "language", "link_id", "onboarding_type", "owner", "product", "reason", "renewal_id",
    "renewal_mrr", "starts_on", "status", "time_zone", "review_on", "credited_tier", "tier_then",
    "certification_expires_on",
}  # fmt: skip
"""What nobody types, by its name in a notice's content."""


def examples() -> dict[NoticeKind, Notice]:
    """A notice of each kind."""
    now = StoppedClock.now
    links = {
        kind: outbox.notice(kind)
        for kind in (
            NoticeKind.LINK_SENT,
            NoticeKind.LINK_REMINDER,
            NoticeKind.LINK_SIGNED,
            NoticeKind.LINK_REJECTED,
            NoticeKind.LINK_EXPIRED,
            NoticeKind.DECISION_RECEIPT,
        )
    }
    return {
        **links,
        **{one.kind: one for one in every_notice(now)},
        NoticeKind.RENEWAL_NOTICE: test_renewal_mails.notice(),
        NoticeKind.RENEWAL_DIGEST: test_renewal_mails.digest_notice(),
        NoticeKind.TIER_WARNING: replace(test_tier_mails.warning(), user_id="u-karla"),
    }


def filled(value: Any, name: str, written: Mapping[str, str]) -> Any:
    """The content with every text in it that somebody has typed replaced."""
    if name in FIXED:
        return value
    if isinstance(value, Mapping):
        changed = {inner: filled(one, inner, written) for inner, one in value.items()}
        return {**changed, "reason": written["paragraph"]} if name == "decision" else changed
    if isinstance(value, list | tuple):
        return [filled(one, name, written) for one in value]
    if not isinstance(value, str):
        return value
    if name == "email":
        return written["address"]
    return written["line"]


LINE, PARAGRAPH, EMAIL = TypeAdapter(Line), TypeAdapter(Paragraph), TypeAdapter(Email)


def taken(schema: TypeAdapter[str], given: str) -> str | None:
    """What the schema makes of it; None for what it refuses."""
    try:
        return schema.validate_python(given)
    except ValidationError:
        return None


def accepted(schema: TypeAdapter[str], written: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return written.map(lambda given: taken(schema, given)).filter(lambda text: text is not None).map(str)


def texts(schema: TypeAdapter[str]) -> st.SearchStrategy[str]:
    """Of all characters that the schema takes, the rare kinds more often than by chance."""
    characters = st.one_of(
        st.characters(),
        st.characters(categories=["Cf", "Mn", "Me", "Zs", "Cc"]),
        st.sampled_from("\u200e\u200f\u061c\u200d\u00ad\t\n,;:@<>()[]\"'\\=?_. "),
    ).filter(lambda one: taken(schema, f"a{one}b") is not None)
    return accepted(schema, st.text(characters, min_size=1, max_size=60))


LOCAL = st.text("abcXYZ019.!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=64)
DOMAINS = st.lists(
    st.text(st.characters(categories=["L", "Nd", "Mn"]), min_size=1, max_size=12), min_size=1, max_size=3
)
ADDRESSES = st.one_of(
    st.emails(), st.builds(lambda local, labels: f"{local}@{'.'.join(labels)}.example", LOCAL, DOMAINS)
)


class KeptMails:
    """Takes mails as SES does, and keeps them."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []

    def send_email(self, **arguments: Any) -> dict[str, str]:
        self.taken.append(arguments)
        return {"MessageId": f"m-{len(self.taken)}"}


def relayed(notice: Notice, *, line: str, address: str) -> tuple[Item, list[dict[str, Any]]]:
    """The notice as the outbox has it afterwards, and the mails; its readers among the users are called `line`."""
    table = MemoryTable()
    session = TableSession(cast("Any", table), "outbox")
    seed = Seed(table=cast("Any", SimpleNamespace(client=table, name="outbox")), at=StoppedClock.now)
    seed.partner(notice.partner_id, name=line)
    seed.user(address, partner_id=notice.partner_id, user_id="u-karla", name=line, role=Role.PARTNER_ADMIN)
    outbox.put_link(session, replace(outbox.link(), creator_name=line))
    ses = KeptMails()
    put_notice(session, notice)
    courier = courier_of(session, ses=ses, clock=StoppedClock())
    assert relay(stream_event([notice_record(notice.notice_id)]), RunContext(), courier=courier) == {
        "batchItemFailures": []
    }
    [item] = [one for one in table.items.values() if "notice_id" in one]
    return item, ses.taken


def test_every_kind_of_notice_has_its_example() -> None:
    assert examples().keys() == set(NoticeKind)


@pytest.mark.parametrize("kind", NoticeKind)
@reproducibly
@given(line=texts(LINE), paragraph=texts(PARAGRAPH), address=accepted(EMAIL, ADDRESSES))
def test_whatever_was_taken_is_mailed(kind: NoticeKind, line: str, paragraph: str, address: str) -> None:
    example = examples()[kind]
    written = {"line": line, "paragraph": paragraph, "address": address}
    content = filled(example.content, "", written)
    notice = replace(example, content=content, email=example.email and address)

    item, mails = relayed(notice, line=line, address=address)

    assert ("sent_at" in item, item.get("failure")) == (True, None)
    [mail] = mails
    assert mail["Destination"]["ToAddresses"] == [address]
    message = message_from_bytes(mail["Content"]["Raw"]["Data"])
    assert [found for _, found in getaddresses(message.get_all("To", []))] == [address]
