"""The example data shows every kind of deal."""

from collections import Counter

from local.example_clients import CLIENTS
from local.example_data import PARTNERS
from local.example_deals import deals
from tests.client_factories import ClientSeed
from tests.clocks import StoppedClock
from tests.functions.client import Api


def test_the_example_deals_are_credited_or_not_for_every_reason_that_is_left(api: Api) -> None:
    clients = {client.hub_id for client in CLIENTS}
    seed = ClientSeed(table=api.table)
    today = StoppedClock.now.date()
    for partner in PARTNERS:
        api.seed.partner(partner.partner_id)
        domains = [lead.website.removeprefix("https://www.") for lead in partner.leads[:3]]
        api.seed.registrations(domains, partner_id=partner.partner_id)
    reasons: Counter[str] = Counter()
    for deal_id, body in deals(today):
        assert body["hub_id"] in clients
        seed.client(body["hub_id"], partners={})
        reasons[api.put(f"/v1/vendor/deals/{deal_id}", body).json["credit"]["reason"]] += 1

    assert reasons == {"domain_registered": 6, "confirmation_link_not_signed": 3, "domain_not_registered": 3}
