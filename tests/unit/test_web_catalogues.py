import shutil
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from local.messages import catalogue_path, extract, problems, translated_languages, update
from shared.domain.languages import Language
from shared.web.languages import CATALOGUE_FOLDER, translations

SIGN = 'msgid "Confirm"\nmsgstr "Bestätigen"\n'
ASKS = 'msgid "%(partner)s asks for your confirmation"\nmsgstr "%(partner)s bittet um Ihre Bestätigung"\n'


@cache
def texts_of_the_sources() -> Catalog:
    return extract()


@pytest.fixture(autouse=True)
def _sources_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes most of the time, and no test changes them."""
    monkeypatch.setattr("local.messages.extract", lambda: deepcopy(texts_of_the_sources()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogues, to be spoiled."""
    shutil.copytree(CATALOGUE_FOLDER, tmp_path, dirs_exist_ok=True)
    return tmp_path


def spoil(folder: Path, text: str, replacement: str) -> None:
    path = catalogue_path(Language.GERMAN, folder=folder)
    content = path.read_text()
    assert content.count(text) == 1
    path.write_text(content.replace(text, replacement))


@pytest.mark.parametrize("language", translated_languages())
def test_every_text_is_translated_and_compiled(language: Language) -> None:
    assert problems(language) == []


def test_a_text_of_the_sources_that_the_catalogue_lacks_is_reported(folder: Path) -> None:
    spoil(folder, SIGN, "")
    assert problems(Language.GERMAN, folder=folder) == [
        "not in the catalogue: 'Confirm'",
        "the compiled catalogue is out of date",
    ]


def test_a_text_without_translation_is_reported(folder: Path) -> None:
    spoil(folder, SIGN, 'msgid "Confirm"\nmsgstr ""\n')
    assert problems(Language.GERMAN, folder=folder) == [
        "not translated: 'Confirm'",
        "the compiled catalogue is out of date",
    ]


def test_an_uncertain_translation_is_reported(folder: Path) -> None:
    spoil(folder, SIGN, f"#, fuzzy\n{SIGN}")
    assert problems(Language.GERMAN, folder=folder) == ["marked as uncertain: 'Confirm'"]


def test_a_text_that_nothing_uses_any_more_is_reported(folder: Path) -> None:
    spoil(folder, SIGN, f'{SIGN}\nmsgid "Forgotten"\nmsgstr "Vergessen"\n')
    assert problems(Language.GERMAN, folder=folder) == [
        "no longer used: 'Forgotten'",
        "the compiled catalogue is out of date",
    ]


def test_a_translation_that_names_another_placeholder_is_reported(folder: Path) -> None:
    spoil(folder, ASKS, ASKS.replace("%(partner)s bittet", "%(name)s bittet"))
    assert problems(Language.GERMAN, folder=folder) == [
        "other placeholders than the source: '%(partner)s asks for your confirmation'",
        "the compiled catalogue is out of date",
    ]


def test_a_compiled_catalogue_that_lags_behind_is_reported(folder: Path) -> None:
    spoil(folder, SIGN, SIGN.replace("Bestätigen", "Zusagen"))
    assert problems(Language.GERMAN, folder=folder) == ["the compiled catalogue is out of date"]


def test_a_missing_compiled_catalogue_is_reported(folder: Path) -> None:
    catalogue_path(Language.GERMAN, folder=folder).with_suffix(".mo").unlink()
    assert problems(Language.GERMAN, folder=folder) == ["the compiled catalogue is out of date"]


def test_updating_what_is_up_to_date_changes_no_byte(folder: Path) -> None:
    path = catalogue_path(Language.GERMAN, folder=folder)
    before = path.read_bytes(), path.with_suffix(".mo").read_bytes()
    assert update(Language.GERMAN, folder=folder) == []
    assert (path.read_bytes(), path.with_suffix(".mo").read_bytes()) == before


def test_updating_adds_what_is_new_drops_what_is_gone_and_asks_for_a_translation(folder: Path) -> None:
    spoil(folder, SIGN, 'msgid "Forgotten"\nmsgstr "Vergessen"\n')
    assert update(Language.GERMAN, folder=folder) == ["not translated: 'Confirm'"]
    updated = catalogue_path(Language.GERMAN, folder=folder).read_text()
    assert "Forgotten" not in updated
    assert 'msgid "Confirm"\nmsgstr ""\n' in updated


def test_updating_starts_a_catalogue_where_there_is_none(tmp_path: Path) -> None:
    reported = update(Language.GERMAN, folder=tmp_path)
    assert "not translated: 'Confirm'" in reported
    assert {line.partition(":")[0] for line in reported} == {"not translated"}


def test_english_is_what_the_sources_say() -> None:
    assert translations(Language.ENGLISH).gettext("Confirm") == "Confirm"
    assert translations(Language.GERMAN).gettext("Confirm") == "Bestätigen"
