"""The list of upcoming renewals, and the one decision about each."""

from datetime import timedelta

import pytest

from tests.client_factories import ClientSeed
from tests.functions.client import MEMBER, RIVAL, Api, problem

LIST = "/v1/renewals"
CONFIRM = {"decision": "confirm"}
CANCEL = {"decision": "request_cancellation", "reason": "They\nclose down."}


def decide(api: Api, body: dict[str, str] | None = None, *, renewal: str = "r-s-1", **more: str) -> tuple[int, str]:
    """Status, and the renewal's status or the refusal's code."""
    answer = api.post(f"{LIST}/{renewal}/decision", body or CONFIRM, **more)
    return problem(answer) if answer.status >= 400 else (answer.status, answer.json["status"])


def listed(api: Api, **query: str) -> list[str]:
    answer = api.get(LIST, query=query)
    assert answer.status == 200, answer.json
    return [row["id"] for row in answer.json["data"]]


def test_a_row_says_all_that_a_decision_needs(api: Api, acme: str) -> None:
    answer = api.get(LIST, email=MEMBER)

    assert answer.json == {
        "data": [
            {
                "id": "r-s-1",
                "client_id": acme,
                "company": "Acme",
                "products": ["marketing_hub"],
                "owner": "vendor",
                "renewal_manager": {"name": "Rea Roth", "email": "rea@vendor.example"},
                "current_mrr": {"amount": 127200, "currency": "EUR"},
                "renewal_mrr": {"amount": 140000, "currency": "EUR"},
                "mrr_change": {"amount": 12800, "currency": "EUR"},
                "starts_on": "2026-06-15",
                "decision_deadline": "2026-05-01",
                "days_left": 90,
                "status": "pending",
                "flags": [],
                "responsible": True,
            }
        ],
        "next_cursor": None,
    }
    assert listed(api) == ["r-s-1"]
    assert api.get(LIST, email=RIVAL).json["data"] == []


def test_renewals_are_seen_from_120_days_before_until_the_day_itself(api: Api, seed: ClientSeed) -> None:
    seed.client()
    for left in (-1, 0, 30, 120, 121):
        seed.subscription(f"s{left}", renews_in=left)

    assert listed(api) == ["r-s0", "r-s30", "r-s120"]
    assert listed(api, within_days="30") == ["r-s0", "r-s30"]
    assert listed(api, sort="-days_left") == ["r-s120", "r-s30", "r-s0"]
    for hidden in ("r-s-1", "r-s121"):
        assert decide(api, renewal=hidden) == (404, "not_found")


def test_renewals_are_sorted_by_change_of_price_and_found_by_status(api: Api, seed: ClientSeed) -> None:
    seed.client()
    for name, amount, currency in (("up", 200000, "EUR"), ("down", 100000, "EUR"), ("same", 127200, "EUR")):
        mrr = {"amount": amount, "currency": currency}
        seed.subscription(name, renewal={"mrr": mrr, "term_months": 12})
    seed.subscription("other", renewal={"mrr": {"amount": 1, "currency": "JPY"}, "term_months": 12})
    assert decide(api, renewal="r-up") == (200, "confirmed")

    assert listed(api, sort="mrr_change") == ["r-other", "r-down", "r-same", "r-up"]
    assert listed(api, sort="-mrr_change")[0] == "r-up"
    assert listed(api, status="confirmed") == ["r-up"]
    assert sorted(listed(api, status="pending")) == ["r-down", "r-other", "r-same"]
    changes = {row["id"]: row["mrr_change"] for row in api.get(LIST).json["data"]}
    assert changes["r-down"] == {"amount": -27200, "currency": "EUR"}
    assert changes["r-other"] == {"amount": -127199, "currency": "EUR"}


def test_pages_hold_every_renewal_once(api: Api, seed: ClientSeed) -> None:
    seed.client()
    for number in range(5):
        seed.subscription(f"s{number}", renews_in=10)

    pages = api.pages(LIST, limit="2", within_days="20")

    assert [row["id"] for page in pages for row in page.json["data"]] == [f"r-s{number}" for number in range(5)]
    cursor = pages[0].json["next_cursor"]
    assert problem(api.get(LIST, query={"limit": "2", "cursor": cursor})) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "query", [{"within_days": "0"}, {"within_days": "121"}, {"status": "lost"}, {"sort": "company"}, {"q": "x"}]
)
def test_a_filter_that_is_none_is_refused(api: Api, query: dict[str, str]) -> None:
    assert problem(api.get(LIST, query=query)) == (422, "validation_failed")


