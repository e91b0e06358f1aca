"""The capacity as the API tells it, on its own and on the dashboard."""

from typing import Annotated, Self

from pydantic import Field

from shared.domain.partners import Capacity, CapacityState, Partner, Tier
from shared.http.schemas import Answer, Instant
from shared.program import Capacity as CapacityRules


class CapacityAnswer(Answer):
    """Where the partner stands with its registrations."""

    tier: Tier
    limit: Annotated[int, Field(description="How many domains the partner may have registered.")]
    used: Annotated[int, Field(description="How many it has registered.")]
    available: Annotated[int, Field(description="How many more can be registered; 0 while over the limit.")]
    state: CapacityState
    over_limit_since: Annotated[Instant | None, Field(description="Null while within the limit.")]
    commission_withheld_from: Annotated[
        Instant | None, Field(description="From then on no registration earns commission; null while within the limit.")
    ]

    @classmethod
    def of(cls, partner: Partner, capacity: Capacity, *, rules: CapacityRules) -> Self:
        return cls(
            tier=partner.credited_tier,
            limit=capacity.limit,
            used=capacity.used,
            available=capacity.available,
            state=capacity.state,
            over_limit_since=capacity.over_limit_since if capacity.slots_left < 0 else None,
            commission_withheld_from=capacity.commission_withheld_from(grace_days=rules.commission_withheld_after_days),
        )
