"""The commands on clients."""

import json
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_clients import ProgramWithClients, client_row
from tests.cli.fake_program import FakeClock

ACME: dict[str, Any] = {
    "id": "c-hub.1",
    "hub_id": "hub.1",
    "company": "Acme",
    "website": None,
    "country": "DE",
    "relationship": "sold_and_managed",
    "contact_tier": "2000",
    "email_tier": None,
    "crm_url": "https://crm.vendor.example/1",
    "account_url": "https://app.vendor.example/1",
    "decision_maker": {"name": "Dana Day", "email": "dana@acme.example", "language": "en"},
    "mrr": {"amount": 127250, "currency": "EUR"},
    "renewal_date": "2027-06-30",
    "subscriptions": [
        {
            "id": "s-1",
            "product": "sales_hub",
            "edition": "starter",
            "mrr": {"amount": 127250, "currency": "EUR"},
            "started_on": "2025-07-01",
            "renews_on": "2027-06-30",
        }
    ],
}
USAGE = {"products": ["sales_hub"], "tools": ["Forms", "E-mail"], "apps": [], "measured_on": "2026-03-16"}
ENGAGEMENT = {
    "score": 6,
    "band": "medium",
    "areas": {"Marketing": {"score": 8, "band": "high"}, "Sales": {"score": 3, "band": "low"}},
    "measured_on": "2026-03-16",
}


@pytest.fixture
def program(clock_of_program: FakeClock) -> ProgramWithClients:
    return ProgramWithClients(clock=clock_of_program)


@pytest.fixture
def clients(program: ProgramWithClients) -> ProgramWithClients:
    """Two clients, of one of which hardly anything is known; and all tabs of a third."""
    unknown: dict[str, Any] = {"products": [], "usage": None, "mrr": None, "renewal_date": None}
    made = [client_row(1, mrr={"amount": 1_127_250, "currency": "JPY"}), client_row(2, relationship="sold", **unknown)]
    program.rows = {row["id"]: row for row in made}
    program.details = {"c-hub.1": ACME, "c-hub.1/usage": USAGE, "c-hub.1/engagement": ENGAGEMENT}
    return program


@pytest.mark.feature("A24")
@pytest.mark.usefixtures("clients")
def test_clients_are_listed_with_products_relationship_usage_and_revenue(signed_in: Run) -> None:
    result = signed_in("clients", "list")

    assert result.exit_code == 0
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["Client", "Company", "Products", "Relationship", "Tools", "Engagement", "MRR", "Renewal"],
        [
            *("c-1", "Acme", "1", "marketing_hub,", "sales_hub", "sold", "and", "managed"),
            *("3", "6", "medium", "1,127,250", "JPY", "2026-06-30"),
        ],
        ["c-2", "Acme", "2", "-", "sold", "-", "-", "-", "-"],
    ]
    assert result.stderr == ""


def test_an_empty_list_says_where_clients_come_from(signed_in: Run) -> None:
    result = signed_in("clients", "list")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "There are no clients yet. The vendor adds those that you sold to or manage.\n"


@pytest.mark.usefixtures("clients")
def test_a_filter_without_a_match_says_so(signed_in: Run) -> None:
    result = signed_in("clients", "list", "--search", "Globex")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No client fits. Try a shorter text, or without --product and --relationship.\n"


def test_filters_and_order_go_to_the_api(signed_in: Run, clients: ProgramWithClients) -> None:
    result = signed_in(
        "clients", "list", "--search", "Acme", "--product", "sales_hub", "--relationship", "sold", "--sort", "-mrr",
        "--json",
    )  # fmt: skip

    assert json.loads(result.stdout) == {"data": [clients.rows["c-2"]], "next_cursor": None}
    assert clients.listed == [
        {"q": "Acme", "product": "sales_hub", "relationship": "sold", "sort": "-mrr", "limit": "25"}
    ]


@pytest.mark.parametrize(
    ("arguments", "rows", "pages", "cursor"),
    [(("--all",), 230, 3, None), (("--limit", "120"), 120, 2, "120"), (("--cursor", "220"), 10, 1, None)],
)
def test_listing_pages_on_as_far_as_asked(
    *,
    signed_in: Run,
    program: ProgramWithClients,
    arguments: tuple[str, ...],
    rows: int,
    pages: int,
    cursor: str | None,
) -> None:
    program.rows = {f"c-{number}": client_row(number) for number in range(230)}

    result = signed_in("clients", "list", "--json", *arguments)

    answer = json.loads(result.stdout)
    assert (len(answer["data"]), answer["next_cursor"], len(program.listed)) == (rows, cursor, pages)


