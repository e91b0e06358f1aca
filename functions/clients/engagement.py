"""The engagement index, and what the program calls its values."""

from enum import StrEnum

from shared.program import Engagement as EngagementRules


class Band(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def band_of(score: int, rules: EngagementRules) -> Band:
    if score >= rules.high_from:
        return Band.HIGH
    return Band.MEDIUM if score >= rules.medium_from else Band.LOW
