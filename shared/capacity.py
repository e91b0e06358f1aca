"""How many domains a partner may register."""

from shared.domain.partners import Partner
from shared.program import Capacity as CapacityRules


def capacity_limit(partner: Partner, rules: CapacityRules) -> int:
    """The partner's own override, or what its tier grants (A15 to A18)."""
    if partner.capacity_limit_override is not None:
        return partner.capacity_limit_override
    return rules.limit[partner.credited_tier]
