import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from shared.addresses import Email, InvalidAddressError, email_address, sign_in_address

reproducibly = settings(derandomize=True, deadline=None)

INVISIBLE = "The e-mail address contains a control or an invisible character. Remove it."


class Person(BaseModel):
    email: Email


def reason_for(text: str) -> str:
    with pytest.raises(InvalidAddressError) as refusal:
        email_address(text)
    return refusal.value.reason


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("ada@acme.example", "ada@acme.example"),
        (" Ada.Lovelace+Desk@ACME.Example ", "ada.lovelace+desk@acme.example"),
        ("ada@Müller.example", "ada@xn--mller-kva.example"),
        ("ada@xn--mller-kva.example", "ada@xn--mller-kva.example"),
        ("o'neill@acme.example", "o'neill@acme.example"),
        ("ada@\uff21cme.example", "ada@acme.example"),
    ],
)
def test_an_address_has_one_spelling(written: str, address: str) -> None:
    assert email_address(written) == address


@pytest.mark.parametrize("character", ["\0", "\t", "\r", "\n", "\x7f", "\u200b", "\u202e", "\ud800"])
def test_a_control_or_invisible_character_is_refused(character: str) -> None:
    assert reason_for(f"ada{character}@acme.example") == INVISIBLE
    assert reason_for(f"ada@acme.example{character}Bcc:eve@acme.example") == INVISIBLE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "An email address must have an @-sign."),
        ("ada", "An email address must have an @-sign."),
        ("@acme.example", "There must be something before the @-sign."),
        ("ada@", "There must be something after the @-sign."),
        ("ada@localhost", "The part after the @-sign is not valid. It should have a period."),
        ("ada@127.0.0.1", "The part after the @-sign is not valid. It is not within a valid top-level domain."),
        ("ada@[127.0.0.1]", "A bracketed IP address after the @-sign is not allowed here."),
        (
            "Ada <ada@acme.example>",
            "A display name and angle brackets around the email address are not permitted here.",
        ),
        ('"ada lovelace"@acme.example', "Quoting the part before the @-sign is not allowed here."),
        ("jürgen@acme.example", "Internationalized characters before the @-sign are not supported: 'ü'."),
    ],
)
def test_what_is_not_one_plain_address_is_refused(text: str, reason: str) -> None:
    assert reason_for(text) == reason


@pytest.mark.parametrize(
    "text",
    ["ada@acme.example, eve@acme.example", "ada@acme.example,eve@acme.example", "ada@acme.example;eve@acme.example"],
)
def test_a_second_recipient_is_refused(text: str) -> None:
    assert reason_for(text).startswith("The part after the @-sign contains invalid characters: ")


def test_an_address_may_have_254_characters_and_no_more() -> None:
    longest = "a" * 64 + "@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 59 + ".example"
    assert len(longest) == 254
    assert email_address(longest) == longest
    assert reason_for(longest.replace("@b", "@bb")) == "The e-mail address is longer than 254 characters."


def test_an_address_to_sign_in_with_may_have_128_characters_and_no_more() -> None:
    longest = f"ada@{'b' * 60}.{'c' * 55}.example"
    assert len(longest) == 128
    assert sign_in_address(longest.upper()) == longest
    with pytest.raises(InvalidAddressError, match="longer than 128 characters; nobody could sign in with it"):
        sign_in_address("b" + longest)


def test_the_part_before_the_at_sign_may_have_64_characters_and_no_more() -> None:
    assert email_address("a" * 64 + "@acme.example") == "a" * 64 + "@acme.example"
    assert (
        reason_for("a" * 65 + "@acme.example")
        == "The email address is too long before the @-sign (1 character too many)."
    )


def test_an_address_counts_as_it_is_sent() -> None:
    assert reason_for("ada@" + ".".join(["ü" * 44] * 5) + ".example").startswith("The email address is too long")


def test_a_model_normalises_the_address_and_publishes_its_format() -> None:
    assert Person(email=" Ada@Acme.example").email == "ada@acme.example"
    assert Person.model_json_schema()["properties"]["email"] == {
        "format": "email",
        "maxLength": 254,
        "title": "Email",
        "type": "string",
    }


def test_a_model_refuses_a_wrong_address_with_the_reason() -> None:
    with pytest.raises(ValidationError) as refusal:
        Person(email="ada")
    assert [error["msg"] for error in refusal.value.errors()] == ["Value error, An email address must have an @-sign."]


@reproducibly
@given(text=st.emails() | st.text() | st.builds("{}@{}.example".format, st.text(max_size=20), st.text(max_size=20)))
def test_any_text_is_an_address_that_stays_itself_or_is_refused(text: str) -> None:
    try:
        address = email_address(text)
    except InvalidAddressError:
        return
    assert address.isascii()
    assert address == address.lower()
    assert email_address(address) == address
