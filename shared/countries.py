"""Countries by their ISO 3166-1 alpha-2 codes, with their English and German names.

`countries.json` is made from the Unicode CLDR by `python -m local.make_countries`.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

NO_COUNTRY = "must be a two-letter country code (ISO 3166-1), such as DE"


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


def _assigned(code: str) -> str:
    if not is_country(code):
        raise ValueError(NO_COUNTRY)
    return code


Country = Annotated[
    str,
    Field(description="ISO 3166-1 alpha-2, such as DE.", json_schema_extra={"pattern": "^[A-Z]{2}$"}),
    AfterValidator(_assigned),
]
