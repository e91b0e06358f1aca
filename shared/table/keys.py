"""Every key of the table. Nothing else builds one.

A key is (pk, sk); its parts are joined by `#`, so no part may be empty or hold one. Order values sort a partner's
objects in the table's local indexes `by_name`, `by_contact`, `by_group`, `by_time` and `by_amount`.
"""

from datetime import datetime
from typing import NamedTuple

from shared.clock import instant_text
from shared.errors import NotFoundError

SEPARATOR = "#"
_LONGEST_PART = 400
"""Characters: the longest e-mail address, escaped; DynamoDB's own limits are 2,048 and 1,024 bytes a key."""


class Key(NamedTuple):
    pk: str
    sk: str


class InvalidKeyPartError(NotFoundError):
    """An identifier that no key can be made of, and so one under which nothing can be known."""


def part(value: str) -> str:
    if not value or SEPARATOR in value or len(value) > _LONGEST_PART:
        raise InvalidKeyPartError
    return value


def _address(email: str) -> str:
    """An address may hold the separator, which is written %23: at most 64 characters before its at sign grow by two."""
    return part(email.replace("%", "%25").replace(SEPARATOR, "%23"))


def partner(partner_id: str) -> Key:
    """PARTNER#p-7 / PROFILE"""
    return Key(f"PARTNER#{part(partner_id)}", "PROFILE")


def capacity(partner_id: str) -> Key:
    """PARTNER#p-7 / CAPACITY"""
    return Key(f"PARTNER#{part(partner_id)}", "CAPACITY")


REGISTRATION_PREFIX = "REGISTRATION#"


def registration(partner_id: str, domain: str) -> Key:
    """PARTNER#p-7 / REGISTRATION#acme.de"""
    return Key(f"PARTNER#{part(partner_id)}", f"{REGISTRATION_PREFIX}{part(domain)}")


def registration_order(text: str, domain: str) -> str:
    """REGISTRATION#acme gmbh#acme.de, in an index: the text decides, the domain breaks ties"""
    return f"{REGISTRATION_PREFIX}{text.replace(SEPARATOR, ' ')}#{part(domain)}"


def former_registration(partner_id: str, domain: str) -> Key:
    """PARTNER#p-7 / FORMER_REGISTRATION#acme.de"""
    return Key(f"PARTNER#{part(partner_id)}", f"FORMER_REGISTRATION#{part(domain)}")


def domain_owner(domain: str) -> Key:
    """DOMAIN#acme.de / OWNER: the sentinel that makes a domain unique program-wide"""
    return Key(f"DOMAIN#{part(domain)}", "OWNER")


EXPIRING_REGISTRATIONS_SHARDS = 8


def expiring_registrations(shard: int) -> str:
    """EXPIRING_REGISTRATIONS#3, in the index `due`"""
    return f"EXPIRING_REGISTRATIONS#{shard}"


def person(email: str) -> Key:
    """PERSON#ann@hill.example / PERSON"""
    return Key(f"PERSON#{_address(email)}", "PERSON")


def identity(user_id: str) -> Key:
    """IDENTITY#u-1 / IDENTITY: the sentinel that ties a user id to one e-mail address"""
    return Key(f"IDENTITY#{part(user_id)}", "IDENTITY")


USER_PREFIX = "USER#"


def user(partner_id: str, user_id: str) -> Key:
    """PARTNER#p-7 / USER#u-1"""
    return Key(f"PARTNER#{part(partner_id)}", f"{USER_PREFIX}{part(user_id)}")


def user_order(text: str, user_id: str) -> str:
    """USER#ann hill#u-1, in an index"""
    return f"{USER_PREFIX}{text.replace(SEPARATOR, ' ')}#{part(user_id)}"


def replay(tenant: str, route: str, digest: str) -> Key:
    """REPLAY#p-7 / POST /v1/registrations#9f86d08…: the answer kept for an Idempotency-Key"""
    return Key(f"REPLAY#{part(tenant)}", f"{part(route)}#{part(digest)}")


def audit_trail(partner_id: str) -> str:
    """AUDIT#p-7"""
    return f"AUDIT#{part(partner_id)}"


def audit_moment(at: datetime, entry_id: str) -> str:
    """2026-01-31T09:30:00.000000Z#a-1: sorts by time; the id tells apart what happened at once"""
    return f"{instant_text(at)}#{part(entry_id)}"


def audit_entry(partner_id: str, at: datetime, entry_id: str) -> Key:
    """AUDIT#p-7 / 2026-01-31T09:30:00.000000Z#a-1"""
    return Key(audit_trail(partner_id), audit_moment(at, entry_id))


AUDIT_DAY_SHARDS = 4


def audit_day(day: str, shard: int) -> str:
    """2026-01-31#3, in the index `audit_by_day`: one partition would take no more than 1,000 changes a second"""
    return f"{part(day)}#{shard}"


LINK_PREFIX = "LINK#"
LINK_DUE_SHARDS = 8


def link(partner_id: str, link_id: str) -> Key:
    """PARTNER#p-7 / LINK#l-1"""
    return Key(f"PARTNER#{part(partner_id)}", f"{LINK_PREFIX}{part(link_id)}")


