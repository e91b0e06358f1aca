"""The keys of clients and their renewals, letter by letter."""

import pytest

from shared.table import keys
from shared.table.keys import InvalidKeyPartError, Key


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (keys.client("4711"), Key("CLIENT#4711", "CLIENT")),
        (keys.client_row("p-7", "4711"), Key("PARTNER#p-7", "CLIENT#4711")),
        (keys.client_count("p-7"), Key("PARTNER#p-7", "CLIENT_COUNT")),
        (keys.subscription("s-1"), Key("SUBSCRIPTION#s-1", "SUBSCRIPTION")),
        (keys.renewal_settings("p-7"), Key("PARTNER#p-7", "RENEWAL_SETTINGS")),
        (keys.renewal_row("p-7", "s-1"), Key("PARTNER#p-7", "RENEWAL#s-1")),
    ],
)
def test_an_item_has_this_key(key: Key, expected: Key) -> None:
    assert key == expected


def test_an_order_value_begins_like_the_kind_and_ends_with_the_id() -> None:
    assert keys.client_order("acme #1 gmbh", "4711") == "CLIENT#acme  1 gmbh#4711"
    assert keys.renewal_order("2027-01-31", "s-1") == "RENEWAL#2027-01-31#s-1"
    assert keys.due_renewals(3) == "DUE_RENEWALS#3"


def test_the_bounds_of_days_include_both_days_and_no_other() -> None:
    first, last = keys.renewal_days("2027-01-01", "2027-01-31")
    days = ["2026-12-31", "2027-01-01", "2027-01-31", "2027-02-01"]

    assert [first <= keys.renewal_order(day, "zzz") <= last for day in days] == [False, True, True, False]


def test_what_the_vendor_says_of_clients_is_spread_over_eight_trails_of_no_partner() -> None:
    trails = {keys.vendor_trail(str(hub_id)) for hub_id in range(4711, 4799)}

    assert sorted(trails) == ["~0", "~1", "~2", "~3", "~4", "~5", "~6", "~7"]
    assert keys.vendor_trail("4711") == "~5"
    assert keys.audit_trail("~5") == "AUDIT#~5"
    assert [keys.is_vendor_trail(one) for one in ("~5", "p-7")] == [True, False]


@pytest.mark.parametrize("hub_id", ["", "4711#2", "4" * 401])
def test_a_hub_id_that_no_key_can_hold_is_not_found(hub_id: str) -> None:
    with pytest.raises(InvalidKeyPartError):
        keys.client(hub_id)
