"""Example deals as the vendor would report them: credited ones, one of a strange domain, one without its link."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Protocol

from local.example_clients import REGIONS
from local.example_data import PARTNERS

_PRICES = (420_00, 1_150_00, 260_00, 980_00)
"""A month, in minor units of the partner's currency."""
_UNREGISTERED = "walk-in.example"


class Operator(Protocol):
    def put(self, path: str, body: dict[str, Any]) -> None: ...


def report_deals(operator: Operator, *, today: date) -> None:
    """Closed on the day on which the leads were registered. Saying it again changes nothing."""
    for deal_id, body in deals(today):
        operator.put(f"/v1/vendor/deals/{deal_id}", body)


def deals(today: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """By their ids. Of each partner the last is of a domain that it has not registered, and one has no signed link."""
    domains = {
        partner.partner_id: [lead.website.removeprefix("https://www.") for lead in partner.leads]
        for partner in PARTNERS
    }
    for region in REGIONS:
        for number, amount in enumerate(_PRICES):
            is_last = number == len(_PRICES) - 1
            yield (
                f"d-{region.first_hub_id + number}",
                {
                    "partner_id": region.partner_id,
                    "hub_id": str(region.first_hub_id + number),
                    "domain": _UNREGISTERED if is_last else domains[region.partner_id][number],
                    "deal_type": "partner_assisted" if number == 1 else "partner_sourced",
                    "mrr": {"amount": amount, "currency": region.currency},
                    "closed_on": today.isoformat(),
                    "product": "marketing_hub",
                },
            )
