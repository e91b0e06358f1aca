"""One decision a link, however many decide at once; and reading, however often, decides nothing.

On the two engines that are programs of their own: they serve many threads at the same time.
"""

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from functions.confirmations import customer
from shared.domain.links import Link, LinkClient, LinkDraft, LinkProduct, LinkStatus
from shared.domain.people import Language
from shared.link_tokens import LinkPlace, link_url
from shared.table.client import dynamodb
from shared.table.links import Links
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from shared.table.values import Item
from tests.clocks import StoppedClock
from tests.conftest import ENVIRONMENT
from tests.engines import StoredTable
from tests.events import Answer, api_event, call
from tests.factories import Seed, operation
from tests.faults import failing

PARTNER = "p-hill"
THREADS = 64
LINKS = 100
NOW = StoppedClock.now

pytestmark = pytest.mark.parametrize("engine", ["ministack", "dynoxide"], indirect=True)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, table: StoredTable) -> None:
    """No line for each of many thousand requests."""
    monkeypatch.setenv("VENDOR_NAME", "Vendor Software")
    monkeypatch.setattr("functions.confirmations.customer.report", lambda **_: None)
    Seed(table=table).partner(PARTNER, name="Hill Consulting")


def made_links(table: StoredTable, count: int) -> list[Link]:
    """Pending links, which their creator u-ada has not sent."""
    links = [
        Link(
            link_id=f"l-{number:03}",
            draft=LinkDraft(
                name=f"Link {number}",
                client=LinkClient(
                    company="Acme", contact_name="Kim Kern", email=f"kim-{number}@acme.example", language=Language.ENGLISH
                ),
                products=(LinkProduct(product="sales_hub", edition="starter", onboarding_type="none"),),
                providing_onboarding=False,
            ),
            stored_status=LinkStatus.PENDING,
            created_at=NOW,
            created_by="u-ada",
            creator_name="Ada Hill",
            expires_at=NOW.replace(year=NOW.year + 1),
        )
        for number in range(count)
    ]
    session = TableSession(table.client, table.name)
    for link in links:
        transaction = Transaction(session, operation())
        Links(session, PARTNER).add(transaction, link, due_at=link.expires_at)
        transaction.commit()
    return links


@dataclass(frozen=True, kw_only=True)
class Try:
    """What one of many customers did with a link, and what was answered."""

    link_id: str
    action: str
    name: str
    answer: Answer


def request(link_id: str, method: str, *, path: str = "", form: str | None = None) -> Answer:
    url = link_url(LinkPlace(PARTNER, link_id)).removeprefix(ENVIRONMENT["PUBLIC_BASE_URL"])
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
    return call(customer.create_handler(lambda: NOW), api_event(method, url + path, body=form, headers=headers))


def decide_all_at_once(links: Sequence[Link], *, threads: int) -> list[Try]:
    """Every thread decides every link, half of them signing: all begin with the same one at the same moment."""
    start = threading.Barrier(threads)

    def run(number: int) -> list[Try]:
        signs = number % 2 == 0
        action, name = ("sign", f"Signer {number}") if signs else ("reject", f"Rejecter {number}")
        form = f"signer_name={name}" + ("" if signs else f"&reason=Reason {number}")
        tries = []
        start.wait()
        for link in links:
            answer = request(link.link_id, "POST", path=f"/{action}", form=form)
            tries.append(Try(link_id=link.link_id, action=action, name=name, answer=answer))
        return tries

    with ThreadPoolExecutor(threads) as pool:
        return [one for tries in pool.map(run, range(threads)) for one in tries]


def assert_one_decision_each(table: StoredTable, links: Sequence[Link], tries: Sequence[Try]) -> None:
    items = table.items()
    rows = {item["link_id"]: item for item in items if item["sk"].startswith("LINK#")}
    by_link: dict[str, list[Item]] = {link.link_id: [] for link in links}
    for item in items:
        if item["sk"] == "NOTICE":
            by_link[item["content"]["link"]["link_id"]].append(item)
    entries = Counter(item["audit_object"] for item in items if item["pk"] == f"AUDIT#{PARTNER}")
    for link in links:
        row = rows[link.link_id]
        assert row["version"] == 2
        assert entries[f"link/{link.link_id}"] == 1
        decision = {
            "signed": row["link_status"] == "signed",
            "signer_name": row["signer_name"],
            "reason": row["rejection_reason"],
            "decided_at": row["decided_at"],
        }
        told, receipt = sorted(by_link[link.link_id], key=lambda item: item["email"] is not None)
        assert (told["kind"], told["user_id"]) == (f"link_{row['link_status']}", "u-ada")
        assert (receipt["kind"], receipt["email"]) == ("decision_receipt", link.draft.client.email)
        assert told["content"]["decision"] == receipt["content"]["decision"] == decision
    for one in tries:
        _assert_sees_what_stands(one, rows[one.link_id])


def _assert_sees_what_stands(one: Try, row: Item) -> None:
    agrees = one.action == {"signed": "sign", "rejected": "reject"}[row["link_status"]]
    if agrees:
        assert (one.answer.status, one.answer.body) == (303, "")
    else:
        assert one.answer.status == 409
        assert f"<strong>{row['signer_name']}</strong>" in one.answer.body


@pytest.mark.feature("A80", "A81")
def test_of_64_who_sign_and_reject_at_once_one_decides_and_all_others_see_the_decision(table: StoredTable) -> None:
    links = made_links(table, LINKS)
    import time; t=time.perf_counter()

    tries = decide_all_at_once(links, threads=THREADS)
    print("TOOK", time.perf_counter()-t, Counter(o.answer.status for o in tries))

    assert len(tries) == THREADS * LINKS
    assert_one_decision_each(table, links, tries)
    print(Counter(r["link_status"] for r in table.items() if "link_status" in r))
