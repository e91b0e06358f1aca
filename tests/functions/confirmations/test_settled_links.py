"""Once a link is decided, revoked or expired nothing changes it, whichever function is called with which object."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from msgspec.structs import replace

from functions.confirmations import reminders, service
from functions.confirmations.decisions import Choice, OpenedLink, decide
from functions.confirmations.errors import LinkNotPendingError
from functions.confirmations.reminders import stop_reminders
from functions.confirmations.service import LinkDesk
from shared import settings
from shared.domain.links import Decision, Link, LinkStatus
from shared.errors import ChangedMeanwhileError, ProblemError
from shared.program import program
from shared.table.client import dynamodb
from shared.table.links import Links
from shared.table.partners import Partners
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.values import Item
from tests import confirmation_examples
from tests.factories import operation
from tests.functions.client import Api
from tests.functions.confirmations.conftest import LINKS, Customer

PARTNER = "p-hill"
Settle = Callable[[Api, Customer, dict[str, Any]], object]


def session() -> TableSession:
    return TableSession(dynamodb(), settings.table_name())


def attended(api: Api, day: str) -> dict[str, int]:
    """The scheduled run of a day."""
    return reminders.attend_due({"as_of": day}, session=session(), has_time=lambda: True, clock=api.clock)


SETTLED: dict[str, Settle] = {
    "signed": lambda _, customers, link: customers.sign(link["url"]),
    "rejected": lambda _, customers, link: customers.reject(link["url"]),
    "revoked": lambda api, _, link: api.post(f"{LINKS}/{link['id']}/revoke"),
    "expired": lambda api, *_: attended(api, "2026-06-15"),
    "past its time": lambda api, _, __: api.clock.advance(timedelta(days=90)),
}


class NotNowError(ProblemError):
    """What the tests take for a refusal."""

    status, code, title = 409, "not_now", "Not now"

    def __init__(self) -> None:
        super().__init__("Not now.")


def stored(link: dict[str, Any]) -> Link:
    found = Links(session(), PARTNER).find(link["id"])
    assert found is not None
    return found


def pending(link: Link) -> Link:
    """The link with the version that stands there now, as it was before it was settled."""
    return replace(link, stored_status=LinkStatus.PENDING, decision=None)


Write = Callable[[Links, Transaction, Link, Api], None]


def _decide(links: Links, transaction: Transaction, link: Link, api: Api) -> None:
    decision = Decision(
        signed=True, signer_name="Else", reason=None, decided_at=api.clock.now, terms=confirmation_examples.terms()
    )
    links.decide(transaction, link, decision, now=api.clock.now, refusal=lambda _: NotNowError())


WRITES: dict[str, Write] = {
    "replace": lambda links, transaction, link, api: links.replace(
        transaction,
        replace(link, version=link.version + 1),
        known=link,
        now=api.clock.now,
        due_at=None,
        refusal=lambda _: NotNowError(),
    ),
    "decide": _decide,
    "remove": lambda links, transaction, link, api: links.remove(
        transaction, link, now=api.clock.now, refusal=lambda _: NotNowError()
    ),
}
WITHOUT_CLOCK: dict[str, Write] = {
    "expire": lambda links, transaction, link, api: links.expire(
        transaction, link, now=api.clock.now + timedelta(days=400), refusal=lambda _: NotNowError()
    ),
    "mark_not_delivered": lambda links, transaction, link, _: links.mark_not_delivered(
        transaction, link, refusal=lambda _: NotNowError()
    ),
}


@pytest.mark.feature("A80", "A81", "A84", "A86")
@pytest.mark.parametrize(
    ("settled", "write"),
    [
        *((settled, write) for settled in SETTLED for write in WRITES),
        *((settled, write) for settled in SETTLED if settled != "past its time" for write in WITHOUT_CLOCK),
    ],
)
def test_no_write_of_the_repository_changes_a_settled_link_though_its_version_is_right(
    api: Api, customers: Customer, link: dict[str, Any], settled: str, write: str
) -> None:
    SETTLED[settled](api, customers, link)
    known, before = stored(link), api.table.items()
    transaction = Transaction(session(), operation(at=api.clock.now))

    (WRITES | WITHOUT_CLOCK)[write](Links(transaction.session, PARTNER), transaction, pending(known), api)

    with pytest.raises(NotNowError):
        transaction.commit()
    assert api.table.items() == before


def test_a_link_expires_only_when_its_time_is_over(api: Api, link: dict[str, Any]) -> None:
    known, before = stored(link), api.table.items()
    transaction = Transaction(session(), operation(at=api.clock.now))

    Links(transaction.session, PARTNER).expire(
        transaction, known, now=known.expires_at - timedelta(microseconds=1), refusal=lambda _: NotNowError()
    )

    with pytest.raises(NotNowError):
        transaction.commit()
    assert api.table.items() == before


ASKED: dict[str, Callable[..., object]] = {
    "change_link": partial(service.change_link, wanted=lambda draft: replace(draft, name="Other")),
    "send_link": service.send_link,
    "revoke_link": service.revoke_link,
    "remove_link": service.remove_link,
}


@pytest.mark.feature("A84", "A86")
@pytest.mark.parametrize("settled", SETTLED)
@pytest.mark.parametrize("asked", ASKED)
def test_no_function_of_the_service_changes_a_settled_link(
    api: Api, customers: Customer, link: dict[str, Any], settled: str, asked: str
) -> None:
    waiting = [SETTLED[settled]]
    before: list[Item] = []

    def settle_once() -> None:
        if waiting:
            waiting.pop()(api, customers, link)
            before.extend(api.table.items())

    def unchanged(_: int) -> None:
        settle_once()  # the link has been read while it was pending

    if settled == "past its time":  # which is over for all that begins later, whatever was read
        settle_once()
    for _ in ("read before", "read after"):
        desk = LinkDesk(session(), PARTNER, operation(at=api.clock.now), program().confirmation_links)
        with pytest.raises(LinkNotPendingError):
            ASKED[asked](desk, link["id"], unchanged=unchanged)

    assert api.table.items() == before


@pytest.mark.parametrize("settled", SETTLED)
def test_a_page_that_was_opened_before_decides_and_stops_nothing_any_more(
    api: Api, customers: Customer, link: dict[str, Any], settled: str
) -> None:
    partner = Partners(session(), PARTNER).find()
    assert partner is not None
    opened = OpenedLink(stored(link), partner)
    SETTLED[settled](api, customers, link)
    before = api.table.items()
    choice = Choice(signed=False, signer_name="Else", reason="Late.", terms=opened.terms.digest)

    with pytest.raises(ChangedMeanwhileError):
        stop_reminders(session(), opened.link, partner, now=api.clock.now, request_id="r-1")
    if settled in {"signed", "rejected"}:
        standing = decide(session(), opened, choice, now=api.clock.now, request_id="r-1")
        assert standing == stored(link).decision
    else:
        with pytest.raises(ChangedMeanwhileError):
            decide(session(), opened, choice, now=api.clock.now, request_id="r-1")

    assert api.table.items() == before
