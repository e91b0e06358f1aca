"""The walk of docs/walk.md with the client that openapi-python-client makes; what it saw is printed as JSON."""

import json
import os
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import httpx
from partnerdesk_client import AuthenticatedClient
from partnerdesk_client.api.capacity import deregister_domains, list_registrations, read_capacity, register_lead
from partnerdesk_client.api.confirmation_links import create_link, read_link, send_link
from partnerdesk_client.api.employees import (
    assign_clients,
    list_activity,
    mark_as_employee,
    read_employee,
    remove_assignment,
    request_access,
)
from partnerdesk_client.api.renewals import (
    change_owner,
    change_settings,
    decide_renewal,
    list_renewals,
    read_calendar,
    read_settings,
)
from partnerdesk_client.api.tier import assume_changes, read_client_points, read_tier
from partnerdesk_client.api.transfer_requests import accept_transfer, list_transfers
from partnerdesk_client.api.users import add_user, remove_user
from partnerdesk_client.api.vendor import save_deal
from partnerdesk_client.models import (
    AssignBody,
    AssumedDealBody,
    ChosenOwner,
    ClientChoice,
    ContactBody,
    DealBody,
    DealType,
    DeregisterBody,
    Direction,
    EmployeeMarkBody,
    Language,
    LeadBody,
    LinkBody,
    LinkClientBody,
    LinkProductBody,
    MoneyBody,
    NewUserBody,
    Owner,
    PartnerRole,
    RegistrationSort,
    RenewalChoice,
    RenewalDecisionBody,
    RenewalOwnerBody,
    RenewalSettingsBody,
    RenewalSort,
    RenewalStatus,
    SearchField,
    WhatIfBody,
)

GIVEN = json.loads(os.environ["WALK"])
LEO, ROBIN = "u-lumen-member", "u-robin"


def signed_in(name: str) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=GIVEN["api"], token=GIVEN["tokens"][name], raise_on_unexpected_status=True)


laura, odile, heike, olivia = (signed_in(name) for name in ("laura", "odile", "heike", "olivia"))
seen: dict[str, Any] = {"capacity": read_capacity.sync(client=laura).state}

lead = LeadBody(
    website="https://www.Müller-Werkzeuge.example/shop",
    company="Müller Werkzeuge",
    contact=ContactBody(first_name="Mia", last_name="Müller", email="mia@mueller.example"),
    country="DE",
)
domain = register_lead.sync(client=laura, body=lead).registered_domain
newest = list_registrations.sync(client=laura, sort=RegistrationSort.REGISTERED_AT_DESCENDING, limit=3)
found = list_registrations.sync(client=laura, q="werkzeug", search_by=SearchField.COMPANY)
seen["registered"] = [domain, newest.data[0].registered_domain, [one.registered_domain for one in found.data]]
unconfirmed = deregister_domains.sync(client=laura, body=DeregisterBody(domains=[domain], confirm=False))
freed = deregister_domains.sync(client=laura, body=DeregisterBody(domains=[domain, "x.example"], confirm=True))
seen["deregistered"] = [unconfirmed.code, [one.status for one in freed.results]]

draft = LinkBody(
    name="Nadel & Faden 2026",
    client=LinkClientBody(
        company="Nadel & Faden GmbH", contact_name="Nora Nadel", email="nora@nadel.example", language=Language.DE
    ),
    providing_onboarding=True,
    products=[LinkProductBody(product="sales_hub", edition="professional", onboarding_type="guided")],
    estimated_onboarding_duration="1_month",
)
link = create_link.sync(client=laura, body=draft)
sent = send_link.sync(link.id, client=laura)
page = GIVEN["api"] + urlsplit(link.url).path
terms = httpx.get(page).text.partition('name="terms" value="')[2].partition('"')[0]
httpx.post(f"{page}/sign", data={"signer_name": "Nora Nadel", **({"terms": terms} if terms else {})})
decided = read_link.sync(link.id, client=laura)
seen["link"] = [link.status, sent.sent_at is not None, decided.status, decided.signer_name]

