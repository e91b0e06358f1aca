"""From what a person types as a website to the registrable domain that identifies a lead.

A registrable domain is the public suffix and one label more, private suffixes included, written as an A-label. The
public suffix list is the dated copy inside the pinned `publicsuffixlist` package: nothing is looked up on the network,
and one release of the product gives one answer. Names under an unknown top-level domain follow the list's default rule,
so `acme.example` is registrable.
"""

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from publicsuffixlist import PublicSuffixList

if TYPE_CHECKING:
    from shared.program import Capacity

MAX_WEBSITE_LENGTH = 2048
MAX_HOST_LENGTH = 253
MAX_LABEL_LENGTH = 63
MAX_PORT = 65_535

_NOT_A_NAME = "This is no valid domain name. Give a website such as https://www.acme.example."
_IP_ADDRESS = "This is an IP address. Give the website by its domain name."

# East Asian keyboards write ASCII as U+FF01 to U+FF5E, in the same order.
_NARROW = {wide: wide - 0xFF01 + 0x21 for wide in range(0xFF01, 0xFF5F)}

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+-]*):")
_PORT_ONLY = re.compile(r"[0-9]*(?:[/?#]|$)")
_END_OF_AUTHORITY = re.compile(r"[/?#]")
_ASCII_LABEL = re.compile(r"(?!-)[a-z0-9_-]+(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class InvalidDomainError(ValueError):
    """A text without a registrable domain; `reason` tells the person who typed it what to do, without repeating it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def company_domain(website: str, rules: "Capacity") -> str:
    """The registrable domain of a company's own website, as the program takes it. Raises InvalidDomainError."""
    return registrable_domain(website, refused=rules.free_mail_hosts, shared=rules.shared_hosts)


def registrable_domain(
    website: str, *, refused: frozenset[str] = frozenset(), shared: frozenset[str] = frozenset()
) -> str:
    """The lower-case A-label of the website's registrable domain, read as browsers read addresses.

    `https://www.Müller.de:443/x?y` and `shop.müller.de` are both `xn--mller-kva.de`. The scheme is http, https or none;
    user information, port, path, query and fragment may be there. `refused` holds registrable domains that identify
    nobody, such as those of free-mail providers, and `shared` the hosts where many have their pages, each by a path of
    its own or below a name of its own.

    Raises InvalidDomainError, and nothing else, in time linear in the text's length.
    """
    if len(website) > MAX_WEBSITE_LENGTH:
        raise InvalidDomainError(f"The website is longer than {MAX_WEBSITE_LENGTH:,} characters.")
    labels = _labels(_host(website))
    if len(labels) == 1:
        raise InvalidDomainError("This is a single name. Give the full domain name, such as acme.example.")
    a_labels = [label for label, _ in labels]
    _refuse_shared(a_labels, shared)
    # The list holds names in Unicode; reading it that way takes a third of the time of adding their A-labels.
    registrable = _public_suffixes().privatesuffix(".".join(name for _, name in labels))
    if registrable is None:
        raise InvalidDomainError(
            "Unrelated parties register names below this public suffix. Give the full domain name, such as acme.co.uk."
        )
    domain = ".".join(a_labels[-(registrable.count(".") + 1) :])
    if "_" in domain:  # only below it may a name have one, such as that of a server
        raise InvalidDomainError(_NOT_A_NAME)
    if domain in refused:
        raise InvalidDomainError("This domain belongs to a mail provider. Give the company's own website.")
    return domain


def _refuse_shared(labels: list[str], shared: frozenset[str]) -> None:
    for start in range(len(labels) - 1):
        host = ".".join(labels[start:])
        if host in shared:
            raise InvalidDomainError(
                f"Many share {host}, so it is no company's own domain. Give the company's own website, such as "
                "https://www.acme.example."
            )


def unicode_domain(domain: str) -> str:
    """What `registrable_domain` answered, as people write it: `müller.de` for `xn--mller-kva.de`."""
    return ".".join(name for _, name in _labels(domain))


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_encoded_idn=False)


def _host(website: str) -> str:
    """The host as written, percent-encoding undone; it may still be anything."""
    text = website.strip().translate(_NARROW)
    if not text:
        raise InvalidDomainError("The website is missing.")
    if _CONTROL_CHARACTER.search(text):
        raise InvalidDomainError("The website contains a control character, such as a line break. Remove it.")
    rest = _without_scheme(text.replace("\\", "/"))
    authority = _END_OF_AUTHORITY.split(rest.lstrip("/"), maxsplit=1)[0]
    address = authority.rpartition("@")[2]
    if address.startswith("["):
        raise InvalidDomainError(_IP_ADDRESS)
    host, _, port = address.partition(":")
    if port and not (port.isascii() and port.isdecimal() and int(port) <= MAX_PORT):
        raise InvalidDomainError("The port after the colon is not a number from 0 to 65535.")
    # Octets that are not UTF-8 become U+FFFD, which no domain name may hold.
    return unquote(host)


def _without_scheme(text: str) -> str:
    """What follows `http:` or `https:`. In `acme:8080/x` the colon starts a port, not an address."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        return text
    if scheme[1].lower() in {"http", "https"}:
        return text[scheme.end() :]
    if _PORT_ONLY.match(text, scheme.end()) and not text.startswith("//", scheme.end()):
        return text
    raise InvalidDomainError("Only addresses that begin with http:// or https:// are websites.")


def _labels(host: str) -> list[tuple[str, str]]:
    """Each label of a domain name as an A-label and in Unicode, both in lower case."""
    name = host.lower() if host.isascii() else _mapped(host)
    name = name.removesuffix(".")
    if len(name) > MAX_HOST_LENGTH:
        raise InvalidDomainError(f"The domain name is longer than {MAX_HOST_LENGTH} characters.")
    if " " in name:
        raise InvalidDomainError("A domain name has no spaces.")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        # So end all spellings of an IPv4 address that browsers accept: 127.0.0.1, 127.1, 2130706433, 0x7f.0.0.0x1.
        raise InvalidDomainError(_IP_ADDRESS)
    labels = [_label(label) for label in name.split(".")]
    if len(".".join(a_label for a_label, _ in labels)) > MAX_HOST_LENGTH:
        raise InvalidDomainError(f"The domain name is longer than {MAX_HOST_LENGTH} characters.")
    return labels


def _mapped(host: str) -> str:
    """The host as UTS 46 maps it, non-transitional, by STD3 rules: lower case, every script's dots as full stops.

    Those rules know no underscore, which names below a registrable domain have all the same.
    """
    import idna  # noqa: PLC0415 - a cold start need not load its tables for an ASCII name

    try:
        return "_".join(idna.uts46_remap(part, std3_rules=True) for part in host.split("_"))
    except idna.IDNAError:
        raise InvalidDomainError(_NOT_A_NAME) from None


def _label(label: str) -> tuple[str, str]:
    if len(label) > MAX_LABEL_LENGTH:
        raise InvalidDomainError(f"A part of the domain name is longer than {MAX_LABEL_LENGTH} characters.")
    if label.isascii() and not label.startswith("xn--"):
        if _ASCII_LABEL.fullmatch(label):
            return label, label
        raise InvalidDomainError(_NOT_A_NAME)
    import idna  # noqa: PLC0415 - as above

    try:
        a_label = idna.alabel(label).decode("ascii")
        return a_label, idna.ulabel(a_label)
    except idna.IDNAError:
        raise InvalidDomainError(_NOT_A_NAME) from None