def test_a_cut_list_says_that_there_is_more(signed_in: Run, program: ProgramWithClients) -> None:
    program.rows = {f"c-{number}": client_row(number) for number in range(30)}

    assert "These are the first 25; --all shows the rest" in signed_in("clients", "list").stderr


def test_a_product_that_nobody_sells_is_refused_with_those_there_are(
    signed_in: Run, program: ProgramWithClients
) -> None:
    result = signed_in("clients", "list", "--product", "coffee")

    assert result.exit_code == 1
    assert "must be one of sales_hub" in result.stderr
    assert program.listed == [{"product": "coffee", "limit": "25"}]


@pytest.mark.parametrize("arguments", [("--relationship", "served"), ("--sort", "website"), ("--limit", "0")])
def test_a_filter_that_makes_no_sense_is_wrong_usage(
    signed_in: Run, program: ProgramWithClients, arguments: tuple[str, ...]
) -> None:
    assert signed_in("clients", "list", *arguments).exit_code == 2
    assert program.requests == []


@pytest.mark.feature("A26", "A27", "A29", "A30", "A31", "A32")
@pytest.mark.usefixtures("clients")
def test_a_client_is_shown_with_its_subscriptions_use_and_engagement(signed_in: Run) -> None:
    result = signed_in("clients", "show", "c-hub.1")

    assert result.exit_code == 0
    assert [line.rstrip() for line in result.stdout.splitlines()] == [
        "Client          c-hub.1",
        "Company         Acme",
        "Country         DE",
        "Relationship    sold and managed",
        "Decision maker  Dana Day <dana@acme.example>",
        "Subscriptions   sales_hub starter, 1,272.50 EUR a month since 2025-07-01, renews on 2027-06-30",
        "MRR             1,272.50 EUR",
        "Next renewal    2027-06-30",
        "Contact tier    2000",
        "Tools           Forms, E-mail",
        "Engagement      6 medium",
        "Areas           Marketing: 8 high",
        "                Sales: 3 low",
        "Measured on     2026-03-16",
        "Company record  https://crm.vendor.example/1",
        "Account         https://app.vendor.example/1",
    ]


def test_a_renewal_that_is_over_is_not_called_the_next(signed_in: Run, clients: ProgramWithClients) -> None:
    over = [{**subscription, "renews_on": "2026-06-30"} for subscription in ACME["subscriptions"]]
    clients.details["c-hub.1"] = {**ACME, "renewal_date": "2026-06-30", "subscriptions": over}

    lines = signed_in("clients", "show", "c-hub.1").stdout.splitlines()

    assert "Next renewal    not reported by the vendor; the last known, 2026-06-30, is over" in lines
    assert (
        "Subscriptions   sales_hub starter, 1,272.50 EUR a month since 2025-07-01, was to renew on 2026-06-30" in lines
    )


def test_what_nobody_measured_is_said_to_be_so(signed_in: Run, clients: ProgramWithClients) -> None:
    bare = {**ACME, "decision_maker": None, "mrr": None, "renewal_date": None, "subscriptions": []}
    clients.details = {
        "c-9": bare,
        "c-9/usage": {"products": [], "tools": [], "apps": [], "measured_on": None},
        "c-9/engagement": {"score": None, "band": None, "areas": {}, "measured_on": None},
    }

    lines = [line.split() for line in signed_in("clients", "show", "c-9").stdout.splitlines()]

    assert ["Subscriptions", "none"] in lines
    assert ["Engagement", "not", "measured"] in lines


@pytest.mark.usefixtures("clients")
def test_one_client_is_one_object_for_machines(signed_in: Run) -> None:
    result = signed_in("clients", "show", "c-hub.1", "--json")

    assert json.loads(result.stdout) == {**ACME, "usage": USAGE, "engagement": ENGAGEMENT}


@pytest.mark.usefixtures("clients")
def test_an_unknown_client_is_refused(signed_in: Run) -> None:
    result = signed_in("clients", "show", "c-8")

    assert result.exit_code == 1
    assert "Nothing is known under this address." in result.stderr


@pytest.mark.parametrize("client_id", ["8", "c-", "c-a/b", "c-ä", "c-a?b", "../me"])
def test_what_is_no_client_id_is_not_sent(signed_in: Run, program: ProgramWithClients, client_id: str) -> None:
    result = signed_in("clients", "show", client_id)

    assert result.exit_code == 2
    assert "is no client id; `partnerdesk clients list` shows them." in result.stderr
    assert program.requests == []
