"""What the user pool mails is the vendor's in look and words, in the reader's language."""

from typing import Any

import pytest

from functions.notifications.pool_mails import lambda_handler
from tests.reading import Reading

MARK, NAME = "{####}", "{username}"


def asked(occasion: str, **attributes: str) -> dict[str, Any]:
    """As the pool asks; it fills in the marks itself."""
    return {
        "triggerSource": occasion,
        "request": {"userAttributes": attributes, "codeParameter": MARK, "usernameParameter": NAME},
        "response": {"smsMessage": None, "emailMessage": None, "emailSubject": None},
    }


def test_a_first_password_comes_with_the_address_to_sign_in_with() -> None:
    answer = lambda_handler(asked("CustomMessage_AdminCreateUser", locale="en"), None)["response"]
    assert answer["emailSubject"] == "Your access to the partner program of Vendor Software"
    page = Reading(answer["emailMessage"])
    assert f"E-mail address {NAME} Temporary password {MARK}" in page.text
    assert len(answer["emailMessage"].encode()) < 20_000  # what a pool takes


def test_a_code_for_a_new_password_says_so_in_the_readers_language() -> None:
    answer = lambda_handler(asked("CustomMessage_ForgotPassword", locale="de"), None)["response"]
    assert answer["emailSubject"] == "Ihr Code für das Partnerprogramm von Vendor Software"
    assert "Neues Passwort wählen Guten Tag, Für diese Adresse wurde" in Reading(answer["emailMessage"]).text
    assert MARK in answer["emailMessage"]


@pytest.mark.parametrize(
    "occasion", ["CustomMessage_Authentication", "CustomMessage_ResendCode", "CustomMessage_VerifyUserAttribute"]
)
def test_any_other_code_is_mailed_with_what_to_do(occasion: str) -> None:
    answer = lambda_handler(asked(occasion), None)["response"]
    assert f"Enter the code where you were asked for it. Code {MARK}" in Reading(answer["emailMessage"]).text


def test_an_unknown_language_is_english() -> None:
    answer = lambda_handler(asked("CustomMessage_ForgotPassword", locale="fr"), None)["response"]
    assert answer["emailSubject"] == "Your code for the partner program of Vendor Software"


def test_the_rest_of_the_event_goes_back_as_it_came() -> None:
    event = asked("CustomMessage_ForgotPassword", locale="en")
    answer = lambda_handler(event, None)
    assert answer["request"] == asked("CustomMessage_ForgotPassword", locale="en")["request"]