tag = read_settings.sync_detailed(client=laura).headers["ETag"]
settings = change_settings.sync(
    client=laura, if_match=tag, body=RenewalSettingsBody(owner=Owner.VENDOR, notify_user_id="u-lumen-admin")
)
own = RenewalOwnerBody(owner=ChosenOwner.PARTNER, notify_user_id=LEO)
owner = change_owner.sync("c-62002", client=laura, if_match="*", body=own)
pending = list_renewals.sync(
    client=laura, status=RenewalStatus.PENDING, sort=RenewalSort.DAYS_LEFT_DESCENDING, limit=1
).data[0]
decision = RenewalDecisionBody(decision=RenewalChoice.CONFIRM)
confirmed = decide_renewal.sync(pending.id, client=laura, body=decision)
calendar = read_calendar.sync(client=laura)
seen["renewals"] = [settings.owner, owner.effective_owner, confirmed.status, calendar.splitlines()[0]]

choices = [ClientChoice(client_id="c-62010"), ClientChoice(hub_id="62012"), ClientChoice(hub_id="1")]
seen["employee"] = [mark_as_employee.sync(LEO, client=laura, body=EmployeeMarkBody(enabled=True)).partner_employee]
seen["assigned"] = [
    one.status for one in assign_clients.sync(LEO, client=laura, body=AssignBody(clients=choices)).results
]
seen["employee"] += [len(read_employee.sync(LEO, client=laura).clients)]
seen["employee"] += [request_access.sync(LEO, "c-62012", client=laura).portal_access]
seen["employee"] += [len(list_activity.sync(LEO, client=laura).data) > 0]
seen["employee"] += [remove_assignment.sync(LEO, "c-62012", client=laura, confirm="remove").code]
seen["employee"] += [remove_assignment.sync_detailed(LEO, "c-62012", client=laura, confirm="REMOVE").status_code]

remove_assignment.sync_detailed(LEO, "c-62010", client=laura, confirm="REMOVE")

before = read_employee.sync(ROBIN, client=odile).clients[0].managed_credit
asked = list_transfers.sync(client=heike, direction=Direction.INCOMING).data[0]
accepted = accept_transfer.sync(asked.id, client=heike)
after = read_employee.sync(ROBIN, client=odile).clients[0]
seen["transfer"] = [before, accepted.status, after.managed_credit_reason != "email_with_another_partner"]

person = NewUserBody(email="nina@lumen.example", name="Nina Nord", role=PartnerRole.PARTNER_MEMBER)
nina = add_user.sync(client=laura, body=person).id
both = AssignBody(clients=[ClientChoice(client_id="c-62010"), ClientChoice(client_id="c-62011")])
seen["nina"] = [len(assign_clients.sync(nina, client=laura, body=both).results)]
seen["nina"] += [remove_user.sync_detailed(nina, client=laura).status_code]
seen["nina"] += [read_employee.sync(nina, client=laura).code]

price = MoneyBody(amount=127250, currency="USD")
deal = DealBody(
    partner_id="p-lumen",
    hub_id="62000",
    domain="juniper-bakery.example",
    deal_type=DealType.PARTNER_SOURCED,
    mrr=price,
    closed_on=date.fromisoformat(GIVEN["today"]),
)
reported = save_deal.sync(GIVEN["deal_id"], client=olivia, body=deal)
dear = AssumedDealBody(mrr=MoneyBody(amount=250000, currency="USD"), deal_type=DealType.PARTNER_SOURCED)
seen["deal"] = [reported.result, reported.credit.credited, reported.credit.points > 0]
seen["tier"] = [read_tier.sync(client=laura).credited_tier, read_client_points.sync("c-62000", client=laura).sold > 0]
seen["tier"] += [assume_changes.sync(client=laura, body=WhatIfBody(add_deals=[dear])).points.total > 0]

print(json.dumps(seen, default=str))
