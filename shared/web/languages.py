"""Texts in the reader's language. English is the source, where it is used; others are gettext catalogues."""

import gettext
from functools import cache
from pathlib import Path

from shared.domain.languages import Language

SOURCE_LANGUAGE = Language.ENGLISH
CATALOGUE = "partnerdesk"
CATALOGUE_FOLDER = Path(__file__).parent / "locale"

LOCALE_DATA = ("root", *(language.value for language in Language))
"""The files of Babel's locale data that a deployed function carries: half a megabyte instead of ten."""


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """The catalogue of a language. A missing one is an error: no page may fall back to English unnoticed."""
    if language is SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    return gettext.translation(CATALOGUE, localedir=CATALOGUE_FOLDER, languages=[language.value])


def deferred(message: str) -> str:
    """Marks a text for the catalogue where it stands in a table; it is translated where it is used."""
    return message
