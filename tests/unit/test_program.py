from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import asdict

from shared.domain.partners import PartnerType, Tier
from shared.domains import registrable_domain
from shared.program import MonthDay, ProgramError, Review, load_program, program

SHIPPED = Path(__file__).parents[2] / "shared" / "program.toml"

WriteProgram = Callable[[str], Path]


@pytest.fixture
def write_program(tmp_path: Path) -> WriteProgram:
    def write(text: str) -> Path:
        path = tmp_path / "program.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def changed(old: str, new: str) -> tuple[str, int]:
    """The shipped file with one passage changed, and the line on which it stands."""
    text = SHIPPED.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} should stand in the file once"
    return text.replace(old, new), text.count("\n", 0, text.index(old)) + 1


def numbers(section: Struct, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: value for name, value in asdict(section).items() if name not in without}


def refusal_of(path: Path) -> str:
    with pytest.raises(ProgramError) as refusal:
        load_program(path)
    return str(refusal.value)


@pytest.mark.feature("A16", "A17", "A18")
def test_the_limit_of_a_tier_is_as_published() -> None:
    assert program().capacity.limit == {
        Tier.UNTIERED: 50,
        Tier.SILVER: 500,
        Tier.GOLD: 500,
        Tier.PLATINUM: 500,
        Tier.DIAMOND: 1000,
        Tier.ELITE: 1000,
    }


def test_the_shipped_capacity_rules_are_the_default() -> None:
    capacity = program().capacity
    assert numbers(capacity.registration_expiry) == {"enabled": False, "days": 90}
    assert numbers(capacity, without=("limit", "free_mail_hosts", "registration_expiry")) == {
        "commission_withheld_after_days": 60,
        "restore_window_days": 7,
        "former_registration_kept_days": 730,
        "bulk_size": 100,
    }
    assert program().api.idempotency_hours == 24


def test_at_least_fifty_free_mail_hosts_are_listed_as_registrable_domains() -> None:
    hosts = program().capacity.free_mail_hosts
    assert len(hosts) >= 50
    assert {registrable_domain(host) for host in hosts} == hosts
    assert hosts >= {
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "outlook.com",
        "hotmail.com",
        "icloud.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "proton.me",
    }


def test_the_shipped_tiers_are_the_default() -> None:
    tiers = program().tiers
    assert dict(tiers.total_bar) == {"silver": 45, "gold": 123, "platinum": 313, "diamond": 800, "elite": 3650}
    assert dict(tiers.sold_bar) == {"silver": 34, "gold": 63, "platinum": 113, "diamond": 300, "elite": 1950}
    assert tiers.reviews == (
        Review(on=MonthDay("01-15"), window_starts_on=MonthDay("08-15")),
        Review(on=MonthDay("07-15"), window_starts_on=MonthDay("02-15")),
    )
    assert tiers.by_invitation == {Tier.ELITE}
    assert (tiers.median_tool_usage_bar, tiers.demotion_protected_months) == (3, 6)
    assert numbers(tiers.chart) == {
        "history_months": 6,
        "projection_months": 3,
        "longest_history_months": 24,
        "longest_projection_months": 12,
    }


def test_the_shipped_points_are_the_default() -> None:
    points = program().points
    assert numbers(points.per_hundred) == {"sourced": 5, "assisted": 3, "managed": 1}
    assert dict(points.one_hundred) == {
        "USD": 100,
        "EUR": 88,
        "GBP": 74,
        "AUD": 154,
        "CAD": 130,
        "SGD": 129,
        "JPY": 14400,
        "ZAR": 1768,
        "COP": 408000,
    }
    assert (points.growth_market_factor, points.sold_points_months, points.decimals) == (2, 12, 1)
    assert points.growth_market_countries >= {"IN", "BR", "MX", "CN", "KR", "ID", "VN"}
    assert points.growth_market_countries.isdisjoint({"DE", "US", "GB", "JP", "AU"})


def test_the_shipped_credit_and_revenue_share_are_the_default() -> None:
    assert numbers(program().managed_credit) == {
        "activity_window_days": 90,
        "qualifying_activities": ("publish", "create", "edit"),
    }
    assert program().revenue_share.percent_of_net_mrr == 20
    assert program().revenue_share.months == {PartnerType.SOLUTIONS_PARTNER: 36, PartnerType.SOLUTIONS_PROVIDER: 12}


def test_the_shipped_renewals_are_the_default() -> None:
    assert numbers(program().renewals) == {
        "visible_days": 120,
        "decision_deadline_days": 45,
        "automatic_renewal_days": 44,
        "notice_days": (120, 90, 60, 45, 30, 15, 7, 1),
    }


