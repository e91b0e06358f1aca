"""The headers of every HTML answer, errors included."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from shared.web.brand import brand

_ALWAYS: Mapping[str, str] = MappingProxyType(
    {
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        # The address of a customer's page is the right to decide: it must not travel in a Referer. Browsers then post
        # forms with `Origin: null`, so whoever checks where a form comes from reads Sec-Fetch-Site instead.
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cache-Control": "no-store",
    }
)


@cache
def security_headers() -> Mapping[str, str]:
    """For pages without any script: they need a style sheet, images and a form that posts to where it came from."""
    images = f"'self' {brand().logo_origin}".rstrip()
    policy = (
        f"default-src 'none'; style-src 'self'; img-src {images}; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )
    return MappingProxyType({"Content-Security-Policy": policy, **_ALWAYS})
