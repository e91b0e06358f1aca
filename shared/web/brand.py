"""The vendor as pages and mails show it: name, logo and one colour, with its imprint and privacy notice.

The colour comes as the vendor has it. What is written in it or on it is made readable: contrast is reckoned as WCAG 2
does, and a colour that is too pale or too dark for its ground is mixed with black or white as far as needed.
"""

from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from shared import settings

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_LIGHT_GROUND, _DARK_GROUND = (247, 248, 250), (22, 25, 31)
"""The darker ground of the light scheme and the lighter one of the dark scheme, as app.css and mail.html have them."""
_ENOUGH = 4.5
"""The contrast that text of any size needs (WCAG 2, AA)."""
_STEPS = 50

_Rgb = tuple[int, int, int]


class Shade(NamedTuple):
    """A colour for one scheme, and what is written on it; `#rrggbb`."""

    color: str
    text: str


class Brand(NamedTuple):
    """`logo_url`, `imprint_url` and `privacy_url` are empty where the vendor has given none."""

    name: str
    logo_url: str
    imprint_url: str
    privacy_url: str
    light: Shade
    dark: Shade

    @property
    def logo_origin(self) -> str:
        """Scheme and host of the logo, for the content security policy; empty without a logo."""
        parts = urlsplit(self.logo_url)
        return f"{parts.scheme}://{parts.netloc}" if self.logo_url else ""


@cache
def brand() -> Brand:
    """As the function's environment describes it."""
    color = _rgb(settings.vendor_color())
    return Brand(
        name=settings.vendor_name(),
        logo_url=settings.vendor_logo_url(),
        imprint_url=settings.imprint_url(),
        privacy_url=settings.privacy_url(),
        light=_shade(color, ground=_LIGHT_GROUND, towards=_BLACK),
        dark=_shade(color, ground=_DARK_GROUND, towards=_WHITE),
    )


def brand_style() -> str:
    """A style sheet that gives pages the vendor's colour in both schemes."""
    light, dark = brand().light, brand().dark
    return (
        ":root {\n"
        f"  --primary: light-dark({light.color}, {dark.color});\n"
        f"  --primary-foreground: light-dark({light.text}, {dark.text});\n"
        "}\n"
    )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (`#rrggbb`), from 1 to 21."""
    return _contrast(_rgb(one), _rgb(other))


def _shade(color: _Rgb, *, ground: _Rgb, towards: _Rgb) -> Shade:
    mixed = next(
        mixed
        for step in range(_STEPS + 1)
        if _contrast(mixed := _mix(color, towards, step / _STEPS), ground) >= _ENOUGH
    )
    text = max((_WHITE, _BLACK), key=lambda one: _contrast(one, mixed))
    return Shade(_text(mixed), _text(text))


def _mix(color: _Rgb, other: _Rgb, share: float) -> _Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(color, other, strict=True))
    return red, green, blue


def _contrast(one: _Rgb, other: _Rgb) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: _Rgb) -> float:
    red, green, blue = (
        value / 12.92 if (value := channel / 255) <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - WCAG
        for channel in color
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(text: str) -> _Rgb:
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def _text(color: _Rgb) -> str:
    return "#" + bytes(color).hex()
