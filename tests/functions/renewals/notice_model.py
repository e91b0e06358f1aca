"""What the daily run must do, said a second time: by what was told, not by a state."""

from dataclasses import dataclass, field
from datetime import date

from tests.functions.renewals.renewal_world import THRESHOLDS, Told

LAST_DAY_UNDECIDED = 45


@dataclass
class ModelRenewal:
    starts_on: date | None
    status: str = "pending"

    def move(self, day: date | None, *, today: date) -> None:
        over = self.starts_on is None or self.starts_on <= today
        if day != self.starts_on and day is not None:
            open_again = self.status == "renewed" and (day - today).days >= LAST_DAY_UNDECIDED
            if over or open_again:
                self.status = "pending"
        self.starts_on = day


@dataclass
class NoticeModel:
    renewals: dict[str, ModelRenewal] = field(default_factory=dict)
    told: set[Told] = field(default_factory=set)

    def run(self, today: dict[str, date]) -> list[Told]:
        """The notices of one run; `today` by subscription."""
        new = []
        for name, renewal in self.renewals.items():
            if renewal.starts_on is None or renewal.status in {"confirmed", "cancellation_requested"}:
                continue
            left = (renewal.starts_on - today[name]).days
            if left < LAST_DAY_UNDECIDED:
                renewal.status = "renewed"
            crossed = [threshold for threshold in THRESHOLDS if 0 <= left <= threshold]
            before = [told.threshold for told in self.told if told[:2] == (name, renewal.starts_on)]
            if crossed and crossed[-1] < min(before, default=1000):
                new.append(Told(name, renewal.starts_on, crossed[-1]))
        self.told.update(new)
        return sorted(new)
