"""Every key fits into the table, whatever it is made of: DynamoDB counts bytes."""

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.table import keys
from shared.table.keys import LONGEST_ADDRESS, LONGEST_PART, LONGEST_TEXT, InvalidKeyPartError, Key

MOST_OF_A_PARTITION_KEY = 2_048
MOST_OF_A_SORT_KEY = 1_024

# A letter of three bytes, so that bounds in characters would be three times too wide.
LETTER = "\u4e2d"
IDENTIFIER = LETTER * (LONGEST_PART // 3)
ADDRESS = LETTER * (LONGEST_ADDRESS // 3)
FREE_TEXT = "\ufdfa" * 3_600

OTHERS = {"part", "is_vendor_trail"}

EXAMPLES: dict[type, Any] = {
    datetime: datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    date: date(9999, 12, 31),
    int: 999_999_999_999,
}


def makers() -> list[Callable[..., Any]]:
    """Every function that makes a key or the beginning of one."""
    found = [one for name, one in inspect.getmembers(keys, inspect.isfunction) if not name.startswith("_")]
    return [one for one in found if one.__module__ == keys.__name__ and one.__name__ not in OTHERS]


def longest(maker: Callable[..., Any]) -> Any:
    """What it makes of the longest values that it takes."""
    values = {}
    for name, parameter in inspect.signature(maker).parameters.items():
        if name == "text":
            values[name] = FREE_TEXT
        elif name == "email":
            values[name] = ADDRESS
        else:
            values[name] = EXAMPLES.get(parameter.annotation, IDENTIFIER)
    return maker(**values)


@pytest.mark.parametrize("maker", makers(), ids=lambda maker: maker.__name__)
def test_a_key_of_the_longest_parts_fits_into_the_table(maker: Callable[..., Any]) -> None:
    made = longest(maker)

    if isinstance(made, Key):
        assert len(made.pk.encode()) <= MOST_OF_A_PARTITION_KEY
        assert len(made.sk.encode()) <= MOST_OF_A_SORT_KEY
    else:  # an order value, the beginning of one to which an identifier is added, or a partition key
        for text in [made] if isinstance(made, str) else made:
            added = LONGEST_PART if text.endswith(keys.SEPARATOR) else 0
            assert len(text.encode()) + added <= MOST_OF_A_SORT_KEY


@pytest.mark.parametrize("value", ["", "#", "a#b", "a" * 257, LETTER * 86, "\U0001f600" * 65, "\ud800", "a\udfff"])
def test_what_no_key_can_hold_is_an_unknown_identifier(value: str) -> None:
    with pytest.raises(InvalidKeyPartError):
        keys.link("p-7", value)


@pytest.mark.parametrize("value", ["a" * 256, LETTER * 85, "\U0001f600" * 64, "\0", " ", "\u0301"])
def test_an_identifier_is_bounded_by_its_bytes_alone(value: str) -> None:
    assert keys.link("p-7", value) == Key("PARTNER#p-7", f"LINK#{value}")


def test_the_longest_address_fits_with_every_character_escaped() -> None:
    address = "#" * 64 + "@" + "d" * 189

    assert keys.sign_in_address(address).pk == "ADDRESS#" + "%23" * 64 + "@" + "d" * 189


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("acme", "acme"),
        ("acme #1", "acme  1"),
        ("\u00fc" * 300, "\u00fc" * (LONGEST_TEXT // 2)),
        ("a" + "\u00fc" * 300, "a" + "\u00fc" * (LONGEST_TEXT // 2 - 1)),
        (LETTER * 200, LETTER * (LONGEST_TEXT // 3)),
        ("\U0001f600" * 200, "\U0001f600" * (LONGEST_TEXT // 4)),
    ],
)
def test_a_text_in_an_order_value_is_cut_between_characters(text: str, kept: str) -> None:
    assert keys.link_order(text, "l-1") == f"LINK#{kept}#l-1"
