"""Every key of the table. Nothing else builds one.

A key is (pk, sk); its parts are joined by `#`, so no part may be empty or hold one. Order values sort a partner's
objects in the table's local indexes `by_name`, `by_contact`, `by_group`, `by_time` and `by_amount`.

DynamoDB takes 2,048 bytes of UTF-8 for a partition key and 1,024 for a sort key, those of indexes included. Each part
has its own bound in bytes, and two identifiers with a text between them still fit.
"""

from datetime import datetime
from typing import NamedTuple

from shared.clock import instant_text
from shared.errors import NotFoundError

SEPARATOR = "#"
LONGEST_PART = 256
"""Bytes of an identifier: a domain has 253 at most."""
LONGEST_ADDRESS = 400
"""Bytes of an e-mail address: 254, of which up to 64 are written with three."""
LONGEST_TEXT = 480
"""Bytes of a text by which an index is ordered; what comes after them does not count for the order."""


class Key(NamedTuple):
    pk: str
    sk: str


class InvalidKeyPartError(NotFoundError):
    """An identifier that no key can be made of, and so one under which nothing can be known."""


def part(value: str, longest: int = LONGEST_PART) -> str:
    """The value itself. Raises InvalidKeyPartError for one that no key can hold."""
    try:
        size = len(value.encode())
    except UnicodeEncodeError:  # half of a surrogate pair
        raise InvalidKeyPartError from None
    if not value or SEPARATOR in value or size > longest:
        raise InvalidKeyPartError
    return value


def _address(email: str) -> str:
    """An address may hold the separator, which is written %23."""
    return part(email.replace("%", "%25").replace(SEPARATOR, "%23"), LONGEST_ADDRESS)


def _text(text: str) -> str:
    """Cut to whole characters within LONGEST_TEXT, and without the separator."""
    return text.replace(SEPARATOR, " ").encode()[:LONGEST_TEXT].decode(errors="ignore")


def partner(partner_id: str) -> Key:
    """PARTNER#p-7 / PROFILE"""
    return Key(f"PARTNER#{part(partner_id)}", "PROFILE")


def email_domain(domain: str) -> str:
    """EMAIL_DOMAIN#hill.example"""
    return f"EMAIL_DOMAIN#{part(domain)}"


def email_domain_of(domain: str, partner_id: str) -> Key:
    """EMAIL_DOMAIN#hill.example / p-7: the addresses of this domain are the partner's"""
    return Key(email_domain(domain), part(partner_id))


def capacity(partner_id: str) -> Key:
    """PARTNER#p-7 / CAPACITY"""
    return Key(f"PARTNER#{part(partner_id)}", "CAPACITY")


REGISTRATION_PREFIX = "REGISTRATION#"


def registration(partner_id: str, domain: str) -> Key:
    """PARTNER#p-7 / REGISTRATION#acme.de"""
    return Key(f"PARTNER#{part(partner_id)}", f"{REGISTRATION_PREFIX}{part(domain)}")


def registration_order(text: str, domain: str) -> str:
    """REGISTRATION#acme gmbh#acme.de, in an index: the text decides, the domain breaks ties"""
    return f"{REGISTRATION_PREFIX}{_text(text)}#{part(domain)}"


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


def person(sub: str) -> Key:
    """PERSON#0b5c…-9a1f / PERSON: under the `sub` of the sign-in, which is nobody else's ever"""
    return Key(f"PERSON#{part(sub)}", "PERSON")


def sign_in_address(email: str) -> Key:
    """ADDRESS#ann@hill.example / ADDRESS: the sentinel that makes an address one sign-in's"""
    return Key(f"ADDRESS#{_address(email)}", "ADDRESS")


def identity(user_id: str) -> Key:
    """IDENTITY#u-1 / IDENTITY: the sentinel that ties a user id to one sign-in"""
    return Key(f"IDENTITY#{part(user_id)}", "IDENTITY")


LEFT_SIGN_INS = "LEFT_SIGN_INS"
"""In the index `due`: addresses whose sign-in is to be deleted from the user pool before they are free."""


USER_PREFIX = "USER#"


def user(partner_id: str, user_id: str) -> Key:
    """PARTNER#p-7 / USER#u-1"""
    return Key(f"PARTNER#{part(partner_id)}", f"{USER_PREFIX}{part(user_id)}")