def test_the_shipped_confirmation_links_and_engagement_are_the_default() -> None:
    links = program().confirmation_links
    assert numbers(links, without=("products",)) == {
        "expires_days": 90,
        "first_reminder_days": 5,
        "reminder_interval_days": 2,
        "reminders_at_most": 5,
        "rejection_reason_length": 500,
        "onboarding_required": ("professional", "enterprise"),
        "onboarding_types": ("none", "guided", "customized", "technical_consulting"),
        "onboarding_durations": ("2_weeks", "1_month", "2_months", "3_months", "6_months", "longer"),
    }
    assert dict(links.products) == dict.fromkeys(
        ["marketing_hub", "sales_hub", "service_hub", "content_hub", "operations_hub", "commerce_hub"],
        ("starter", "professional", "enterprise"),
    )
    assert numbers(program().engagement) == {"medium_from": 4, "high_from": 7, "highest": 10}


def test_the_program_is_read_once() -> None:
    assert program() is program()


def test_nobody_can_change_the_program_in_passing() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        program().capacity.bulk_size = 1  # type: ignore[misc]
    with pytest.raises(TypeError, match="does not support item assignment"):
        program().capacity.limit[Tier.GOLD] = 1  # type: ignore[index]


def test_a_yearly_day_falls_in_each_year() -> None:
    assert MonthDay("01-15").in_year(2027) == date(2027, 1, 15)


def test_another_file_takes_the_place_of_the_shipped_one(write_program: WriteProgram) -> None:
    text, _ = changed("gold = 500     # A17", "gold = 600")
    assert load_program(write_program(text)).capacity.limit[Tier.GOLD] == 600


def test_the_shipped_file_may_have_windows_line_breaks(write_program: WriteProgram) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("\n", "\r\n")
    assert load_program(write_program(text)) == program()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("gold = 500     #", "gold = -5 #", "capacity.limit.gold must be an integer of at least 1, got -5"),
        ("gold = 500     #", 'gold = "500" #', 'capacity.limit.gold must be an integer, got "500"'),
        ("gold = 500     #", "gold = true #", "capacity.limit.gold must be an integer, got true"),
        ("bulk_size = 100 ", "bulk_size = 101 ", "capacity.bulk_size must be an integer of at most 100, got 101"),
        ("enabled = false", "enabled = 0", "capacity.registration_expiry.enabled must be true or false, got 0"),
        ("bulk_size =", "bulksize =", "capacity.bulksize is not known here"),
        ("[tiers.chart]", "[tiers.graph]", "tiers.graph is not known here"),
        ("USD = 100", "usd = 100", "points.one_hundred.usd is not known here"),
        (
            "gold = 123",
            "gold = 45",
            "tiers.total_bar.gold must be more than the 45 of silver",
        ),
        ("silver = 34", "silver = 46", "tiers.sold_bar.silver must not exceed total_bar, 45"),
        (
            "silver = 34",
            "untiered = 1\nsilver = 34",
            "tiers.sold_bar.untiered is not known here: nothing is needed to be untiered",
        ),
        (
            "history_months = 6 ",
            "history_months = 25 ",
            "tiers.chart.history_months must not be more than longest_history_months",
        ),
        (
            "projection_months = 3 ",
            "projection_months = 13 ",
            "tiers.chart.projection_months must not be more than longest_projection_months",
        ),
        (
            'on = "01-15"',
            'on = "02-29"',
            'tiers.reviews.0.on must be a month and a day that every year has, such as 01-15, got "02-29"',
        ),
        (
            '"gmx.de"',
            '"GMX.de"',
            "capacity.free_mail_hosts.26 must match '^[a-z0-9-]+(\\.[a-z0-9-]+)+$', got \"GMX.de\"",
        ),
        (
            '"CN"',
            '"XX"',
            'points.growth_market_countries.20 must be a country code of ISO 3166-1 alpha-2, such as DE, got "XX"',
        ),
        (
            '"CN"',
            '"elite"',
            'points.growth_market_countries.20 must be a country code of ISO 3166-1 alpha-2, such as DE, got "elite"',
        ),
        (
            "former_registration_kept_days = 730",
            "former_registration_kept_days = 6",
            "capacity.former_registration_kept_days must not be less than restore_window_days",
        ),
        (
            "notice_days = [120, 90, 60, 45, 30, 15, 7, 1]",
            "notice_days = [9, 10]",
            "renewals.notice_days must descend, got [9, 10]",
        ),
        (
            "notice_days = [120, 90, 60, 45, 30, 15, 7, 1]",
            "notice_days = [9, 9]",
            "renewals.notice_days must descend, got [9, 9]",
        ),
        ("notice_days = [120,", "notice_days = [121,", "renewals.notice_days must not begin before visible_days"),
        (
            "decision_deadline_days = 45 ",
            "decision_deadline_days = 121 ",
            "renewals.decision_deadline_days must not be more than visible_days",
        ),
        (
            "automatic_renewal_days = 44",
            "automatic_renewal_days = 45",
            "renewals.automatic_renewal_days must be less than decision_deadline_days",
        ),
        (
            "expires_days = 90 ",
            "expires_days = 13 ",
            "confirmation_links.expires_days must be after the last reminder, 13 days",
        ),
        (
            '["professional", "enterprise"] # editions',
            '["ultimate"] # editions',
            "confirmation_links.onboarding_required names ultimate, which no product has",
        ),
        ("high_from = 7", "high_from = 4", "engagement.high_from must be more than medium_from"),
        ("highest = 10", "highest = 6", "engagement.highest must not be less than high_from"),
    ],
)
def test_a_wrong_value_is_refused_with_its_line(write_program: WriteProgram, old: str, new: str, fault: str) -> None:
    text, line = changed(old, new)
    assert f"program.toml:{line}: {fault}" in refusal_of(write_program(text)).splitlines()


