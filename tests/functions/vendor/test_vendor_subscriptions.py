"""The vendor reports what clients pay for, and when that renews."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from shared.domain.renewals import RenewalDecision, RenewalState, RenewalStatus
from shared.errors import ChangedMeanwhileError
from shared.program import program
from shared.table.clients import AllClients
from shared.table.transactions import Transaction
from tests.client_factories import ClientSeed, subscription_body
from tests.factories import operation
from tests.functions.client import ADMIN, Api, problem

SUBSCRIPTION = "/v1/vendor/subscriptions/s-1"
LEAST = {
    name: subscription_body()[name] for name in ("hub_id", "product", "edition", "mrr", "started_on")
}  # what cannot be left out
NOTHING_ELSE: dict[str, Any] = {"renews_on": None, "renewal": None, "renewal_manager": None}


@pytest.fixture
def seed(api: Api) -> ClientSeed:
    """With the client 4711, which p-hill manages."""
    seed = ClientSeed(table=api.table)
    seed.client()
    return seed


def decide(seed: ClientSeed) -> RenewalState:
    """The partner has confirmed the renewal of s-1, of which it had a notice."""
    known = seed.found()
    one = known.subscriptions["s-1"]
    assert one.renews_on is not None
    state = RenewalState(
        status=RenewalStatus.CONFIRMED,
        decision=RenewalDecision(partner_id="p-hill", decided_by="u-ada", decided_at=seed.at, reason=None),
        notified={one.renews_on: 90},
    )
    transaction = Transaction(seed.session, operation())
    changed = replace(known, subscriptions={"s-1": replace(one, state=state)}, version=known.version + 1)
    AllClients(seed.session).save(
        transaction, changed, known=known, program=program(), refusal=lambda _: ChangedMeanwhileError()
    )
    transaction.commit()
    return state


@pytest.mark.usefixtures("seed")
def test_a_new_subscription_is_created_with_its_renewal(api: Api) -> None:
    answer = api.put(SUBSCRIPTION, subscription_body())

    assert (answer.status, answer.json) == (
        201,
        {"result": "created", "subscription_id": "s-1", **subscription_body()},
    )
    row = api.table.item("PARTNER#p-hill", "RENEWAL#s-1")
    assert row is not None
    assert (row["starts_on"], row["renewal_status"], row["due_at"]) == (
        "2026-06-15",
        "pending",
        "2026-02-15T00:00:00.000000Z",
    )
    [entry] = [item for item in api.table.items() if item.get("audit_object") == "subscription/s-1"]
    assert (entry["pk"], entry["action"], entry["before"], entry["after"]) == (
        "AUDIT#~5",
        "subscription.created",
        None,
        subscription_body(),
    )


@pytest.mark.usefixtures("seed")
def test_an_import_repeated_changes_nothing(api: Api) -> None:
    api.put(SUBSCRIPTION, subscription_body())
    before = api.table.items()
    api.clock.advance(timedelta(days=1))

    answer = api.put(SUBSCRIPTION, subscription_body())

    assert (answer.status, answer.json) == (
        200,
        {"result": "unchanged", "subscription_id": "s-1", **subscription_body()},
    )
    assert api.table.items() == before


@pytest.mark.usefixtures("seed")
def test_every_put_says_the_whole_of_the_subscription(api: Api) -> None:
    api.put(SUBSCRIPTION, subscription_body())

    answer = api.put(SUBSCRIPTION, LEAST)

    whole = {"subscription_id": "s-1", **LEAST, **NOTHING_ELSE}
    assert (answer.status, answer.json) == (200, {"result": "updated", **whole})
    assert api.put(SUBSCRIPTION, {**LEAST, **NOTHING_ELSE}).json == {"result": "unchanged", **whole}
    assert api.table.item("PARTNER#p-hill", "RENEWAL#s-1") is None


def test_a_client_has_many_subscriptions_and_a_subscription_one_client(api: Api, seed: ClientSeed) -> None:
    seed.client("4712")
    assert [api.put(f"/v1/vendor/subscriptions/s-{number}", subscription_body()).status for number in (1, 2)] == [
        201,
        201,
    ]
    before = api.table.items()

    answer = api.put(SUBSCRIPTION, subscription_body(hub_id="4712"))

    assert problem(answer) == (409, "subscription_elsewhere")
    assert api.table.items() == before
    assert sorted(seed.found().subscriptions) == ["s-1", "s-2"]


def test_a_subscription_of_an_unknown_client_is_refused(api: Api) -> None:
    before = api.table.items()

    assert problem(api.put(SUBSCRIPTION, subscription_body())) == (404, "unknown_client")
    assert api.table.items() == before


def test_a_day_moved_while_it_is_ahead_leaves_the_decision(api: Api, seed: ClientSeed) -> None:
    seed.subscription()
    state = decide(seed)
    api.clock.advance(timedelta(days=89))

    moved = api.put(SUBSCRIPTION, subscription_body(renews_in=200))

    assert moved.json["result"] == "updated"
    assert seed.found().subscriptions["s-1"].state == state


def test_a_day_moved_once_it_has_come_begins_the_next_renewal(api: Api, seed: ClientSeed) -> None:
    seed.subscription()
    state = decide(seed)
    api.clock.advance(timedelta(days=90))
    assert api.put(SUBSCRIPTION, subscription_body(edition="enterprise")).json["result"] == "updated"
    assert seed.found().subscriptions["s-1"].state == state

    api.put(SUBSCRIPTION, subscription_body(edition="enterprise", renews_in=455))

    assert seed.found().subscriptions["s-1"].state == RenewalState(notified=state.notified)
    row = api.table.item("PARTNER#p-hill", "RENEWAL#s-1")
    assert row is not None
    assert (row["starts_on"], row["renewal_status"]) == ("2027-06-15", "pending")


@pytest.mark.usefixtures("seed")
@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"hub_id": None}, ["#/hub_id"]),
        ({"hub_id": "47#11"}, ["#/hub_id"]),
        ({"product": "fax_hub"}, ["#/product"]),
        ({"edition": "deluxe"}, ["#/edition"]),
        ({"edition": None}, ["#/edition"]),
        ({"mrr": None}, ["#/mrr"]),
        ({"mrr": 1272}, ["#/mrr"]),
        ({"mrr": {"amount": -1, "currency": "EUR"}}, ["#/mrr/amount"]),
        ({"mrr": {"amount": 10**12 + 1, "currency": "EUR"}}, ["#/mrr/amount"]),
        ({"mrr": {"amount": 12.5, "currency": "EUR"}}, ["#/mrr/amount"]),
        ({"mrr": {"amount": "12", "currency": "EUR"}}, ["#/mrr/amount"]),
        ({"mrr": {"amount": 12, "currency": "CHF"}}, ["#/mrr/currency"]),
        ({"mrr": {"amount": 12, "currency": "eur"}}, ["#/mrr/currency"]),
        ({"started_on": None}, ["#/started_on"]),
        ({"started_on": "2026-06-15", "renews_on": "2026-06-15"}, ["#/renews_on"]),
        ({"started_on": "yesterday", "renews_on": "2020-01-01"}, ["#/started_on"]),
        ({"renews_on": "2026-6-15"}, ["#/renews_on"]),
        ({"renewal": {"term_months": 12}}, ["#/renewal/mrr"]),
        ({"renewal": {"mrr": {"amount": 1, "currency": "XXX"}, "term_months": 0}}, [
            "#/renewal/mrr/currency",
            "#/renewal/term_months",
        ]),
        ({"renewal": {"mrr": {"amount": 1, "currency": "EUR"}, "term_months": 121}}, ["#/renewal/term_months"]),
        ({"renewal_manager": {"name": "Rea"}}, ["#/renewal_manager/email"]),
        ({"renewal_manager": {"name": "Rea", "email": "rea@"}}, ["#/renewal_manager/email"]),
        ({"status": "confirmed"}, ["#/status"]),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(api: Api, change: dict[str, Any], pointers: list[str]) -> None:
    before = api.table.items()

    answer = api.put(SUBSCRIPTION, subscription_body(**change))

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == pointers
    assert api.table.items() == before


@pytest.mark.usefixtures("seed")
@pytest.mark.parametrize("currency", ["USD", "EUR", "GBP", "AUD", "CAD", "SGD", "JPY", "ZAR", "COP"])
def test_every_currency_of_the_program_is_taken_up_to_the_largest_amount(api: Api, currency: str) -> None:
    money = {"amount": 10**12, "currency": currency}

    assert api.put(SUBSCRIPTION, subscription_body(mrr=money)).json["mrr"] == money


def test_partners_report_no_subscriptions(api: Api) -> None:
    assert problem(api.put(SUBSCRIPTION, subscription_body(), email=ADMIN)) == (403, "role_required")