def link_order(text: str, link_id: str) -> str:
    """LINK#acme 2026#l-1, in an index"""
    return f"{LINK_PREFIX}{text.replace(SEPARATOR, ' ')}#{part(link_id)}"


def due_links(shard: int) -> str:
    """DUE_LINKS#3, in the index `due`: links that wait for a reminder or their expiry"""
    return f"DUE_LINKS#{shard}"


NOTICE_PREFIX = "NOTICE#"
NOTICE_SHARDS = 8


def notice(notice_id: str) -> Key:
    """NOTICE#n-1 / NOTICE"""
    return Key(f"{NOTICE_PREFIX}{part(notice_id)}", "NOTICE")


def unsent_notices(shard: int) -> str:
    """UNSENT_NOTICES#3, in the index `due`: what the sweeper looks through"""
    return f"UNSENT_NOTICES#{shard}"


def suppressed_address(email: str) -> Key:
    """SUPPRESSED#nobody@acme.example / ADDRESS"""
    return Key(f"SUPPRESSED#{_address(email)}", "ADDRESS")


AUDIT_PREFIX = "AUDIT#"
UNSEALED_SHARDS = 8


def unsealed_entries(shard: int) -> str:
    """UNSEALED_ENTRIES#3, in the index `due`: audit entries that are not in their partner's hash chain yet"""
    return f"UNSEALED_ENTRIES#{shard}"


def unsealed_queue(partner_id: str) -> str:
    """The one shard of `unsealed_entries` that holds all of a partner's, so that they are sealed together"""
    return unsealed_entries(sum(partner_id.encode()) % UNSEALED_SHARDS)


def chain(partner_id: str) -> str:
    """CHAIN#p-7"""
    return f"CHAIN#{part(partner_id)}"


def chain_head(partner_id: str) -> Key:
    """CHAIN#p-7 / HEAD"""
    return Key(chain(partner_id), "HEAD")


CHAINS = "CHAINS"


def known_chain(partner_id: str) -> Key:
    """CHAINS / p-7: written with a chain's first seal, so that all chains can be found"""
    return Key(CHAINS, part(partner_id))


SEAL_PREFIX = "SEAL#"


def seal(partner_id: str, position: int) -> Key:
    """CHAIN#p-7 / SEAL#000000000042"""
    return Key(chain(partner_id), f"{SEAL_PREFIX}{position:012}")


CLIENT_PREFIX = "CLIENT#"


def client(hub_id: str) -> Key:
    """CLIENT#4711 / CLIENT: everything known of one client"""
    return Key(f"CLIENT#{part(hub_id)}", "CLIENT")


def client_row(partner_id: str, hub_id: str) -> Key:
    """PARTNER#p-7 / CLIENT#4711: the client in this partner's list"""
    return Key(f"PARTNER#{part(partner_id)}", f"{CLIENT_PREFIX}{part(hub_id)}")


def client_order(text: str, hub_id: str) -> str:
    """CLIENT#acme gmbh#4711, in an index"""
    return f"{CLIENT_PREFIX}{text.replace(SEPARATOR, ' ')}#{part(hub_id)}"


def client_count(partner_id: str) -> Key:
    """PARTNER#p-7 / CLIENT_COUNT"""
    return Key(f"PARTNER#{part(partner_id)}", "CLIENT_COUNT")


def subscription(subscription_id: str) -> Key:
    """SUBSCRIPTION#s-1 / SUBSCRIPTION: the sentinel that ties a subscription to one client"""
    return Key(f"SUBSCRIPTION#{part(subscription_id)}", "SUBSCRIPTION")


def renewal_settings(partner_id: str) -> Key:
    """PARTNER#p-7 / RENEWAL_SETTINGS"""
    return Key(f"PARTNER#{part(partner_id)}", "RENEWAL_SETTINGS")


RENEWAL_PREFIX = "RENEWAL#"


def renewal_row(partner_id: str, subscription_id: str) -> Key:
    """PARTNER#p-7 / RENEWAL#s-1: the renewal in this partner's list"""
    return Key(f"PARTNER#{part(partner_id)}", f"{RENEWAL_PREFIX}{part(subscription_id)}")


def renewal_order(text: str, subscription_id: str) -> str:
    """RENEWAL#2027-01-31#s-1, in an index"""
    return f"{RENEWAL_PREFIX}{text.replace(SEPARATOR, ' ')}#{part(subscription_id)}"


def renewal_days(first: str, last: str) -> tuple[str, str]:
    """RENEWAL#2027-01-01 and RENEWAL#2027-01-31#~: the bounds of these days, both included, in an index"""
    return f"{RENEWAL_PREFIX}{first}", f"{RENEWAL_PREFIX}{last}#~"


DUE_RENEWALS_SHARDS = 16


def due_renewals(shard: int) -> str:
    """DUE_RENEWALS#3, in the index `due`: renewals that wait for a notice or for being renewed"""
    return f"DUE_RENEWALS#{shard}"
