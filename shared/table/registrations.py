"""Registrations of one partner, and the sentinels that make a domain unique program-wide."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.countries import country_code, country_names
from shared.domain.operations import Operation
from shared.domain.registrations import Contact, FormerRegistration, Holding, Lead, Registration
from shared.domains import unicode_domain
from shared.errors import ChangedMeanwhileError
from shared.table import keys
from shared.table.session import TableSession, UnreadableItem
from shared.table.transactions import ABSENT, Refusal, Transaction
from shared.table.values import Item
from shared.text import folded, searchable

MOST_HOLDINGS = 100
"""Closed holdings kept with a former registration, newest last."""


class RegistrationOrder(StrEnum):
    """What a list can be sorted by."""

    DOMAIN = "domain"
    COMPANY = "company"
    CONTACT = "contact"
    COUNTRY = "country"
    REGISTERED_AT = "registered_at"


class SearchField(StrEnum):
    """What a search looks at."""

    DOMAIN = "domain"
    COMPANY = "company"
    CONTACT = "contact"
    COUNTRY = "country"


_INDEXES = {
    RegistrationOrder.COMPANY: "by_name",
    RegistrationOrder.CONTACT: "by_contact",
    RegistrationOrder.COUNTRY: "by_group",
    RegistrationOrder.REGISTERED_AT: "by_time",
}


class Search(NamedTuple):
    """A text to look for, in one field or, with None, in any."""

    by: SearchField | None
    text: str


class RegistrationPage(NamedTuple):
    registrations: list[Registration]
    last: Item | None


class Registrations(Struct, frozen=True):
    """The repository of one partner's registrations; another partner's are out of its reach."""

    session: TableSession
    partner_id: str

    def find(self, domain: str) -> Registration | None:
        item = self.session.get(keys.registration(self.partner_id, domain))
        return _registration(item) if item else None

    def find_former(self, domain: str) -> FormerRegistration | None:
        item = self.session.get(keys.former_registration(self.partner_id, domain))
        return _former(item) if item else None

    def written_by(self, operation: Operation, row: Item | None) -> Registration | None:
        """The registration in a row that stood in the way, if this very operation put it there before."""
        return _registration(row) if row and operation.wrote(row.get("write_id", "")) else None

    def find_many(self, domains: Sequence[str]) -> list[tuple[Registration | None, FormerRegistration | None]]:
        """For each domain the current and the former registration."""
        current = [keys.registration(self.partner_id, domain) for domain in domains]
        former = [keys.former_registration(self.partner_id, domain) for domain in domains]
        items = self.session.get_many([*current, *former])
        return [
            (_registration(row) if row else None, _former(past) if past else None)
            for row, past in zip(items[: len(domains)], items[len(domains) :], strict=True)
        ]

    def page(
        self,
        *,
        order: RegistrationOrder = RegistrationOrder.DOMAIN,
        descending: bool = False,
        search: Search | None = None,
        limit: int,
        start: Item | None = None,
    ) -> RegistrationPage:
        """One page of the current registrations.

        Without a search it reads just the page. A substring can stand anywhere, so a search reads the partner's
        registrations, up to 1 MB a call, until the page is full.
        """
        condition = None
        values: Item = {}
        if search:
            condition, values = _search_condition(search)
        page = self.session.list_page(
            pk=keys.partner(self.partner_id).pk,
            prefix=keys.REGISTRATION_PREFIX,
            index=_INDEXES.get(order),
            descending=descending,
            limit=limit,
            start=start,
            condition=condition,
            values=values,
        )
        return RegistrationPage([_registration(item) for item in page.items], page.last)

    def add(
        self, transaction: Transaction, registration: Registration, *, held: Refusal, owned: Refusal
    ) -> tuple[int, int]:
        """The row and the domain's sentinel; `held` and `owned` say what it means that one of them stands already.

        Answers the positions of the two actions.
        """
        domain = registration.registered_domain
        row = transaction.put(
            keys.registration(self.partner_id, domain),
            _row(registration, self.partner_id),
            condition=ABSENT,
            refusal=held,
        )
        owner = {"partner_id": self.partner_id, "since": instant_text(registration.held_since)}
        return row, transaction.put(keys.domain_owner(domain), owner, condition=ABSENT, refusal=owned)

    def require_former(self, transaction: Transaction, former: FormerRegistration, *, refusal: Refusal) -> None:
        """The transaction holds only while the lead that was given up is the one that was read."""
        transaction.check(
            keys.former_registration(self.partner_id, former.registration.registered_domain),
            condition="write_id = :known",
            values={":known": former.freed_by},
            refusal=refusal,
        )

    def replace(self, transaction: Transaction, registration: Registration, *, known: Registration) -> None:
        """The row over the version that was read; refused with ChangedMeanwhileError."""
        transaction.put(
            keys.registration(self.partner_id, registration.registered_domain),
            _row(registration, self.partner_id),
            condition="version = :known",
            values={":known": known.version},
            refusal=lambda _: ChangedMeanwhileError(),
        )

    def remove(
        self,
        transaction: Transaction,
        registration: Registration,
        *,
        former: FormerRegistration | None,
        at: datetime,
        kept_days: int,
    ) -> None:
        """Free the domain and keep the lead as a former one; refused with ChangedMeanwhileError."""
        domain = registration.registered_domain
        holdings = (*(former.holdings if former else ()), Holding(held_from=registration.held_since, held_until=at))
        transaction.delete(
            keys.registration(self.partner_id, domain),
            condition="version = :known",
            values={":known": registration.version},
            refusal=lambda _: ChangedMeanwhileError(),
        )
        transaction.delete(
            keys.domain_owner(domain),
            condition="partner_id = :partner",
            values={":partner": self.partner_id},
            refusal=lambda _: ChangedMeanwhileError(),
        )
        transaction.put(
            keys.former_registration(self.partner_id, domain),
            {
                **_lead_attributes(registration),
                "deregistered_at": instant_text(at),
                "holdings": [
                    {"from": instant_text(one.held_from), "until": instant_text(one.held_until)}
                    for one in holdings[-MOST_HOLDINGS:]
                ],
                "ttl": int((at + timedelta(days=kept_days)).timestamp()),
            },
            condition="deregistered_at = :known" if former else ABSENT,
            values={":known": instant_text(former.deregistered_at)} if former else None,
            refusal=lambda _: ChangedMeanwhileError(),
        )


class DueRegistration(NamedTuple):
    """A registration whose time is over."""

    partner_id: str
    domain: str


def due_registrations(
    session: TableSession, *, shard: int, until: datetime
) -> Iterator[DueRegistration | UnreadableItem]:
    """All partners' registrations of one shard that expire by then, from the sparse index: nothing else is read."""
    return session.due(
        keys.expiring_registrations(shard),
        until=until,
        read=lambda item: DueRegistration(item["partner_id"], item["registered_domain"]),
    )