def invitation(partner_id: str, user_id: str) -> Key:
    """PARTNER#p-7 / INVITATION#u-1: in the index `by_name` it stands among the users"""
    return Key(f"PARTNER#{part(partner_id)}", f"INVITATION#{part(user_id)}")


def admins(partner_id: str) -> Key:
    """PARTNER#p-7 / ADMINS: how many there are"""
    return Key(f"PARTNER#{part(partner_id)}", "ADMINS")


def user_order(text: str, user_id: str) -> str:
    """USER#ann hill#u-1, in an index"""
    return f"{USER_PREFIX}{_text(text)}#{part(user_id)}"


def replay(tenant: str, route: str, digest: str) -> Key:
    """REPLAY#p-7 / POST /v1/registrations#9f86d08…: the answer kept for an Idempotency-Key"""
    return Key(f"REPLAY#{part(tenant)}", f"{part(route)}#{part(digest)}")


def audit_trail(partner_id: str) -> str:
    """AUDIT#p-7"""
    return f"AUDIT#{part(partner_id)}"


VENDOR_TRAILS = 8
_VENDOR_MARK = "~"
"""Begins no partner's id."""


def vendor_trail(hub_id: str) -> str:
    """~3, in the place of a partner's id: the trail of what belongs to no partner, such as clients"""
    return f"{_VENDOR_MARK}{sum(hub_id.encode()) % VENDOR_TRAILS}"


def is_vendor_trail(partner_id: str) -> bool:
    """Whether this stands for no partner."""
    return partner_id.startswith(_VENDOR_MARK)


def audit_moment(at: datetime, entry_id: str) -> str:
    """2026-01-31T09:30:00.000000Z#a-1: sorts by time; the id tells apart what happened at once"""
    return f"{instant_text(at)}#{part(entry_id)}"


def audit_entry(partner_id: str, at: datetime, entry_id: str) -> Key:
    """AUDIT#p-7 / 2026-01-31T09:30:00.000000Z#a-1"""
    return Key(audit_trail(partner_id), audit_moment(at, entry_id))


AUDIT_DAY_SHARDS = 4


def audit_day(day: str, shard: int) -> str:
    """2026-01-31#3, in the index `audit_by_day`"""
    return f"{part(day)}#{shard}"


def audit_day_of(day: str, partner_id: str) -> str:
    """The shard of the day for a partner's entries: all of them in one would be 1,000 changes a second at most"""
    return audit_day(day, sum(partner_id.encode()) % AUDIT_DAY_SHARDS)


LINK_PREFIX = "LINK#"
LINK_DUE_SHARDS = 8


def link(partner_id: str, link_id: str) -> Key:
    """PARTNER#p-7 / LINK#l-1"""
    return Key(f"PARTNER#{part(partner_id)}", f"{LINK_PREFIX}{part(link_id)}")


def link_order(text: str, link_id: str) -> str:
    """LINK#acme 2026#l-1, in an index"""
    return f"{LINK_PREFIX}{_text(text)}#{part(link_id)}"


def links_in(status: str) -> str:
    """LINK#pending#, in the index `by_group`: how the links in this status begin"""
    return f"{LINK_PREFIX}{part(status)}#"


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


def sendings_of_link(link_id: str) -> Key:
    """SENDINGS#l-1 / LINK"""
    return Key(f"SENDINGS#{part(link_id)}", "LINK")


def sendings_to(email: str) -> Key:
    """SENDINGS#kim@acme.example / ADDRESS"""
    return Key(f"SENDINGS#{_address(email)}", "ADDRESS")


def invitations_to(email: str, partner_id: str) -> Key:
    """SENDINGS#kim@acme.example / INVITATIONS#p-7"""
    return Key(f"SENDINGS#{_address(email)}", f"INVITATIONS#{part(partner_id)}")


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
    return f"{CLIENT_PREFIX}{_text(text)}#{part(hub_id)}"


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
    return f"{RENEWAL_PREFIX}{_text(text)}#{part(subscription_id)}"


