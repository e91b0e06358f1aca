from local.example_data import OPERATOR_EMAIL, PARTNERS, PASSWORD
from local.seed import example_users
from shared.domain.partners import PartnerType, Tier
from shared.domains import registrable_domain
from shared.program import program


def test_every_address_is_one_that_nobody_can_own() -> None:
    addresses = [OPERATOR_EMAIL]
    for partner in PARTNERS:
        addresses += [partner.email_domain, *(user.email for user in partner.users)]
        addresses += [lead.email for lead in partner.leads]
    assert [address for address in addresses if not address.endswith(".example")] == []


def test_no_two_leads_share_a_domain() -> None:
    domains = [registrable_domain(lead.website) for partner in PARTNERS for lead in partner.leads]
    assert len(domains) == len(set(domains)) == 110


def test_the_partners_are_spread_over_the_tiers_and_both_types() -> None:
    assert {partner.credited_tier for partner in PARTNERS} == set(Tier) - {Tier.ELITE}
    assert {partner.type for partner in PARTNERS} == set(PartnerType)


def test_only_hafen_has_more_leads_than_it_may_have_and_no_tier_is_exceeded() -> None:
    limits = program().capacity.limit
    over = [
        partner.partner_id
        for partner in PARTNERS
        if partner.capacity_limit_override is not None and len(partner.leads) > partner.capacity_limit_override
    ]
    assert over == ["p-hafen"]
    assert all(len(partner.leads) < limits[Tier(partner.credited_tier)] for partner in PARTNERS)


def test_every_partner_has_both_roles_and_only_robin_is_in_two() -> None:
    for partner in PARTNERS:
        assert {user.role for user in partner.users} == {"partner_admin", "partner_member"}
    ids = [user.user_id for partner in PARTNERS for user in partner.users]
    assert {user_id for user_id in ids if ids.count(user_id) > 1} == {"u-robin"}


def test_the_listed_users_say_how_to_sign_in_and_where_they_belong() -> None:
    users = example_users()
    assert users[:2] == [
        {"email": "olivia@vendor.example", "password": PASSWORD, "role": "vendor_operator", "partner_id": None},
        {"email": "laura@lumen.example", "password": PASSWORD, "role": "partner_admin", "partner_id": "p-lumen"},
    ]
    robins = [user["partner_id"] for user in users if user["email"] == "robin@freelance.example"]
    assert robins == ["p-hafen", "p-orchard"]
    assert len(users) == 13
