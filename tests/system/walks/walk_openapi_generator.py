"""The walk of docs/walk.md with the Python client that OpenAPI Generator makes; what it saw is printed as JSON."""

import json
import os
import urllib.parse
import urllib.request
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from partnerdesk_generated import (
    ApiClient,
    ApiException,
    AssignBody,
    AssumedDealBody,
    CapacityApi,
    ChosenOwner,
    ClientChoice,
    Configuration,
    ConfirmationLinksApi,
    ContactBody,
    DealBody,
    DealType,
    DeregisterBody,
    Direction,
    EmployeeMarkBody,
    EmployeesApi,
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
    RenewalsApi,
    RenewalSettingsBody,
    RenewalSort,
    RenewalStatus,
    SearchField,
    TierApi,
    TransferRequestsApi,
    UsersApi,
    VendorApi,
    WhatIfBody,
)

GIVEN = json.loads(os.environ["WALK"])
LEO, ROBIN = "u-lumen-member", "u-robin"


def signed_in(name: str) -> ApiClient:
    return ApiClient(Configuration(host=GIVEN["api"], access_token=GIVEN["tokens"][name]))


def refusal(error: ApiException) -> str:
    code: str = json.loads(error.body)["code"]
    return code


laura, odile, heike, olivia = (signed_in(name) for name in ("laura", "odile", "heike", "olivia"))
capacity, links, renewals = CapacityApi(laura), ConfirmationLinksApi(laura), RenewalsApi(laura)
employees, users, tier = EmployeesApi(laura), UsersApi(laura), TierApi(laura)
seen: dict[str, Any] = {"capacity": capacity.read_capacity().state}

lead = LeadBody(
    website="https://www.Müller-Werkzeuge.example/shop",
    company="Müller Werkzeuge",
    contact=ContactBody(first_name="Mia", last_name="Müller", email="mia@mueller.example"),
    country="DE",
)
domain = capacity.register_lead(lead).registered_domain
newest = capacity.list_registrations(sort=RegistrationSort.REGISTERED_AT_DESCENDING, limit=3)
found = capacity.list_registrations(q="werkzeug", search_by=SearchField.COMPANY)
seen["registered"] = [domain, newest.data[0].registered_domain, [one.registered_domain for one in found.data]]
try:
    capacity.deregister_domains(DeregisterBody(domains=[domain], confirm=False))
except ApiException as error:
    seen["deregistered"] = [refusal(error)]
freed = capacity.deregister_domains(DeregisterBody(domains=[domain, "x.example"], confirm=True))
seen["deregistered"] += [[one.actual_instance.status for one in freed.results]]

draft = LinkBody(
    name="Nadel & Faden 2026",
    client=LinkClientBody(
        company="Nadel & Faden GmbH", contact_name="Nora Nadel", email="nora@nadel.example", language=Language.DE
    ),
    providing_onboarding=True,
    products=[LinkProductBody(product="sales_hub", edition="professional", onboarding_type="guided")],
    estimated_onboarding_duration="1_month",
)
link = links.create_link(draft)
sent = links.send_link(link.id)
page = GIVEN["api"] + urlsplit(link.url).path
with urllib.request.urlopen(page) as shown:
    terms = shown.read().decode().partition('name="terms" value="')[2].partition('"')[0]
form = {"signer_name": "Nora Nadel", **({"terms": terms} if terms else {})}
urllib.request.urlopen(f"{page}/sign", data=urllib.parse.urlencode(form).encode()).close()
decided = links.read_link(link.id)
seen["link"] = [link.status, sent.sent_at is not None, decided.status, decided.signer_name]

tag = renewals.read_settings_with_http_info().headers["ETag"]
settings = renewals.change_settings(tag, RenewalSettingsBody(owner=Owner.VENDOR, notify_user_id="u-lumen-admin"))
own = RenewalOwnerBody(owner=ChosenOwner.PARTNER, notify_user_id=LEO)
owner = renewals.change_owner("c-62002", "*", own)
pending = renewals.list_renewals(status=RenewalStatus.PENDING, sort=RenewalSort.DAYS_LEFT_DESCENDING, limit=1).data[0]
confirmed = renewals.decide_renewal(pending.id, RenewalDecisionBody(decision=RenewalChoice.CONFIRM))
calendar = renewals.read_calendar()
seen["renewals"] = [settings.owner, owner.effective_owner, confirmed.status, calendar.splitlines()[0]]

choices = [ClientChoice(client_id="c-62010"), ClientChoice(hub_id="62012"), ClientChoice(hub_id="1")]
seen["employee"] = [employees.mark_as_employee(LEO, EmployeeMarkBody(enabled=True)).partner_employee]
seen["assigned"] = [
    one.actual_instance.status for one in employees.assign_clients(LEO, AssignBody(clients=choices)).results
]
seen["employee"] += [len(employees.read_employee(LEO).clients)]
seen["employee"] += [employees.request_access(LEO, "c-62012").portal_access]
seen["employee"] += [len(employees.list_activity(LEO).data) > 0]
try:
    employees.remove_assignment(LEO, "c-62012", confirm="remove")
except ApiException as error:
    seen["employee"] += [refusal(error)]
seen["employee"] += [employees.remove_assignment_with_http_info(LEO, "c-62012", confirm="REMOVE").status_code]
employees.remove_assignment(LEO, "c-62010", confirm="REMOVE")

before = EmployeesApi(odile).read_employee(ROBIN).clients[0].managed_credit
asked = TransferRequestsApi(heike).list_transfers(direction=Direction.INCOMING).data[0]
accepted = TransferRequestsApi(heike).accept_transfer(asked.id)
after = EmployeesApi(odile).read_employee(ROBIN).clients[0]
seen["transfer"] = [before, accepted.status, after.managed_credit_reason != "email_with_another_partner"]

nina = users.add_user(NewUserBody(email="nina@lumen.example", name="Nina Nord", role=PartnerRole.PARTNER_MEMBER)).id
both = AssignBody(clients=[ClientChoice(client_id="c-62010"), ClientChoice(client_id="c-62011")])
seen["nina"] = [len(employees.assign_clients(nina, both).results)]
seen["nina"] += [users.remove_user_with_http_info(nina).status_code]
try:
    employees.read_employee(nina)
except ApiException as error:
    seen["nina"] += [refusal(error)]

deal = DealBody(
    partner_id="p-lumen",
    hub_id="62000",
    domain="juniper-bakery.example",
    deal_type=DealType.PARTNER_SOURCED,
    mrr=MoneyBody(amount=127250, currency="USD"),
    closed_on=date.fromisoformat(GIVEN["today"]),
)
reported = VendorApi(olivia).save_deal(GIVEN["deal_id"], deal)
dear = AssumedDealBody(mrr=MoneyBody(amount=250000, currency="USD"), deal_type=DealType.PARTNER_SOURCED)
seen["deal"] = [reported.result, reported.credit.credited, reported.credit.points > 0]
seen["tier"] = [tier.read_tier().credited_tier, tier.read_client_points("c-62000").sold > 0]
seen["tier"] += [tier.assume_changes(WhatIfBody(add_deals=[dear])).points.total > 0]

print(json.dumps(seen, default=str))
