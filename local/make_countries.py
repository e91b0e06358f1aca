"""Makes `shared/countries.json` from the names of territories in Babel's copy of the Unicode CLDR.

Run it as `python -m local.make_countries` after a new release of Babel.
"""

import json
from pathlib import Path

from babel import Locale

TARGET = Path(__file__).parents[1] / "shared" / "countries.json"

_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
"""Two-letter codes of the CLDR that ISO 3166-1 does not assign: reserved ones, private ones and groupings."""


def countries() -> dict[str, list[str]]:
    """Code to English and German name, by code."""
    english = {str(code): str(name) for code, name in Locale("en").territories.items()}
    german = {str(code): str(name) for code, name in Locale("de").territories.items()}
    codes = sorted(code for code in english if code.isalpha() and code not in _NO_COUNTRIES)
    return {code: [english[code], german[code]] for code in codes}


def content() -> str:
    """The file: one country a line, so that a change reads as such."""
    lines = [f"{json.dumps(code)}: {json.dumps(names, ensure_ascii=False)}" for code, names in countries().items()]
    return "{\n  " + ",\n  ".join(lines) + "\n}\n"


def main() -> None:
    TARGET.write_text(content(), encoding="utf-8")
    print(f"{TARGET.name}: {len(countries())} countries")


if __name__ == "__main__":
    main()