def renewal_days(first: str, last: str) -> tuple[str, str]:
    """RENEWAL#2027-01-01 and RENEWAL#2027-01-31#~: the bounds of these days, both included, in an index"""
    return f"{RENEWAL_PREFIX}{first}", f"{RENEWAL_PREFIX}{last}#~"


DUE_RENEWALS_SHARDS = 16


def due_renewals(shard: int) -> str:
    """DUE_RENEWALS#3, in the index `due`: renewals that wait for a notice or for being renewed"""
    return f"DUE_RENEWALS#{shard}"


def digest(partner_id: str, user_id: str) -> Key:
    """PARTNER#p-7 / DIGEST#u-1: there while the user wants the weekly digest of renewals"""
    return Key(f"PARTNER#{part(partner_id)}", f"DIGEST#{part(user_id)}")


DIGEST_SHARDS = 4


def due_digests(shard: int) -> str:
    """DUE_DIGESTS#3, in the index `due`: digests that wait for their day"""
    return f"DUE_DIGESTS#{shard}"


POINTS_PREFIX = "POINTS"


def points(partner_id: str) -> Key:
    """PARTNER#p-7 / POINTS: by how much each year has changed the managed points"""
    return Key(f"PARTNER#{part(partner_id)}", "POINTS")


def points_of_year(partner_id: str, year: int) -> Key:
    """PARTNER#p-7 / POINTS#2026: sold points by the day of the sale, and the days on which managed ones change"""
    return Key(f"PARTNER#{part(partner_id)}", f"POINTS#{year:04}")


CLIENT_POINTS_PREFIX = "CLIENT_POINTS#"


def client_points(partner_id: str, hub_id: str) -> Key:
    """PARTNER#p-7 / CLIENT_POINTS#4711: the points that one client has brought"""
    return Key(f"PARTNER#{part(partner_id)}", f"{CLIENT_POINTS_PREFIX}{part(hub_id)}")


def tool_usage(partner_id: str) -> Key:
    """PARTNER#p-7 / TOOL_USAGE: how many clients use how many tools"""
    return Key(f"PARTNER#{part(partner_id)}", "TOOL_USAGE")


def deal(deal_id: str) -> Key:
    """DEAL#d-1 / DEAL"""
    return Key(f"DEAL#{part(deal_id)}", "DEAL")


LEDGER_PREFIX = "LEDGER#"


def ledger(hub_id: str) -> str:
    """LEDGER#4711#: how the entries of one client begin"""
    return f"{LEDGER_PREFIX}{part(hub_id)}#"


def ledger_entry(partner_id: str, hub_id: str, earned_on: str, entry_id: str) -> Key:
    """PARTNER#p-7 / LEDGER#4711#2026-01-31#d-1.1"""
    return Key(f"PARTNER#{part(partner_id)}", f"{ledger(hub_id)}{part(earned_on)}#{part(entry_id)}")


LISTED_PARTNERS_SHARDS = 8


def listed_partners(shard: int) -> str:
    """PARTNERS#3"""
    return f"PARTNERS#{shard}"


def listed_partner(partner_id: str) -> Key:
    """PARTNERS#3 / p-7: written with the partner, so that runs over all partners find it"""
    return Key(listed_partners(sum(partner_id.encode()) % LISTED_PARTNERS_SHARDS), part(partner_id))


def tier_review(partner_id: str, day: str) -> Key:
    """PARTNER#p-7 / REVIEW#2026-01-15"""
    return Key(f"PARTNER#{part(partner_id)}", f"REVIEW#{part(day)}")


ASSIGNMENT_PREFIX = "ASSIGNMENT#"


def assignment(partner_id: str, user_id: str, hub_id: str) -> Key:
    """PARTNER#p-7 / ASSIGNMENT#u-1#4711: the user works for the client"""
    return Key(f"PARTNER#{part(partner_id)}", f"{assignments_of(user_id)}{part(hub_id)}")


def assignments_of(user_id: str) -> str:
    """ASSIGNMENT#u-1#: how a user's assignments begin"""
    return f"{ASSIGNMENT_PREFIX}{part(user_id)}{SEPARATOR}"


def assignment_order(user_id: str, text: str, hub_id: str) -> str:
    """ASSIGNMENT#u-1#acme gmbh#4711, in an index: a user's clients by company"""
    return f"{assignments_of(user_id)}{_text(text)}#{part(hub_id)}"


