import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import babel
import pytest
from jinja2 import UndefinedError

from shared.domain.languages import Language
from shared.program import program
from shared.web.formats import day_text, instant_text, money_text
from shared.web.labels import duration_label, onboarding_type_label, product_label
from shared.web.languages import LOCALE_DATA
from shared.web.rendering import compile_templates, render
from shared.web.zones import Zone, customer_zone

ROOT = Path(__file__).parents[2]
HOSTILE = "<script>alert(1)</script> & \"quotes\" 'too'"


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., str]:
    def render_page(source: str, *, name: str = "page.html", language: str = "en", **context: object) -> str:
        (tmp_path / name).write_text(source)
        return render(name, language=Language(language), templates=tmp_path, context=context)

    return render_page


def run_fresh(program_text: str, **environment: str) -> str:
    """What a new process prints: the one that runs the tests has imported everything already."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program_text],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def test_a_page_escapes_what_it_prints_in_text_and_in_attributes(page: Callable[..., str]) -> None:
    assert page('<p title="{{ text }}">{{ text }}</p>', text=HOSTILE) == (
        '<p title="&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quotes&#34; &#39;too&#39;">'
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quotes&#34; &#39;too&#39;</p>"
    )


def test_compiled_templates_need_their_sources_no_more(page: Callable[..., str], tmp_path: Path) -> None:
    source = '{% extends "public.html" %}{% block title %}{{ text }}{% endblock %}'
    room = tmp_path / "room"
    room.mkdir()
    (room / "page.html").write_text(source)
    compile_templates(room)
    (room / "page.html").unlink()

    assert render("page.html", language=Language.GERMAN, templates=room, context={"text": HOSTILE}) == page(
        source, text=HOSTILE, language="de"
    )


def test_a_compiled_page_holds_its_texts_in_its_language(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('<p>{{ _("Confirm") }}</p>{{ _("Reject") }}')

    compile_templates(tmp_path)

    texts = {folder.name: [file.read_text() for file in folder.glob("*.py")] for folder in tmp_path.glob("compiled/*")}
    assert any("'<p>Confirm</p>Reject'" in text for text in texts["en"])
    assert any("'<p>Bestätigen</p>Ablehnen'" in text for text in texts["de"])


def test_a_page_escapes_what_it_puts_into_a_translated_sentence(page: Callable[..., str]) -> None:
    source = "{% trans partner=text %}{{ partner }} asks for your confirmation{% endtrans %}"
    assert (
        page(source, text="<b>Nordwind</b>", language="de") == "&lt;b&gt;Nordwind&lt;/b&gt; bittet um Ihre Bestätigung"
    )


def test_a_percent_sign_in_a_name_is_only_a_percent_sign(page: Callable[..., str]) -> None:
    source = "{% trans partner=text %}{{ partner }} asks for your confirmation{% endtrans %}"
    assert page(source, text="100%(partner)s %s", language="de") == "100%(partner)s %s bittet um Ihre Bestätigung"


def test_plain_text_is_not_escaped(page: Callable[..., str]) -> None:
    assert page("{{ text }}", name="mail.txt", text=HOSTILE) == HOSTILE


def test_a_name_that_nobody_gave_is_an_error(page: Callable[..., str]) -> None:
    with pytest.raises(UndefinedError, match="'forgotten' is undefined"):
        page("{{ forgotten }}")


def test_a_template_formats_for_its_reader(page: Callable[..., str]) -> None:
    source = (
        "{{ day | day }} · {{ instant | instant(zone=zone) }} · {{ 127200 | money('EUR') }} · "
        "{{ 'sales_hub' | product }} · {{ 'guided' | onboarding_type }} · {{ '2_weeks' | duration }}"
    )
    said = page(
        source,
        zone=Zone("Europe/Berlin"),
        day=date(2026, 4, 1),
        instant=datetime(2026, 7, 31, 22, 30, tzinfo=UTC),
        language="de",
    )
    assert said == (
        "1. April 2026 · 1. August 2026, 00:30 (Ortszeit Berlin) · 1.272,00\xa0€ · "
        "Sales Hub · Geführtes Onboarding · 2 Wochen"
    )


@pytest.mark.parametrize(("language", "expected"), [("en", "January 31, 2026"), ("de", "31. Januar 2026")])
def test_a_day_is_written_out(language: str, expected: str) -> None:
    assert day_text(date(2026, 1, 31), language=Language(language)) == expected


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", Zone("America/New_York"), "January 31, 2026, 4:30\u202fAM (New York time)"),
        ("en", Zone("America/New_York", with_utc=True), "January 31, 2026, 4:30\u202fAM (New York time; 09:30 UTC)"),
        ("de", Zone("Europe/Berlin"), "31. Januar 2026, 10:30 (Ortszeit Berlin)"),
        ("de", Zone("Europe/Zurich"), "31. Januar 2026, 10:30 (Ortszeit Zürich)"),
        (
            "de",
            Zone("Pacific/Auckland", with_utc=True),
            "31. Januar 2026, 22:30 (Ortszeit Auckland; 09:30 UTC)",
        ),
        (
            "en",
            Zone("Pacific/Honolulu", with_utc=True),
            "January 30, 2026, 11:30\u202fPM (Honolulu time; January 31, 2026, 09:30 UTC)",
        ),
        ("en", Zone("UTC", with_utc=True), "January 31, 2026, 9:30\u202fAM (UTC)"),
    ],
)
def test_an_instant_is_told_with_whose_time_it_is(language: str, zone: Zone, expected: str) -> None:
    instant = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    assert instant_text(instant, zone=zone, language=Language(language)) == expected


@pytest.mark.parametrize(
    ("email", "language", "zone"),
    [
        ("kim@acme.de", "en", Zone("Europe/Berlin")),
        ("kim@acme.at", "de", Zone("Europe/Vienna")),
        ("kim@acme.co.uk", "en", Zone("Europe/London")),
        ("kim@acme.example", "de", Zone("Europe/Berlin")),
        ("kim@acme.example", "en", Zone("America/New_York", with_utc=True)),
        ("kim@acme.us", "en", Zone("America/New_York", with_utc=True)),
    ],
)
def test_a_customer_reads_the_time_of_the_own_country_where_it_has_one(email: str, language: str, zone: Zone) -> None:
    assert customer_zone(email=email, language=Language(language), partner_zone="America/New_York") == zone


@pytest.mark.parametrize(
    ("language", "amount", "currency", "expected"),
    [
        ("en", 127200, "EUR", "€1,272.00"),
        ("de", 127200, "EUR", "1.272,00\xa0€"),
        ("en", 14400, "JPY", "¥14,400"),
        ("de", -5, "USD", "-0,05\xa0$"),
    ],
)
def test_money_in_minor_units_has_the_digits_of_its_currency(
    language: str, amount: int, currency: str, expected: str
) -> None:
    assert money_text(amount, currency, language=Language(language)) == expected


@pytest.mark.feature("A68", "A72")
def test_every_code_of_the_program_that_people_read_has_words_in_german() -> None:
    rules = program().confirmation_links
    assert [onboarding_type_label(code, language=Language.GERMAN) for code in rules.onboarding_types] == [
        "Kein Onboarding",
        "Geführtes Onboarding",
        "Individuelles Onboarding",
        "Technische Beratung",
    ]
    assert [duration_label(code, language=Language.GERMAN) for code in rules.onboarding_durations] == [
        "2 Wochen",
        "1 Monat",
        "2 Monate",
        "3 Monate",
        "6 Monate",
        "Länger als 6 Monate",
    ]


def test_a_code_that_a_vendor_adds_is_shown_as_its_words() -> None:
    assert product_label("data_hub") == "Data Hub"
    assert onboarding_type_label("on_site", language=Language.GERMAN) == "On Site"
    assert duration_label("9_months", language=Language.ENGLISH) == "9 Months"


def test_whoever_answers_json_imports_neither_jinja_nor_babel() -> None:
    said = run_fresh(
        "import sys, functions.confirmations.customer_page, shared.mail.mime, shared.mail.customer_mails\n"
        "print(sorted({'jinja2', 'babel'} & sys.modules.keys()))"
    )
    assert said == "[]\n"


@pytest.mark.parametrize("zone_of_the_process", [":UTC", ":/etc/localtime", "UTC"])
def test_the_locale_data_of_a_deployed_function_is_enough(tmp_path: Path, zone_of_the_process: str) -> None:
    for name in LOCALE_DATA:
        data = Path(babel.__file__).parent / "locale-data" / f"{name}.dat"
        (tmp_path / data.name).write_bytes(data.read_bytes())
    said = run_fresh(
        "import datetime, babel.localedata\n"
        f"babel.localedata._dirname = {str(tmp_path)!r}\n"
        "from shared.domain.languages import Language\n"
        "from shared.web.formats import day_text, instant_text, money_text\n"
        "from shared.web.zones import Zone\n"
        "instant = datetime.datetime(2026, 1, 31, 9, 30, tzinfo=datetime.UTC)\n"
        "for language in Language:\n"
        "    print(ascii((day_text(instant.date(), language=language), money_text(127200, 'EUR', language=language),\n"
        "        instant_text(instant, zone=Zone('Europe/Berlin'), language=language))))\n",
        TZ=zone_of_the_process,
    )
    assert said.splitlines() == [
        ascii(("January 31, 2026", "€1,272.00", "January 31, 2026, 10:30\u202fAM (Berlin time)")),
        ascii(("31. Januar 2026", "1.272,00\xa0€", "31. Januar 2026, 10:30 (Ortszeit Berlin)")),
    ]
