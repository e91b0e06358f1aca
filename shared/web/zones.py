"""The time zone in which somebody reads times: that of the reader's country, where it is known and has one."""

from types import MappingProxyType

from msgspec import Struct

from shared.domain.languages import Language

_OF_ONE_ZONE = MappingProxyType(
    {
        "ae": "Asia/Dubai",
        "at": "Europe/Vienna",
        "be": "Europe/Brussels",
        "bg": "Europe/Sofia",
        "ch": "Europe/Zurich",
        "cz": "Europe/Prague",
        "de": "Europe/Berlin",
        "dk": "Europe/Copenhagen",
        "ee": "Europe/Tallinn",
        "fi": "Europe/Helsinki",
        "fr": "Europe/Paris",
        "gr": "Europe/Athens",
        "hr": "Europe/Zagreb",
        "hu": "Europe/Budapest",
        "ie": "Europe/Dublin",
        "il": "Asia/Jerusalem",
        "in": "Asia/Kolkata",
        "it": "Europe/Rome",
        "jp": "Asia/Tokyo",
        "kr": "Asia/Seoul",
        "li": "Europe/Vaduz",
        "lt": "Europe/Vilnius",
        "lu": "Europe/Luxembourg",
        "lv": "Europe/Riga",
        "nl": "Europe/Amsterdam",
        "no": "Europe/Oslo",
        "pl": "Europe/Warsaw",
        "ro": "Europe/Bucharest",
        "se": "Europe/Stockholm",
        "sg": "Asia/Singapore",
        "si": "Europe/Ljubljana",
        "sk": "Europe/Bratislava",
        "tr": "Europe/Istanbul",
        "tw": "Asia/Taipei",
        "uk": "Europe/London",
        "za": "Africa/Johannesburg",
    }
)
"""Countries of one time zone, by the end of their domains."""

_OF_LANGUAGES = MappingProxyType({Language.GERMAN: "Europe/Berlin"})
"""Where all who read a language have one time."""


class Zone(Struct, frozen=True):
    """An IANA name; `with_utc` where the reader may be elsewhere, so that UTC is told beside it."""

    name: str
    with_utc: bool = False


def customer_zone(*, email: str, language: Language, partner_zone: str) -> Zone:
    """The zone of the country that the customer's address names, or else of the language; the partner's otherwise."""
    own = _OF_ONE_ZONE.get(email.rpartition(".")[2]) or _OF_LANGUAGES.get(language)
    return Zone(own) if own else Zone(partner_zone, with_utc=True)