def client_assignments(hub_id: str) -> str:
    """ASSIGNMENT#4711#, in the index `by_group`: how the assignments to a client begin"""
    return f"{ASSIGNMENT_PREFIX}{part(hub_id)}{SEPARATOR}"


EMPLOYEE_PREFIX = "EMPLOYEE#"


def employee_order(text: str, user_id: str) -> str:
    """EMPLOYEE#ann hill#u-1, in the index `by_group`, which holds users only while they are tagged"""
    return f"{EMPLOYEE_PREFIX}{_text(text)}#{part(user_id)}"


def user_cascade(partner_id: str, user_id: str) -> Key:
    """PARTNER#p-7 / CASCADE#USER#u-1: what is to be done in the clients of a user"""
    return Key(f"PARTNER#{part(partner_id)}", f"CASCADE#USER#{part(user_id)}")


def client_cascade(partner_id: str, hub_id: str) -> Key:
    """PARTNER#p-7 / CASCADE#CLIENT#4711: what is to be done for the users of a client"""
    return Key(f"PARTNER#{part(partner_id)}", f"CASCADE#CLIENT#{part(hub_id)}")


CASCADE_SHARDS = 4


def due_cascades(shard: int) -> str:
    """DUE_CASCADES#3, in the index `due`: cascades that a request began and did not end"""
    return f"DUE_CASCADES#{shard}"


TRANSFER_PREFIX = "TRANSFER#"


def transfer(partner_id: str, transfer_id: str) -> Key:
    """PARTNER#p-7 / TRANSFER#t-1: one in the partition of who asks, one in that of who is asked"""
    return Key(f"PARTNER#{part(partner_id)}", f"{TRANSFER_PREFIX}{part(transfer_id)}")


def transfer_order(text: str, transfer_id: str) -> str:
    """TRANSFER#2026-01-31T09:30:00.000000Z#t-1, in an index"""
    return f"{TRANSFER_PREFIX}{_text(text)}#{part(transfer_id)}"


def asked_transfers(hub_id: str, email: str) -> str:
    """TRANSFER#4711#nia@hill.example#, in the index `by_group`: requests that wait for the partner's own answer"""
    return f"{TRANSFER_PREFIX}{part(hub_id)}#{_address(email)}{SEPARATOR}"


DUE_TRANSFERS = "DUE_TRANSFERS"
"""In the index `due`: transfer requests that wait for an answer, until they expire."""


def asked_access(partner_id: str, hub_id: str, email: str) -> Key:
    """PARTNER#p-7 / ASKED_ACCESS#4711#nia@hill.example: when the client was last asked to add this address"""
    return Key(f"PARTNER#{part(partner_id)}", f"ASKED_ACCESS#{part(hub_id)}#{_address(email)}")


def asked_transfer(partner_id: str, hub_id: str, email: str) -> Key:
    """PARTNER#p-7 / ASKED_TRANSFER#4711#nia@hill.example: the request by which another was asked for this address"""
    return Key(f"PARTNER#{part(partner_id)}", f"ASKED_TRANSFER#{part(hub_id)}#{_address(email)}")


def activity_record(hub_id: str, email: str) -> Key:
    """CLIENT#4711 / ACTIVITY#nia@hill.example"""
    return Key(f"CLIENT#{part(hub_id)}", f"ACTIVITY#{_address(email)}")


def activity(activity_id: str) -> Key:
    """ACTIVITY#e-1 / ACTIVITY: the sentinel by which an activity counts once"""
    return Key(f"ACTIVITY#{part(activity_id)}", "ACTIVITY")


def unfinished_runs(run: str) -> str:
    """RUN#tier_review"""
    return f"RUN#{part(run)}"


def unfinished_run(run: str, day: str) -> Key:
    """RUN#tier_review / 2026-01-15: where the run of a day goes on"""
    return Key(unfinished_runs(run), part(day))


def review_warning(partner_id: str, day: str) -> Key:
    """PARTNER#p-7 / REVIEW_WARNING#2026-01-15: that the partner was told of the risk before this review"""
    return Key(f"PARTNER#{part(partner_id)}", f"REVIEW_WARNING#{part(day)}")
