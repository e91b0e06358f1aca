"""Program files that people have edited: taken, or refused with the line that is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shared.domain.languages import Language
from shared.domain.partners import Tier
from shared.program import ProgramError, load_program, program

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


def refusal_of(path: Path) -> str:
    with pytest.raises(ProgramError) as refusal:
        load_program(path)
    return str(refusal.value)


def test_another_file_takes_the_place_of_the_shipped_one(write_program: WriteProgram) -> None:
    text, _ = changed("gold = 500     # A17", "gold = 600")
    assert load_program(write_program(text)).capacity.limit[Tier.GOLD] == 600


def test_products_are_named_as_the_vendor_writes_them_in_both_languages_where_it_likes(
    write_program: WriteProgram,
) -> None:
    text, _ = changed('commerce_hub = "Commerce Hub"', 'commerce_hub = { en = "CRM Suite", de = "CRM-Suite" }')
    links = load_program(write_program(text)).confirmation_links
    assert [links.name("commerce_hub", language) for language in Language] == ["CRM Suite", "CRM-Suite"]
    assert [links.name("starter", language) for language in Language] == ["Starter", "Starter"]
    assert links.name("data_hub", Language.GERMAN) is None


def test_a_name_of_what_no_product_or_edition_is_is_refused(write_program: WriteProgram) -> None:
    text, _ = changed('commerce_hub = "Commerce Hub"', 'comerce_hub = "Commerce Hub"')
    assert "confirmation_links.names.comerce_hub is no product and no edition of one" in refusal_of(write_program(text))


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
            'on = "01-15"',
            'on = "W01-5"',
            'tiers.reviews.0.on must be a month and a day that every year has, such as 01-15, got "W01-5"',
        ),
        (
            'on = "01-15"',
            "on = 115",
            "tiers.reviews.0.on must be a month and a day that every year has, such as 01-15, got 115",
        ),
        (
            '"gmx.de"',
            '"GMX.de"',
            "capacity.free_mail_hosts.26 must match '^[a-z0-9-]+(\\.[a-z0-9-]+)+$', got \"GMX.de\"",
        ),
        (
            '"CN"',
            '"XX"',
            'points.growth_market_countries.20 must be a two-letter country code (ISO 3166-1), such as DE, got "XX"',
        ),
        (
            '"CN"',
            '"elite"',
            'points.growth_market_countries.20 must be a two-letter country code (ISO 3166-1), such as DE, got "elite"',
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
