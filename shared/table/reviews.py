"""What was decided about a partner's tier at each review, and which warnings went out before it."""

from datetime import date

from msgspec import Struct

from shared.domain.tiers import ReviewOutcome
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, Transaction


class TierReviews(Struct, frozen=True):
    """The repository of one partner's reviews; each is decided once."""

    session: TableSession
    partner_id: str

    def is_decided(self, review_on: date) -> bool:
        return self.session.get(keys.tier_review(self.partner_id, review_on.isoformat())) is not None

    def warned(self, review_on: date) -> int | None:
        """How many days before the review the last warning went out."""
        item = self.session.get(keys.review_warning(self.partner_id, review_on.isoformat()))
        return item["days_before"] if item else None

    def add(self, transaction: Transaction, outcome: ReviewOutcome) -> None:
        """Refused with ChangedMeanwhileError where the review is decided already."""
        transaction.put(
            keys.tier_review(self.partner_id, outcome.review_on.isoformat()),
            {
                "window_starts_on": outcome.window_starts_on.isoformat(),
                "before": outcome.before,
                "after": outcome.after,
                "reason": outcome.reason,
                "met": {day.isoformat(): tier for day, tier in outcome.met.items()},
            },
            condition=ABSENT,
            refusal=lambda _: ChangedMeanwhileError(),
        )

    def add_warning(self, transaction: Transaction, review_on: date, *, days_before: int) -> None:
        """Refused with ChangedMeanwhileError where one as near to the review went out already."""
        transaction.put(
            keys.review_warning(self.partner_id, review_on.isoformat()),
            {"days_before": days_before},
            condition="attribute_not_exists(pk) OR days_before > :days",
            values={":days": days_before},
            refusal=lambda _: ChangedMeanwhileError(),
        )
