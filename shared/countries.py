"""Countries by their ISO 3166-1 alpha-2 codes, with their English and German names.

`countries.json` is made from the Unicode CLDR by `python -m local.make_countries`.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

NO_COUNTRY = "must be a two-letter country code (ISO 3166-1), such as DE"

_OTHER_NAMES = {
    "BN": "Brunei Darussalam",
    "BO": "Bolivia, Plurinational State of",
    "BY": "Weißrussland",
    "CD": "Congo, the Democratic Republic of the; DR Congo",
    "CG": "Congo; Republic of the Congo",
    "CI": "Ivory Coast",
    "CV": "Cabo Verde",
    "CZ": "Czech Republic; Tschechische Republik",
    "FK": "Falkland Islands (Malvinas)",
    "FM": "Micronesia, Federated States of",
    "GB": "UK; Great Britain; Großbritannien; England; Scotland; Wales; "
    "United Kingdom of Great Britain and Northern Ireland",
    "HK": "Hong Kong; Hongkong",
    "IR": "Iran, Islamic Republic of",
    "KP": "Korea, Democratic People's Republic of",
    "KR": "Korea, Republic of; Republic of Korea; Korea, South",
    "LA": "Lao People's Democratic Republic",
    "LY": "Libyan Arab Jamahiriya",
    "MD": "Moldova, Republic of; Moldau",
    "MK": "Macedonia; Mazedonien; Macedonia, the former Yugoslav Republic of; Republic of North Macedonia",
    "MO": "Macao; Macau",
    "NL": "The Netherlands; Holland",
    "PS": "Palestine, State of; Palestine; Palestinian Territory, Occupied; Palästina",
    "RU": "Russian Federation; Russische Föderation",
    "SH": "Saint Helena, Ascension and Tristan da Cunha",
    "SK": "Slovak Republic",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland; Swasiland",
    "TL": "East Timor",
    "TR": "Turkey",
    "TW": "Taiwan, Province of China",
    "TZ": "Tanzania, United Republic of",
    "US": "USA; U.S.; United States of America; Vereinigte Staaten von Amerika",
    "VA": "Holy See; Holy See (Vatican City State)",
    "VC": "Saint Vincent and the Grenadines",
    "VE": "Venezuela, Bolivarian Republic of",
    "VG": "Virgin Islands, British",
    "VI": "Virgin Islands, U.S.",
    "VN": "Viet Nam",
}
"""What lists call countries beside their names in the CLDR: older, shorter and official ones."""


@cache
def _names() -> Mapping[str, tuple[str, str]]:
    content = json.loads(Path(__file__).with_name("countries.json").read_text(encoding="utf-8"))
    return {code: (english, german) for code, (english, german) in content.items()}


def is_country(code: str) -> bool:
    """Whether this is an assigned code, in capitals: `DE`."""
    return code in _names()


def country_names(code: str) -> tuple[str, str]:
    """The names in English and in German. Raises KeyError for an unknown code."""
    return _names()[code]


def country_codes() -> tuple[str, ...]:
    """All codes in alphabetical order."""
    return tuple(_names())


def country_code(text: str) -> str | None:
    """The code for a code in any case, or for a name in English or German, without regard to case and accents."""
    code = text.strip().upper()
    return code if is_country(code) else _codes_by_name().get(_letters(text))


@cache
def _codes_by_name() -> Mapping[str, str]:
    return {
        _letters(spelled): code
        for code in country_codes()
        for name in (*country_names(code), *_OTHER_NAMES.get(code, "").split("; "))
        for spelled in _spellings(name)
        if spelled
    }


def _spellings(name: str) -> Iterator[str]:
    """`St. Kitts & Nevis` is also `Saint Kitts and Nevis`; `Myanmar (Burma)` is both."""
    for one in (name, *(part.rstrip(")") for part in name.split(" (") if "(" in name)):
        yield one
        yield one.replace("&", "and").replace("St.", "Saint")


def _letters(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(filter(str.isalpha, decomposed))


def _assigned(code: str) -> str:
    if not is_country(code):
        raise ValueError(NO_COUNTRY)
    return code


Country = Annotated[
    str,
    Field(description="ISO 3166-1 alpha-2, such as DE.", json_schema_extra={"pattern": "^[A-Z]{2}$"}),
    AfterValidator(_assigned),
]