@pytest.mark.parametrize(
    ("old", "table", "fault"),
    [
        ("gold = 500     # A17\n", "[capacity.limit]", "capacity.limit.gold is missing"),
        ("gold = 63\n", "[tiers.sold_bar]", "tiers.sold_bar.gold is missing"),
        ("solutions_provider = 12\n", "[revenue_share.months]", "revenue_share.months.solutions_provider is missing"),
        ("medium_from = 4\n", "[engagement]", "engagement.medium_from is missing"),
    ],
)
def test_a_missing_value_is_refused_with_the_line_of_its_table(
    write_program: WriteProgram, old: str, table: str, fault: str
) -> None:
    text, _ = changed(old, "")
    _, line = changed(table, table)
    assert refusal_of(write_program(text)) == f"program.toml:{line}: {fault}"


def test_all_faults_are_named_in_the_order_of_the_file(write_program: WriteProgram) -> None:
    text, first = changed("bulk_size = 100 ", "bulk_size = 0 ")
    _, second = changed("growth_market_factor = 2", "growth_market_factor = 2")
    text = text.replace("growth_market_factor = 2", "growth_market_factor = 2.5")
    assert refusal_of(write_program(text)).splitlines() == [
        f"program.toml:{first}: capacity.bulk_size must be an integer of at least 1, got 0",
        f"program.toml:{second}: points.growth_market_factor must be an integer, got 2.5",
    ]


def test_reviews_may_be_written_as_tables(write_program: WriteProgram) -> None:
    text, _ = changed(
        'reviews = [\n    { on = "01-15", window_starts_on = "08-15" },\n'
        '    { on = "07-15", window_starts_on = "02-15" },\n]\n',
        "",
    )
    text += '[[tiers.reviews]]\non = "01-15"\nwindow_starts_on = "08-15"\n[[tiers.reviews]]\non = "9"\n'
    last = text.count("\n")
    no_yearly_day = 'must be a month and a day that every year has, such as 01-15, got "9"'
    assert refusal_of(write_program(text)).splitlines() == [
        f"program.toml:{last - 1}: tiers.reviews.1.window_starts_on is missing",
        f"program.toml:{last}: tiers.reviews.1.on {no_yearly_day}",
    ]


def test_an_empty_file_lacks_every_section(write_program: WriteProgram) -> None:
    sections = [
        "api",
        "capacity",
        "confirmation_links",
        "engagement",
        "managed_credit",
        "points",
        "renewals",
        "revenue_share",
        "tiers",
    ]
    assert refusal_of(write_program("")).splitlines() == [f"program.toml:1: {name} is missing" for name in sections]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("[api]\nidempotency_hours 24\n", "program.toml:2: Expected '=' after a key in a key/value pair, at column 19"),
        ("[api]\nidempotency_hours = '''\n", "program.toml:3: Expected \"'''\", at the end of the file"),
        ("[api]\n\n[api]\n", "program.toml:3: Cannot declare ('api',) twice, at column 5"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(write_program: WriteProgram, text: str, refusal: str) -> None:
    assert refusal_of(write_program(text)) == refusal


def test_what_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "program.toml"
    path.write_bytes("[api]\n# für\n".encode("latin-1"))
    assert refusal_of(path) == "program.toml:2: is not UTF-8"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path / "program.toml") == "program.toml: cannot be read: No such file or directory"