def _lead_attributes(registration: Registration) -> dict[str, Any]:
    return {
        "registered_domain": registration.registered_domain,
        **registration.lead.record(),
        "registered_at": instant_text(registration.registered_at),
        "registered_by": registration.registered_by,
        "held_since": instant_text(registration.held_since),
        "expires_at": instant_text(registration.expires_at) if registration.expires_at else None,
        "version": registration.version,
    }


def _row(registration: Registration, partner_id: str) -> dict[str, Any]:
    """The stored row: the lead, the texts that are searched, and its place in each order."""
    lead, domain = registration.lead, registration.registered_domain
    contact = lead.contact
    row = {
        **_lead_attributes(registration),
        "search_domain": searchable(" ".join(dict.fromkeys((domain, unicode_domain(domain))))),
        "search_company": searchable(lead.company),
        "search_contact": searchable(f"{contact.first_name} {contact.last_name} {contact.email}"),
        "search_country": searchable(" ".join((lead.country, *country_names(lead.country)))) if lead.country else "",
        "by_name": keys.registration_order(folded(lead.company), domain),
        "by_contact": keys.registration_order(folded(f"{contact.last_name} {contact.first_name}"), domain),
        "by_group": keys.registration_order(lead.country or "-", domain),
        "by_time": keys.registration_order(instant_text(registration.registered_at), domain),
    }
    if registration.expires_at:
        shard = sum(domain.encode()) % keys.EXPIRING_REGISTRATIONS_SHARDS
        row |= {
            "due_queue": keys.expiring_registrations(shard),
            "due_at": instant_text(registration.expires_at),
            "partner_id": partner_id,
        }
    return row


def _search_condition(search: Search) -> tuple[str, Item]:
    """Two letters that stand for a country find that one alone; whatever else it is called finds it too."""
    fields = [search.by] if search.by else list(SearchField)
    anywhere = " OR ".join(f"contains(search_{field}, :text)" for field in fields)
    values: Item = {":text": searchable(search.text)}
    code = country_code(search.text) if search.by is SearchField.COUNTRY else None
    if code is None:
        return anywhere, values
    values[":code"] = f"{code.lower()} "
    of_the_code = "begins_with(search_country, :code)"
    if len(values[":text"]) == len(code):
        return of_the_code, {":code": values[":code"]}
    return f"{anywhere} OR {of_the_code}", values


def _registration(item: Mapping[str, Any]) -> Registration:
    contact = item["contact"]
    return Registration(
        registered_domain=item["registered_domain"],
        lead=Lead(
            website=item["website"],
            company=item["company"],
            contact=Contact(first_name=contact["first_name"], last_name=contact["last_name"], email=contact["email"]),
            country=item["country"],
        ),
        registered_at=instant(item["registered_at"]),
        registered_by=item["registered_by"],
        held_since=instant(item["held_since"]),
        expires_at=instant(item["expires_at"]) if item["expires_at"] else None,
        version=item["version"],
    )


def _former(item: Mapping[str, Any]) -> FormerRegistration:
    return FormerRegistration(
        registration=_registration(item),
        deregistered_at=instant(item["deregistered_at"]),
        freed_by=item["write_id"],
        holdings=tuple(
            Holding(held_from=instant(one["from"]), held_until=instant(one["until"])) for one in item["holdings"]
        ),
    )
