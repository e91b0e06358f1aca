"""Partners and their capacity counters."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from msgspec import Struct

from shared.clock import instant, instant_text
from shared.domain.partners import Capacity, Partner, PartnerType, TeamMember, TeamRole, Tier
from shared.errors import ChangedMeanwhileError, NotFoundError
from shared.table import keys
from shared.table.email_domains import EmailDomains
from shared.table.session import TableSession, UnreadableItem
from shared.table.transactions import ABSENT, PRESENT, Refusal, Transaction
from shared.table.values import Item


class Partners(Struct, frozen=True):
    """The repository of one partner's profile and capacity."""

    session: TableSession
    partner_id: str

    def find(self) -> Partner | None:
        item = self.session.get(keys.partner(self.partner_id))
        return _partner(self.partner_id, item) if item else None

    def find_with_capacity(self) -> tuple[Partner, Capacity] | None:
        profile, counter = self.session.get_many([keys.partner(self.partner_id), keys.capacity(self.partner_id)])
        if profile is None or counter is None:
            return None
        return _partner(self.partner_id, profile), _capacity(counter)

    def with_capacity(self) -> tuple[Partner, Capacity]:
        """Raises NotFoundError."""
        found = self.find_with_capacity()
        if found is None:
            raise NotFoundError
        return found

    def save(self, transaction: Transaction, partner: Partner, *, known: Partner | None) -> None:
        """Write the profile over the version that was read; refused with ChangedMeanwhileError.

        A new partner is listed for the runs over all partners, and so is one that was made before they were.
        """
        if known is None or known.stated_tier is None:
            transaction.put(
                keys.listed_partner(self.partner_id),
                {"since": instant_text(transaction.operation.at)},
                condition=ABSENT,
                refusal=lambda _: ChangedMeanwhileError(),
            )
        EmailDomains(self.session).move(
            transaction, self.partner_id, before=known.email_domain if known else None, after=partner.email_domain
        )
        transaction.put(
            keys.partner(self.partner_id),
            {
                **partner_record(partner),
                "stated_tier": partner.stated_tier,
                "stated_tier_earned_on": _day_text(partner.stated_tier_earned_on),
                "version": partner.version,
            },
            condition="version = :known" if known else ABSENT,
            values={":known": known.version} if known else None,
            refusal=lambda _: ChangedMeanwhileError(),
        )

    def require_name(self, transaction: Transaction, name: str, *, refusal: Refusal) -> None:
        """The transaction holds only while the partner has this name."""
        transaction.check(
            keys.partner(self.partner_id),
            condition="#name = :name",
            names={"#name": "name"},
            values={":name": name},
            refusal=refusal,
        )

    def open_capacity(self, transaction: Transaction, capacity: Capacity) -> None:
        """Make the counter of a new partner."""
        item = {"limit": capacity.limit, "slots_left": capacity.slots_left}
        transaction.put(
            keys.capacity(self.partner_id), item, condition=ABSENT, refusal=lambda _: ChangedMeanwhileError()
        )

    def change_limit(self, transaction: Transaction, capacity: Capacity, *, to: int, at: datetime) -> None:
        """Move the limit and the slots left by the same difference.

        Registrations may go on meanwhile, so the conditions name not the number of slots that was read but the side
        of the limit it lies on; refused with ChangedMeanwhileError when that side has changed.
        """
        after = capacity.under_limit(to, at=at)
        difference = to - capacity.limit
        change = "SET #limit = :to, slots_left = slots_left + :difference"
        sides = ["#limit = :from"]
        values: Item = {":to": to, ":from": capacity.limit, ":difference": difference}
        if after.slots_left >= 0:
            change += " REMOVE over_limit_since"
            sides.append("slots_left >= :lost")
            values[":lost"] = -difference
        else:
            sides.append("slots_left < :lost")
            sides.append("slots_left < :none" if capacity.slots_left < 0 else "slots_left >= :none")
            values |= {":lost": -difference, ":none": 0}
            if after.over_limit_since is not None:
                change += ", over_limit_since = :since"
                values[":since"] = instant_text(after.over_limit_since)
        transaction.update(
            keys.capacity(self.partner_id),
            change,
            condition=" AND ".join(sides),
            names={"#limit": "limit"},
            values=values,
            refusal=lambda _: ChangedMeanwhileError(),
        )

    def take_slots(self, transaction: Transaction, count: int, *, refusal: Refusal) -> int:
        """Use up this many slots, or be refused where there are fewer. Answers the action's position."""
        return transaction.update(
            keys.capacity(self.partner_id),
            "SET slots_left = slots_left - :count",
            condition="slots_left >= :count",
            values={":count": count},
            refusal=refusal,
        )

    def give_slots(self, transaction: Transaction, count: int) -> None:
        """Free this many slots."""
        transaction.update(
            keys.capacity(self.partner_id),
            "SET slots_left = slots_left + :count",
            condition=PRESENT,
            values={":count": count},
            refusal=lambda _: NotFoundError(),
        )


class ListedPartner(NamedTuple):
    """A partner, and when the vendor made it."""

    partner_id: str
    since: datetime


def listed_partners(
    session: TableSession, *, shard: int, after: str | None = None
) -> Iterator[ListedPartner | UnreadableItem]:
    """All partners of one shard by id, from the one that follows `after`."""
    pk = keys.listed_partners(shard)
    return session.each(
        lambda item: ListedPartner(item["sk"], instant(item["since"])),
        KeyConditionExpression="pk = :pk",
        ConsistentRead=True,
        values={":pk": pk},
        start={"pk": pk, "sk": after} if after else None,
    )


def partner_names(session: TableSession, partner_ids: Sequence[str]) -> dict[str, str]:
    """The names of these partners by id."""
    items = session.get_many([keys.partner(partner_id) for partner_id in partner_ids])
    return {partner_id: item["name"] for partner_id, item in zip(partner_ids, items, strict=True) if item is not None}


def _capacity(item: Item) -> Capacity:
    since = item.get("over_limit_since")
    return Capacity(
        limit=item["limit"], slots_left=item["slots_left"], over_limit_since=instant(since) if since else None
    )


def partner_record(partner: Partner) -> dict[str, Any]:
    """What the vendor says of the partner, as the table and the audit trail keep it."""
    return {
        "name": partner.name,
        "type": partner.type,
        "credited_tier": partner.credited_tier,
        "tier_earned_on": _day_text(partner.tier_earned_on),
        "certification_expires_on": _day_text(partner.certification_expires_on),
        "email_domain": partner.email_domain,
        "currency": partner.currency,
        "time_zone": partner.time_zone,
        "capacity_limit_override": partner.capacity_limit_override,
        "team": [
            {"role": one.role, "name": one.name, "email": one.email, "phone": one.phone, "description": one.description}
            for one in partner.team
        ],
    }


def _partner(partner_id: str, item: Item) -> Partner:
    return Partner(
        partner_id=partner_id,
        name=item["name"],
        type=PartnerType(item["type"]),
        credited_tier=Tier(item["credited_tier"]),
        tier_earned_on=_day(item["tier_earned_on"]),
        certification_expires_on=_day(item["certification_expires_on"]),
        email_domain=item["email_domain"],
        currency=item["currency"],
        time_zone=item["time_zone"],
        capacity_limit_override=item["capacity_limit_override"],
        team=tuple(TeamMember(**{**one, "role": TeamRole(one["role"])}) for one in item["team"]),
        stated_tier=Tier(item["stated_tier"]) if item.get("stated_tier") else None,
        stated_tier_earned_on=_day(item.get("stated_tier_earned_on")),
        version=item["version"],
    )


def _day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
