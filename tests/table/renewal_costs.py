"""What requests about renewals cost."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from functions.renewals.notices import attend_day
from shared.table.client import dynamodb
from shared.table.session import TableSession
from shared.table.values import Item
from tests.client_factories import TODAY, ClientSeed
from tests.functions.client import ADMIN, OPERATOR, Api
from tests.functions.renewals.renewal_world import HeldQueue

OWNER = {"owner": "vendor", "notify_user_id": "u-max"}


class RenewalCase(NamedTuple):
    send: Callable[[Api], Any]
    before: Callable[[Api], object]


def one_renewal(api: Api) -> None:
    seed = ClientSeed(table=api.table)
    seed.client()
    seed.subscription()


def one_suppressed(api: Api) -> None:
    one_renewal(api)
    ClientSeed(table=api.table).bounce("dana@acme.example", "4711")


def with_settings(api: Api) -> None:
    one_renewal(api)
    api.put("/v1/renewals/settings", OWNER, email=ADMIN, match="*")


_hundred: list[Item] = []
"""What the product wrote for a hundred renewals, once: it takes longer than the tests that need them."""


def hundred_renewals(api: Api) -> None:
    if _hundred:
        api.table.fill(_hundred)
        return
    before = api.table.items()
    seed = ClientSeed(table=api.table)
    for number in range(25):
        seed.client(f"{number}", company=f"Client {number:04}")
        for part in range(4):
            seed.subscription(f"s-{number}-{part}", hub_id=f"{number}")
    _hundred.extend(item for item in api.table.items() if item not in before)


def run(api: Api, day: date) -> Any:
    return attend_day(
        {"as_of": day.isoformat()},
        session=TableSession(dynamodb(), api.table.name),
        queue=HeldQueue(),  # type: ignore[arg-type] # plays the queue
        clock=api.clock,
    )


RENEWAL_CASES = {
    "a page of 25 of 100 renewals": RenewalCase(lambda api: api.get("/v1/renewals"), hundred_renewals),
    "the same by change of price": RenewalCase(
        lambda api: api.get("/v1/renewals", query={"sort": "-mrr_change"}), hundred_renewals
    ),
    "the calendar of 100 renewals": RenewalCase(lambda api: api.get("/v1/renewals.ics"), hundred_renewals),
    "deciding on a renewal": RenewalCase(
        lambda api: api.post("/v1/renewals/r-s-1/decision", {"decision": "confirm"}), one_renewal
    ),
    "the renewals of a client": RenewalCase(lambda api: api.get("/v1/clients/c-4711/renewals"), with_settings),
    "the default renewal owner": RenewalCase(lambda api: api.get("/v1/renewals/settings"), with_settings),
    "another default renewal owner": RenewalCase(
        lambda api: api.put("/v1/renewals/settings", OWNER, email=ADMIN, match="*"), one_renewal
    ),
    "a client's renewal owner": RenewalCase(lambda api: api.get("/v1/clients/c-4711/renewal-owner"), with_settings),
    "another renewal owner of a client": RenewalCase(
        lambda api: api.put("/v1/clients/c-4711/renewal-owner", OWNER, email=ADMIN, match="*"), one_renewal
    ),
    "whether a digest is wanted": RenewalCase(lambda api: api.get("/v1/renewals/digest"), one_renewal),
    "turning a digest on": RenewalCase(
        lambda api: api.put("/v1/renewals/digest", {"weekly": True}, email=ADMIN), one_renewal
    ),
    "lifting a suppression that a client shows": RenewalCase(
        lambda api: api.delete("/v1/vendor/suppressions/dana%40acme.example", email=OPERATOR), one_suppressed
    ),
    "the daily run over renewals with none told of": RenewalCase(
        lambda api: run(api, TODAY - timedelta(days=31)), hundred_renewals
    ),
    "the daily run over 100 renewals": RenewalCase(lambda api: run(api, TODAY), hundred_renewals),
}
