"""The program's numbers as `program.toml` states them, typed and checked."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Self

from msgspec import Meta, Struct, ValidationError, convert
from msgspec.structs import force_setattr

from shared.countries import NO_COUNTRY, is_country
from shared.domain.languages import Language
from shared.domain.partners import PartnerType, Tier


class ProgramError(Exception):
    """The program file is wrong. One line for each fault: `program.toml:14: capacity.limit.gold must be …`."""


class ContradictionError(ValueError):
    """A rule between values is broken; `key` names the value to change, from the section that states the rule."""

    def __init__(self, *key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key


class MonthDay(str):
    """A day that every year has: `01-15`. Raises ValueError for any other text."""

    __slots__ = ()

    def __new__(cls, text: object) -> Self:
        written = _MONTH_DAY.fullmatch(str(text))
        try:
            # 2001 was no leap year.
            date(2001, *map(int, written.groups() if written else ()))
        except (TypeError, ValueError):
            raise ValueError("must be a month and a day that every year has, such as 01-15") from None
        return super().__new__(cls, text)

    def in_year(self, year: int) -> date:
        return date.fromisoformat(f"{year:04}-{self}")


class CountryCode(str):
    """An assigned code of ISO 3166-1 alpha-2: `DE`. Raises ValueError for any other text."""

    __slots__ = ()

    def __new__(cls, text: object) -> Self:
        if not (isinstance(text, str) and is_country(text)):
            raise ValueError(NO_COUNTRY)
        return super().__new__(cls, text)


Count = Annotated[int, Meta(ge=1)]
Counts = Annotated[tuple[Count, ...], Meta(min_length=1)]
Word = Annotated[str, Meta(pattern=r"^[a-z0-9_]+$")]
Words = Annotated[tuple[Word, ...], Meta(min_length=1)]
Host = Annotated[str, Meta(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
ByTier = Mapping[Tier, Count]
ByPartnerType = Mapping[PartnerType, Count]
ByCurrency = Annotated[Mapping[Currency, Count], Meta(min_length=1)]
Name = Annotated[str, Meta(min_length=1, max_length=60)]
Catalogue = Annotated[Mapping[Word, Words], Meta(min_length=1)]

_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")


class _Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, dict):
                # One program serves every request of a process, so nobody may change it in passing.
                force_setattr(self, name, MappingProxyType(value))
        self._agree()

    def _agree(self) -> None:
        """Raises ContradictionError where values that are right by themselves do not go together."""


def _require_each(values: Mapping[Any, int], keys: Iterable[str], *, name: str) -> None:
    for key in keys:
        if key not in values:
            raise ContradictionError(name, key, reason="is missing")


def _require_descent(values: tuple[int, ...], *, name: str) -> None:
    if list(values) != sorted(set(values), reverse=True):
        raise ContradictionError(name, reason=f"must descend, got {list(values)}")


class Api(_Section, frozen=True):
    idempotency_hours: Count


class RegistrationExpiry(_Section, frozen=True):
    enabled: bool
    days: Count


class Capacity(_Section, frozen=True):
    limit: ByTier
    commission_withheld_after_days: Count
    registration_expiry: RegistrationExpiry
    restore_window_days: Count
    former_registration_kept_days: Count
    bulk_size: Annotated[int, Meta(ge=1, le=100)]
    free_mail_hosts: frozenset[Host]
    shared_hosts: frozenset[Host]

    def _agree(self) -> None:
        _require_each(self.limit, Tier, name="limit")
        if self.former_registration_kept_days < self.restore_window_days:
            raise ContradictionError(
                "former_registration_kept_days", reason="must not be less than restore_window_days"
            )


class Review(_Section, frozen=True):
    """A day at which a tier can be lost; the window ends on that day."""

    on: MonthDay
    window_starts_on: MonthDay


class Chart(_Section, frozen=True):
    history_months: Count
    projection_months: Count
    longest_history_months: Count
    longest_projection_months: Count

    def _agree(self) -> None:
        if self.history_months > self.longest_history_months:
            raise ContradictionError("history_months", reason="must not be more than longest_history_months")
        if self.projection_months > self.longest_projection_months:
            raise ContradictionError("projection_months", reason="must not be more than longest_projection_months")


class Tiers(_Section, frozen=True):
    by_invitation: frozenset[Tier]
    median_tool_usage_bar: Count
    demotion_protected_months: Count
    review_warning_days: Counts
    reviews: Annotated[tuple[Review, ...], Meta(min_length=1)]
    total_bar: ByTier
    sold_bar: ByTier
    chart: Chart

    def _agree(self) -> None:
        _require_descent(self.review_warning_days, name="review_warning_days")
        above_untiered = [tier for tier in Tier if tier is not Tier.UNTIERED]
        for name, bars in (("total_bar", self.total_bar), ("sold_bar", self.sold_bar)):
            if Tier.UNTIERED in bars:
                raise ContradictionError(
                    name, Tier.UNTIERED, reason="is not known here: nothing is needed to be untiered"
                )
            _require_each(bars, above_untiered, name=name)
            for lower, higher in pairwise(above_untiered):
                if bars[higher] <= bars[lower]:
                    raise ContradictionError(name, higher, reason=f"must be more than the {bars[lower]} of {lower}")
        for tier in above_untiered:
            if self.sold_bar[tier] > self.total_bar[tier]:
                raise ContradictionError("sold_bar", tier, reason=f"must not exceed total_bar, {self.total_bar[tier]}")


class PointsPerHundred(_Section, frozen=True):
    sourced: Count
    assisted: Count
    managed: Count


class Points(_Section, frozen=True):
    growth_market_factor: Count
    sold_points_months: Count
    decimals: Annotated[int, Meta(ge=0, le=6)]
    growth_market_countries: frozenset[CountryCode]
    per_hundred: PointsPerHundred
    one_hundred: ByCurrency


class ManagedCredit(_Section, frozen=True):
    activity_window_days: Count
    qualifying_activities: Words


class RevenueShare(_Section, frozen=True):
    percent_of_net_mrr: Annotated[int, Meta(ge=0, le=100)]
    months: ByPartnerType

    def _agree(self) -> None:
        _require_each(self.months, PartnerType, name="months")


class Renewals(_Section, frozen=True):
    visible_days: Count
    decision_deadline_days: Count
    automatic_renewal_days: Count
    notice_days: Counts

    def _agree(self) -> None:
        _require_descent(self.notice_days, name="notice_days")
        if self.decision_deadline_days > self.visible_days:
            raise ContradictionError("decision_deadline_days", reason="must not be more than visible_days")
        if self.automatic_renewal_days >= self.decision_deadline_days:
            raise ContradictionError("automatic_renewal_days", reason="must be less than decision_deadline_days")
        if self.notice_days[0] > self.visible_days:
            raise ContradictionError("notice_days", reason="must not begin before visible_days")


class NameByLanguage(_Section, frozen=True):
    """A name that is another in each language."""

    en: Name
    de: Name

    def __getitem__(self, language: Language) -> str:
        return self.de if language is Language.GERMAN else self.en


class ConfirmationLinks(_Section, frozen=True):
    expires_days: Count
    first_reminder_days: Count
    reminder_interval_days: Count
    reminders_at_most: Annotated[int, Meta(ge=0)]
    sends_a_day: Count
    sends_a_day_to_an_address: Count
    rejection_reason_length: Count
    onboarding_required: Words
    onboarding_types: Words
    onboarding_durations: Words
    products: Catalogue
    names: Mapping[Word, Name | NameByLanguage]

    def name(self, code: str, language: Language) -> str | None:
        """The name of a product or an edition, as the vendor writes it."""
        name = self.names.get(code)
        return name[language] if isinstance(name, NameByLanguage) else name

    def _agree(self) -> None:
        last_reminder = self.first_reminder_days + self.reminder_interval_days * (self.reminders_at_most - 1)
        if self.reminders_at_most and last_reminder >= self.expires_days:
            raise ContradictionError("expires_days", reason=f"must be after the last reminder, {last_reminder} days")
        editions = {edition for editions in self.products.values() for edition in editions}
        for code in self.names:
            if code not in self.products and code not in editions:
                raise ContradictionError("names", code, reason="is no product and no edition of one")
        for edition in self.onboarding_required:
            if edition not in editions:
                raise ContradictionError("onboarding_required", reason=f"names {edition}, which no product has")


class Engagement(_Section, frozen=True):
    """Bands of the index from 0 to `highest`: low, medium from `medium_from`, high from `high_from`."""

    medium_from: Count
    high_from: Count
    highest: Count

    def _agree(self) -> None:
        if self.high_from <= self.medium_from:
            raise ContradictionError("high_from", reason="must be more than medium_from")
        if self.highest < self.high_from:
            raise ContradictionError("highest", reason="must not be less than high_from")


class Program(_Section, frozen=True):
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
        document = tomllib.loads(text)
        return convert(document, Program, dec_hook=_made)
    except OSError as error:
        raise ProgramError(f"{path.name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ProgramError(f"{path.name}:{line}: is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        from shared.program_faults import syntax_fault  # noqa: PLC0415 - only for a wrong file

        line, fault = syntax_fault(error, text=text)
        raise ProgramError(f"{path.name}:{line}: {fault}") from error
    except ValidationError as error:
        from shared.program_faults import value_faults  # noqa: PLC0415 - only for a wrong file

        faults = value_faults(document, Program, text=text, made=_made)
        raise ProgramError("\n".join(f"{path.name}:{line}: {fault}" for line, fault in faults)) from error


def _made(kind: type[Any], value: Any) -> Any:
    """What the library does not know how to make: MonthDay and CountryCode."""
    return kind(value)
