"""The program's numbers as `program.toml` states them, typed and checked."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shared.countries import Country
from shared.domain.partners import PartnerType, Tier
from shared.program_faults import syntax_fault, value_faults


class ProgramError(Exception):
    """The program file is wrong. One line for each fault: `program.toml:14: capacity.limit.gold must be …`."""


class MonthDay(NamedTuple):
    """A day that every year has."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        return date(year, self.month, self.day)


def _month_day(value: Any) -> MonthDay:
    try:
        # 2001 was no leap year.
        day = date.fromisoformat(f"2001-{value}")
    except ValueError:
        raise ValueError("must be a month and a day that every year has, such as 01-15") from None
    return MonthDay(day.month, day.day)


def _descending(values: tuple[int, ...]) -> tuple[int, ...]:
    if list(values) != sorted(set(values), reverse=True):
        raise ValueError("must descend")
    return values


Count = Annotated[int, Field(strict=True, ge=1)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
Words = Annotated[tuple[Word, ...], Field(min_length=1)]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
YearlyDay = Annotated[MonthDay, PlainValidator(_month_day)]
# One program serves every request of a process, so nobody may change it in passing.
ByTier = Annotated[Mapping[Tier, Count], AfterValidator(MappingProxyType)]
ByPartnerType = Annotated[Mapping[PartnerType, Count], AfterValidator(MappingProxyType)]
ByCurrency = Annotated[Mapping[Currency, Count], AfterValidator(MappingProxyType), Field(min_length=1)]
Catalogue = Annotated[Mapping[Word, Words], AfterValidator(MappingProxyType), Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _contradiction(*key: str, reason: str) -> PydanticCustomError:
    """A rule between values is broken; `key` names the value to change, from the section that states the rule."""
    return PydanticCustomError("contradiction", "{reason}", {"reason": reason, "key": key})


def _require_each(values: Mapping[Any, int], keys: Iterable[str], *, name: str) -> None:
    for key in keys:
        if key not in values:
            raise _contradiction(name, key, reason="is missing")


class Api(_Section):
    idempotency_hours: Count


class RegistrationExpiry(_Section):
    enabled: Annotated[bool, Field(strict=True)]
    days: Count


class Capacity(_Section):
    limit: ByTier
    commission_withheld_after_days: Count
    registration_expiry: RegistrationExpiry
    restore_window_days: Count
    former_registration_kept_days: Count
    bulk_size: Annotated[int, Field(strict=True, ge=1, le=100)]
    free_mail_hosts: frozenset[Host]

    @model_validator(mode="after")
    def _agree(self) -> Self:
        _require_each(self.limit, Tier, name="limit")
        if self.former_registration_kept_days < self.restore_window_days:
            raise _contradiction("former_registration_kept_days", reason="must not be less than restore_window_days")
        return self


class Review(_Section):
    """A day at which a tier can be lost; the window ends on that day."""

    on: YearlyDay
    window_starts_on: YearlyDay


class Chart(_Section):
    history_months: Count
    projection_months: Count
    longest_history_months: Count
    longest_projection_months: Count

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.history_months > self.longest_history_months:
            raise _contradiction("history_months", reason="must not be more than longest_history_months")
        if self.projection_months > self.longest_projection_months:
            raise _contradiction("projection_months", reason="must not be more than longest_projection_months")
        return self


class Tiers(_Section):
    by_invitation: frozenset[Tier]
    median_tool_usage_bar: Count
    demotion_protected_months: Count
    review_warning_days: Annotated[tuple[Count, ...], Field(min_length=1), AfterValidator(_descending)]
    reviews: Annotated[tuple[Review, ...], Field(min_length=1)]
    total_bar: ByTier
    sold_bar: ByTier
    chart: Chart

    @model_validator(mode="after")
    def _agree(self) -> Self:
        above_untiered = [tier for tier in Tier if tier is not Tier.UNTIERED]
        for name, bars in (("total_bar", self.total_bar), ("sold_bar", self.sold_bar)):
            if Tier.UNTIERED in bars:
                raise _contradiction(name, Tier.UNTIERED, reason="is not known here: nothing is needed to be untiered")
            _require_each(bars, above_untiered, name=name)
            for lower, higher in pairwise(above_untiered):
                if bars[higher] <= bars[lower]:
                    raise _contradiction(name, higher, reason=f"must be more than the {bars[lower]} of {lower}")
        for tier in above_untiered:
            if self.sold_bar[tier] > self.total_bar[tier]:
                raise _contradiction("sold_bar", tier, reason=f"must not exceed total_bar, {self.total_bar[tier]}")
        return self


class PointsPerHundred(_Section):
    sourced: Count
    assisted: Count
    managed: Count


class Points(_Section):
    growth_market_factor: Count
    sold_points_months: Count
    decimals: Annotated[int, Field(strict=True, ge=0, le=6)]
    growth_market_countries: frozenset[Country]
    per_hundred: PointsPerHundred
    one_hundred: ByCurrency


class ManagedCredit(_Section):
    activity_window_days: Count
    qualifying_activities: Words


class RevenueShare(_Section):
    percent_of_net_mrr: Annotated[int, Field(strict=True, ge=0, le=100)]
    months: ByPartnerType

    @model_validator(mode="after")
    def _agree(self) -> Self:
        _require_each(self.months, PartnerType, name="months")
        return self


class Renewals(_Section):
    visible_days: Count
    decision_deadline_days: Count
    automatic_renewal_days: Count
    notice_days: Annotated[tuple[Count, ...], Field(min_length=1), AfterValidator(_descending)]

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.decision_deadline_days > self.visible_days:
            raise _contradiction("decision_deadline_days", reason="must not be more than visible_days")
        if self.automatic_renewal_days >= self.decision_deadline_days:
            raise _contradiction("automatic_renewal_days", reason="must be less than decision_deadline_days")
        if self.notice_days[0] > self.visible_days:
            raise _contradiction("notice_days", reason="must not begin before visible_days")
        return self


class ConfirmationLinks(_Section):
    expires_days: Count
    first_reminder_days: Count
    reminder_interval_days: Count
    reminders_at_most: Annotated[int, Field(strict=True, ge=0)]
    rejection_reason_length: Count
    onboarding_required: Words
    onboarding_types: Words
    onboarding_durations: Words
    products: Catalogue

    @model_validator(mode="after")
    def _agree(self) -> Self:
        last_reminder = self.first_reminder_days + self.reminder_interval_days * (self.reminders_at_most - 1)
        if self.reminders_at_most and last_reminder >= self.expires_days:
            raise _contradiction("expires_days", reason=f"must be after the last reminder, {last_reminder} days")
        editions = {edition for editions in self.products.values() for edition in editions}
        for edition in self.onboarding_required:
            if edition not in editions:
                raise _contradiction("onboarding_required", reason=f"names {edition}, which no product has")
        return self


class Engagement(_Section):
    """Bands of the index from 0 to `highest`: low, medium from `medium_from`, high from `high_from`."""

    medium_from: Count
    high_from: Count
    highest: Count

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.high_from <= self.medium_from:
            raise _contradiction("high_from", reason="must be more than medium_from")
        if self.highest < self.high_from:
            raise _contradiction("highest", reason="must not be less than high_from")
        return self


class Program(_Section):
    api: Api
    capacity: Capacity
    tiers: Tiers
    points: Points
    managed_credit: ManagedCredit
    revenue_share: RevenueShare
    renewals: Renewals
    confirmation_links: ConfirmationLinks
    engagement: Engagement


@cache
def program() -> Program:
    """The program that ships with the product, read once per process."""
    return load_program()


def load_program(path: Path | None = None) -> Program:
    """The program in the file at `path`, or the one that ships. Raises ProgramError, which names every fault."""
    path = path or Path(__file__).with_name("program.toml")
    try:
        text = path.read_text(encoding="utf-8")
        return Program.model_validate(tomllib.loads(text))
    except OSError as error:
        raise ProgramError(f"{path.name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ProgramError(f"{path.name}:{line}: is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        line, fault = syntax_fault(error, text=text)
        raise ProgramError(f"{path.name}:{line}: {fault}") from error
    except ValidationError as error:
        faults = value_faults(error, text=text)
        raise ProgramError("\n".join(f"{path.name}:{line}: {fault}" for line, fault in faults)) from error
