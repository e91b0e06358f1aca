from datetime import date
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import asdict

from shared.domain.partners import PartnerType, Tier
from shared.domains import InvalidDomainError, company_domain, registrable_domain
from shared.program import MonthDay, Review, program


def numbers(section: Struct, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: value for name, value in asdict(section).items() if name not in without}


@pytest.mark.feature("A16", "A17", "A18")
def test_the_limit_of_a_tier_is_as_published() -> None:
    assert program().capacity.limit == {
        Tier.UNTIERED: 50,
        Tier.SILVER: 500,
        Tier.GOLD: 500,
        Tier.PLATINUM: 500,
        Tier.DIAMOND: 1000,
        Tier.ELITE: 1000,
    }


def test_the_shipped_capacity_rules_are_the_default() -> None:
    capacity = program().capacity
    assert numbers(capacity.registration_expiry) == {"enabled": False, "days": 90}
    assert numbers(capacity, without=("limit", "free_mail_hosts", "shared_hosts", "registration_expiry")) == {
        "commission_withheld_after_days": 60,
        "restore_window_days": 7,
        "former_registration_kept_days": 730,
        "bulk_size": 100,
    }
    assert program().api.idempotency_hours == 24


def test_at_least_fifty_free_mail_hosts_are_listed_as_registrable_domains() -> None:
    hosts = program().capacity.free_mail_hosts
    assert len(hosts) >= 50
    assert {registrable_domain(host) for host in hosts} == hosts
    assert hosts >= {
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "outlook.com",
        "hotmail.com",
        "icloud.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "proton.me",
    }


def test_hosts_that_many_share_are_listed_and_none_of_them_is_a_company() -> None:
    rules = program().capacity
    for host in rules.shared_hosts:
        for website in (host, f"https://www.{host.upper()}/acme", f"acme-gmbh.{host}", f"//a.b.{host}./?q"):
            with pytest.raises(InvalidDomainError) as refusal:
                company_domain(website, rules)
            assert refusal.value.reason.startswith("Many share ")
            assert refusal.value.reason.endswith("Give the company's own website, such as https://www.acme.example.")
    assert rules.shared_hosts.isdisjoint(rules.free_mail_hosts)
    assert rules.shared_hosts >= {
        "facebook.com",
        "instagram.com",
        "linkedin.com",
        "linktr.ee",
        "sites.google.com",
        "business.site",
        "onmicrosoft.com",
        "wixsite.com",
        "x.com",
        "xing.com",
        "wordpress.com",
        "jimdosite.com",
        "myshopify.com",
        "github.io",
    }


@pytest.mark.parametrize("website", ["google.com", "www.google.com", "metafacebook.com", "box.com", "acme.com.de"])
def test_a_host_beside_a_shared_one_is_a_company_of_its_own(website: str) -> None:
    assert company_domain(website, program().capacity) in website


def test_the_shipped_tiers_are_the_default() -> None:
    tiers = program().tiers
    assert dict(tiers.total_bar) == {"silver": 45, "gold": 123, "platinum": 313, "diamond": 800, "elite": 3650}
    assert dict(tiers.sold_bar) == {"silver": 34, "gold": 63, "platinum": 113, "diamond": 300, "elite": 1950}
    assert tiers.reviews == (
        Review(on=MonthDay("01-15"), window_starts_on=MonthDay("08-15")),
        Review(on=MonthDay("07-15"), window_starts_on=MonthDay("02-15")),
    )
    assert tiers.by_invitation == {Tier.ELITE}
    assert (tiers.median_tool_usage_bar, tiers.demotion_protected_months) == (3, 6)
    assert numbers(tiers.chart) == {
        "history_months": 6,
        "projection_months": 3,
        "longest_history_months": 24,
        "longest_projection_months": 12,
    }


def test_the_shipped_points_are_the_default() -> None:
    points = program().points
    assert numbers(points.per_hundred) == {"sourced": 5, "assisted": 3, "managed": 1}
    assert dict(points.one_hundred) == {
        "USD": 100,
        "EUR": 88,
        "GBP": 74,
        "AUD": 154,
        "CAD": 130,
        "SGD": 129,
        "JPY": 14400,
        "ZAR": 1768,
        "COP": 408000,
    }
    assert (points.growth_market_factor, points.sold_points_months, points.decimals) == (2, 12, 1)
    assert points.growth_market_countries >= {"IN", "BR", "MX", "CN", "KR", "ID", "VN"}
    assert points.growth_market_countries.isdisjoint({"DE", "US", "GB", "JP", "AU"})


def test_the_shipped_credit_and_revenue_share_are_the_default() -> None:
    assert numbers(program().managed_credit) == {
        "activity_window_days": 90,
        "qualifying_activities": ("publish", "create", "edit"),
    }
    assert program().revenue_share.percent_of_net_mrr == 20
    assert program().revenue_share.months == {PartnerType.SOLUTIONS_PARTNER: 36, PartnerType.SOLUTIONS_PROVIDER: 12}


def test_the_shipped_renewals_are_the_default() -> None:
    assert numbers(program().renewals) == {
        "visible_days": 120,
        "decision_deadline_days": 45,
        "automatic_renewal_days": 44,
        "notice_days": (120, 90, 60, 45, 30, 15, 7, 1),
    }


def test_the_shipped_confirmation_links_and_engagement_are_the_default() -> None:
    links = program().confirmation_links
    assert numbers(links, without=("products", "names")) == {
        "expires_days": 90,
        "first_reminder_days": 5,
        "reminder_interval_days": 2,
        "reminders_at_most": 5,
        "sends_a_day": 5,
        "sends_a_day_to_an_address": 10,
        "rejection_reason_length": 500,
        "onboarding_required": ("professional", "enterprise"),
        "onboarding_types": ("none", "guided", "customized", "technical_consulting"),
        "onboarding_durations": ("2_weeks", "1_month", "2_months", "3_months", "6_months", "longer"),
    }
    assert dict(links.products) == dict.fromkeys(
        ["marketing_hub", "sales_hub", "service_hub", "content_hub", "operations_hub", "commerce_hub"],
        ("starter", "professional", "enterprise"),
    )
    assert numbers(program().engagement) == {"medium_from": 4, "high_from": 7, "highest": 10}


def test_the_program_is_read_once() -> None:
    assert program() is program()


def test_nobody_can_change_the_program_in_passing() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        program().capacity.bulk_size = 1  # type: ignore[misc]
    with pytest.raises(TypeError, match="does not support item assignment"):
        program().capacity.limit[Tier.GOLD] = 1  # type: ignore[index]


def test_a_yearly_day_falls_in_each_year() -> None:
    assert MonthDay("01-15").in_year(2027) == date(2027, 1, 15)
