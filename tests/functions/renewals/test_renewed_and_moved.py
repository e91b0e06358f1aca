"""A renewal that renewed by itself: what a partner is told of it, and what the vendor's moving its day changes."""

from datetime import date

import pytest

from functions.renewals.notices import attend_day
from shared.table.session import TableSession
from tests.client_factories import subscription_body
from tests.functions.client import Api, problem
from tests.functions.renewals.renewal_world import HeldQueue

DECISION = "/v1/renewals/r-s-1/decision"
CONFIRM = {"decision": "confirm"}


def run(api: Api, as_of: date) -> None:
    session = TableSession(api.table.client, api.table.name)
    attend_day({"as_of": as_of.isoformat()}, session=session, queue=HeldQueue(), clock=api.clock)  # type: ignore[arg-type] # plays the queue


def move(api: Api, renews_on: str) -> None:
    assert api.put("/v1/vendor/subscriptions/s-1", subscription_body(renews_on=renews_on)).status == 200


def shown_status(api: Api) -> str:
    [row] = api.get("/v1/renewals").json["data"]
    status: str = row["status"]
    return status


@pytest.mark.usefixtures("acme")
def test_a_renewal_that_has_renewed_by_itself_says_so_and_names_no_day_to_come(api: Api) -> None:
    run(api, date(2026, 5, 2))

    refused = api.post(DECISION, CONFIRM)

    assert problem(refused) == (409, "decision_deadline_over")
    assert refused.json["detail"] == (
        "Nobody decided in time, and the subscription has renewed by itself. Talk to your renewal manager."
    )


@pytest.mark.usefixtures("acme")
def test_moved_to_a_day_still_open_it_is_pending_again_and_can_be_decided(api: Api) -> None:
    run(api, date(2026, 5, 2))
    assert (shown_status(api), api.get("/v1/dashboard").json["alerts"]) == (
        "renewed",
        {"upcoming_renewal_decisions": 0},
    )

    move(api, "2026-07-10")

    assert (shown_status(api), api.get("/v1/dashboard").json["alerts"]) == (
        "pending",
        {"upcoming_renewal_decisions": 1},
    )
    assert api.post(DECISION, CONFIRM).json["status"] == "confirmed"


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(("renews_on", "status"), [("2026-05-01", "pending"), ("2026-04-30", "renewed")])
def test_the_last_day_to_decide_is_the_last_on_which_it_opens_again(api: Api, renews_on: str, status: str) -> None:
    run(api, date(2026, 5, 2))

    move(api, renews_on)

    assert shown_status(api) == status


@pytest.mark.usefixtures("acme")
def test_what_the_partner_decided_stands_when_the_day_is_moved(api: Api) -> None:
    api.post(DECISION, CONFIRM)

    move(api, "2026-07-10")

    assert shown_status(api) == "confirmed"
