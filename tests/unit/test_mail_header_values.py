from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.mail.errors import UnusableAddressError, UnusableHeaderTextError
from shared.mail.header_values import Mailbox, check_header_text, subject_value

reproducibly = settings(derandomize=True, deadline=None, max_examples=400)
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def usable(text: str) -> bool:
    try:
        check_header_text(text)
    except UnusableHeaderTextError:
        return False
    return True


texts = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200).filter(usable)
tricky = st.text(st.sampled_from(" ,;:@<>()[]\"'\\=?_.-aZ9äß漢😀\u00a0\u00ad"), max_size=200)


def read(name: str, value: str) -> str:
    """The header's value as the standard library reads it off the wire, line breaks taken out, still encoded."""
    message = message_from_bytes(f"{name}: {value}\r\n\r\n".encode("ascii"))
    assert message.keys() == [name]
    return str(message[name]).replace("\r\n", "")


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


@reproducibly
@given(texts | tricky)
@example("Müller & Söhne AG bittet um Ihre Bestätigung für Nordwind Beratung GmbH, und zwar bald")
@example("=?utf-8?q?already?= encoded")
@example("two  spaces, and one at the end ")
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    assert decoded(read("Subject", subject_value(subject))) == subject


@reproducibly
@given(texts | tricky)
@example("Kim\u00a0Kern, <evil@y.example>")
@example('"quoted" (comment), =?utf-8?q?x?=')
@example("Undisclosed recipients:;")
def test_whatever_the_name_a_header_holds_one_address(name: str) -> None:
    value = read("To", Mailbox(name=name, address="kim@acme.example").header_value())
    ((found_name, found_address),) = getaddresses([value])
    assert found_address == "kim@acme.example"
    assert decoded(found_name) == name


@reproducibly
@given(texts | tricky)
def test_no_line_is_longer_than_the_standard_wants_where_it_can_be_broken(subject: str) -> None:
    for line in f"Subject: {subject_value(subject)}".split("\r\n"):
        longest_word = max(map(len, line.split()), default=0)
        assert len(line) <= max(78, longest_word + len("Subject: "))


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u061c"])
def test_a_mark_of_direction_in_a_name_is_carried(mark: str) -> None:
    name = f"\u05d0\u05d1{mark} Ltd"

    value = read("To", Mailbox(name=name, address="kim@acme.example").header_value())

    ((found_name, found_address),) = getaddresses([value])
    assert (decoded(found_name), found_address) == (name, "kim@acme.example")
    assert decoded(read("Subject", subject_value(name))) == name


@pytest.mark.parametrize("character", [*map(chr, range(32)), *map(chr, range(127, 160)), "\u2028", "\u2029", *TURNING])
def test_control_characters_and_those_that_turn_the_text_are_refused(character: str) -> None:
    with pytest.raises(UnusableHeaderTextError, match=f"U\\+{ord(character):04X}"):
        Mailbox(name=f"Kim{character}Kern", address="kim@acme.example")
    with pytest.raises(UnusableHeaderTextError):
        subject_value(f"Signed{character}")


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(UnusableHeaderTextError):
        subject_value("\ud83d")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("kim@acme.example", "kim@acme.example"),
        ("kim+links@acme.example", "kim+links@acme.example"),
        ("kim@MÜLLER.example", "kim@xn--mller-kva.example"),
        ("o'neill@acme.example", "o'neill@acme.example"),
    ],
)
def test_one_plain_address_is_taken(address: str, expected: str) -> None:
    mailbox = Mailbox(name="", address=address)
    assert mailbox.address == expected
    assert mailbox.header_value() == expected
    assert mailbox.domain == expected.rpartition("@")[2]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kim",
        "@acme.example",
        "kim@",
        "a@b.example, evil@y.example",
        "a@b.example;evil@y.example",
        "a@b.example evil@y.example",
        "Kim <kim@acme.example>",
        "<kim@acme.example>",
        '"a@b.example, evil@y.example"@acme.example',
        "kim(comment)@acme.example",
        "kim@acme.example\r\nBcc: evil@y.example",
        "kim@acme.example\n",
        "kim\0@acme.example",
        "kïm@acme.example",
        "kim@[192.0.2.7]",
        "kim@acme..example",
        f"{'k' * 65}@acme.example",
        "undisclosed:kim@acme.example;",
    ],
)
def test_what_is_not_exactly_one_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(UnusableAddressError) as refusal:
        Mailbox(name="Kim Kern", address=address)
    assert str(refusal.value) == "the address is not one address that mail can be sent to"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", "kim@acme.example"),
        ("Kim Kern", "Kim Kern\r\n <kim@acme.example>"),
        ("Jonas Müller", "=?utf-8?b?Sm9uYXMgTcO8bGxlcg==?=\r\n <kim@acme.example>"),
        ("Kern, Kim", "=?utf-8?b?S2VybiwgS2lt?=\r\n <kim@acme.example>"),
    ],
)
def test_a_name_is_plain_or_encoded_throughout(name: str, expected: str) -> None:
    assert Mailbox(name=name, address="kim@acme.example").header_value() == expected
