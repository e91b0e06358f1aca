"""A deal as the API takes it, and as a CRM's export is checked before it is sent."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.domain.deals import Deal
from shared.domain.points import DealType
from shared.domains import InvalidDomainError, registrable_domain
from shared.http.money import MoneyBody
from shared.http.schemas import Body, Day, VendorId
from shared.text import Line


def _with_a_domain(website: str) -> str:
    try:
        registrable_domain(website)
    except InvalidDomainError as error:
        raise ValueError(error.reason) from None
    return website


class DealBody(Body):
    """A sale; the whole of it, each time."""

    partner_id: VendorId
    hub_id: VendorId
    domain: Annotated[
        str,
        Field(min_length=1, max_length=2048, description="The domain or website that bought."),
        AfterValidator(_with_a_domain),
    ]
    deal_type: DealType
    mrr: MoneyBody
    closed_on: Annotated[Day, Field(description="The day of the sale, in UTC; its points count from then on.")]
    product: Line | None = None

    def to_deal(self, deal_id: str) -> Deal:
        return Deal(
            deal_id=deal_id,
            partner_id=self.partner_id,
            hub_id=self.hub_id,
            domain=registrable_domain(self.domain),
            deal_type=self.deal_type,
            mrr=self.mrr.to_money(),
            closed_on=self.closed_on,
            product=self.product,
        )
