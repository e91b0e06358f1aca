"""Clients as the table keeps them: one item for everything known of a client."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.clock import instant, instant_text
from shared.domain.clients import (
    Client,
    DecisionMaker,
    Profile,
    Relation,
    Relationship,
    RenewalManager,
    RenewalTerms,
    Subscription,
    Usage,
)
from shared.domain.languages import Language
from shared.domain.money import Money
from shared.domain.renewals import Owner, OwnerChoice, RenewalDecision, RenewalState, RenewalStatus
from shared.table.service_records import service_record, stored_service


def client_record(client: Client) -> dict[str, Any]:
    return {
        "hub_id": client.hub_id,
        "profile": profile_record(client.profile),
        "relations": {partner_id: relation_record(one) for partner_id, one in client.relations.items()},
        "subscriptions": {
            one.subscription_id: {**subscription_record(one), "state": _state_record(one.state)}
            for one in client.subscriptions.values()
        },
        "usage": usage_record(client.usage) if client.usage else None,
        "service": service_record(client.service),
        "bounced": client.bounced,
        "version": client.version,
    }


def stored_client(item: Mapping[str, Any]) -> Client:
    """The client in a stored item."""
    return Client(
        hub_id=item["hub_id"],
        profile=_profile(item["profile"]),
        relations={partner_id: _relation(one) for partner_id, one in sorted(item["relations"].items())},
        subscriptions={key: _subscription(key, one) for key, one in sorted(item["subscriptions"].items())},
        usage=_usage(item["usage"]) if item["usage"] else None,
        service=stored_service(item["service"]),
        bounced=item["bounced"],
        version=item["version"],
    )


def profile_record(profile: Profile) -> dict[str, Any]:
    """What the vendor says of the client, as the table and the audit trail keep it."""
    maker = profile.decision_maker
    return {
        "company": profile.company,
        "website": profile.website,
        "country": profile.country,
        "decision_maker": {"name": maker.name, "email": maker.email, "language": maker.language} if maker else None,
        "contact_tier": profile.contact_tier,
        "email_tier": profile.email_tier,
        "portal_users": list(profile.portal_users),
        "crm_url": profile.crm_url,
        "account_url": profile.account_url,
    }


def relation_record(relation: Relation) -> dict[str, Any]:
    return {
        "relationship": relation.relationship,
        "since": instant_text(relation.since),
        "owner": owner_record(relation.owner) if relation.owner else None,
        "owner_version": relation.owner_version,
    }


def owner_record(choice: OwnerChoice) -> dict[str, Any]:
    return {"owner": choice.owner, "notify_user_id": choice.notify_user_id}


def stored_owner(item: Mapping[str, Any]) -> OwnerChoice:
    return OwnerChoice(owner=Owner(item["owner"]), notify_user_id=item["notify_user_id"])


def subscription_record(one: Subscription) -> dict[str, Any]:
    """What the vendor says of the subscription."""
    return {
        "product": one.product,
        "edition": one.edition,
        "mrr": one.mrr.record(),
        "started_on": one.started_on.isoformat(),
        "renews_on": one.renews_on.isoformat() if one.renews_on else None,
        "renewal": {"mrr": one.renewal.mrr.record(), "term_months": one.renewal.term_months} if one.renewal else None,
        "renewal_manager": {"name": one.renewal_manager.name, "email": one.renewal_manager.email}
        if one.renewal_manager
        else None,
    }


def usage_record(usage: Usage) -> dict[str, Any]:
    return {
        "tools": list(usage.tools),
        "apps": list(usage.apps),
        "score": usage.score,
        "areas": dict(usage.areas),
        "measured_on": usage.measured_on.isoformat(),
    }


def _state_record(state: RenewalState) -> dict[str, Any]:
    decision = state.decision
    return {
        "status": state.status,
        "decision": {
            "partner_id": decision.partner_id,
            "decided_by": decision.decided_by,
            "decided_at": instant_text(decision.decided_at),
            "reason": decision.reason,
        }
        if decision
        else None,
        "notified": {day.isoformat(): days_left for day, days_left in state.notified.items()},
        "untold": state.untold,
    }


def _profile(item: Mapping[str, Any]) -> Profile:
    maker = item["decision_maker"]
    return Profile(
        **{
            **item,
            "decision_maker": DecisionMaker(**{**maker, "language": Language(maker["language"])}) if maker else None,
            "portal_users": tuple(item["portal_users"]),
        }
    )


def _relation(item: Mapping[str, Any]) -> Relation:
    return Relation(
        relationship=Relationship(item["relationship"]),
        since=instant(item["since"]),
        owner=stored_owner(item["owner"]) if item["owner"] else None,
        owner_version=item["owner_version"],
    )


def _subscription(subscription_id: str, item: Mapping[str, Any]) -> Subscription:
    renewal, manager = item["renewal"], item["renewal_manager"]
    return Subscription(
        subscription_id=subscription_id,
        product=item["product"],
        edition=item["edition"],
        mrr=Money(**item["mrr"]),
        started_on=date.fromisoformat(item["started_on"]),
        renews_on=date.fromisoformat(item["renews_on"]) if item["renews_on"] else None,
        renewal=RenewalTerms(mrr=Money(**renewal["mrr"]), term_months=renewal["term_months"]) if renewal else None,
        renewal_manager=RenewalManager(**manager) if manager else None,
        state=_state(item["state"]),
    )


def _state(item: Mapping[str, Any]) -> RenewalState:
    decision = item["decision"]
    return RenewalState(
        status=RenewalStatus(item["status"]),
        decision=RenewalDecision(
            partner_id=decision["partner_id"],
            decided_by=decision["decided_by"],
            decided_at=instant(decision["decided_at"]),
            reason=decision["reason"],
        )
        if decision
        else None,
        notified={date.fromisoformat(day): days_left for day, days_left in sorted(item["notified"].items())},
        untold=item["untold"],
    )


def _usage(item: Mapping[str, Any]) -> Usage:
    return Usage(
        tools=tuple(item["tools"]),
        apps=tuple(item["apps"]),
        score=item["score"],
        areas=item["areas"],
        measured_on=date.fromisoformat(item["measured_on"]),
    )