@pytest.mark.parametrize(
    ("left", "outcome"), [(46, (200, "confirmed")), (45, (200, "confirmed")), (44, (409, "decision_deadline_over"))]
)
def test_a_decision_is_taken_until_45_days_before(
    api: Api, seed: ClientSeed, left: int, outcome: tuple[int, str]
) -> None:
    seed.client()
    seed.subscription(renews_in=left)

    assert decide(api) == outcome


def test_the_deadline_is_the_end_of_the_day_where_the_partner_is(api: Api, seed: ClientSeed) -> None:
    body = {"name": "Hill", "type": "solutions_partner", "time_zone": "America/Los_Angeles"}
    assert api.put("/v1/vendor/partners/p-hill", body).status == 200
    seed.client()
    seed.subscription(renews_in=45)

    api.clock.now = api.clock.now.replace(hour=6, minute=59) + timedelta(days=1)
    assert api.get(LIST).json["data"][0]["days_left"] == 45
    api.clock.advance(timedelta(minutes=1))
    assert api.get(LIST).json["data"][0]["days_left"] == 44
    assert decide(api) == (409, "decision_deadline_over")


@pytest.mark.usefixtures("acme")
def test_the_first_decision_stands(api: Api) -> None:
    assert decide(api, CANCEL) == (200, "cancellation_requested")
    assert decide(api, {**CANCEL, "reason": "Another one"}) == (200, "cancellation_requested")
    assert decide(api, CONFIRM) == (409, "renewal_decided")
    api.clock.advance(timedelta(days=50))
    assert decide(api, CANCEL) == (200, "cancellation_requested")
    assert decide(api, CONFIRM) == (409, "renewal_decided")

    entries = [item for item in api.table.items() if item.get("audit_object") == "renewal/s-1"]
    assert [(entry["action"], entry["audit_actor"], entry["after"]) for entry in entries] == [
        (
            "renewal.cancellation_requested",
            "u-ada",
            {"status": "cancellation_requested", "starts_on": "2026-06-15", "reason": "They\nclose down."},
        )
    ]
    [shown] = api.get("/v1/clients/c-4711/renewals").json["subscriptions"]
    assert shown["decision"] == {
        "decision": "request_cancellation",
        "reason": "They\nclose down.",
        "decided_by": "u-ada",
        "decided_at": "2026-03-17T09:30:00Z",
    }


@pytest.mark.usefixtures("acme")
def test_a_decision_is_an_admins_and_repeats_under_its_key(api: Api) -> None:
    assert decide(api, email=MEMBER) == (403, "role_required")
    assert decide(api, email=RIVAL) == (404, "not_found")
    for unknown in ("r-", "s-1", "r-s-9"):
        assert decide(api, renewal=unknown) == (404, "not_found")

    path = f"{LIST}/r-s-1/decision"
    first = api.post(path, CONFIRM, key="k-1")
    assert api.post(path, CONFIRM, key="k-1").json == first.json
    assert problem(api.post(path, CANCEL, key="k-1")) == (422, "idempotency_key_reused")


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("body", [{}, {"decision": "renew"}, {**CONFIRM, "reason": ""}, {**CONFIRM, "more": 1}])
def test_a_decision_that_is_none_is_refused(api: Api, body: dict[str, str]) -> None:
    answer = api.post(f"{LIST}/r-s-1/decision", body)

    assert problem(answer) == (422, "validation_failed")


@pytest.mark.usefixtures("acme")
def test_what_is_decided_waits_for_nothing_any_more(api: Api) -> None:
    def waiting() -> list[str]:
        return [item["sk"] for item in api.table.items() if item.get("due_queue", "").startswith("DUE_RENEWALS#")]

    assert waiting() == ["RENEWAL#s-1"]
    decide(api)
    assert waiting() == []


@pytest.mark.usefixtures("acme")
def test_a_reason_of_500_characters_is_the_longest(api: Api) -> None:
    assert decide(api, {**CANCEL, "reason": "x" * 501}) == (422, "validation_failed")
    assert decide(api, {**CANCEL, "reason": "x" * 500}) == (200, "cancellation_requested")
