"""What the user pool mails, in the vendor's look and the reader's language: the pool asks for each mail's words.

The pool fills in password and code itself, in the place of marks that it hands over; they never reach this function.
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
"""

from collections.abc import Mapping
from typing import Any

from shared import settings
from shared.domain.languages import Language
from shared.mail.content import Mail
from shared.mail.mime import html_part
from shared.mail.sign_in_mails import FirstPassword, SignInCode
from shared.web.languages import SOURCE_LANGUAGE

_FIRST_PASSWORD = "CustomMessage_AdminCreateUser"  # noqa: S105 - the name of an occasion
_NEW_PASSWORD = "CustomMessage_ForgotPassword"  # noqa: S105 - the name of an occasion


def lambda_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """The pool's event with subject and HTML of the mail."""
    content = _mail(event["triggerSource"], event["request"]).content()
    event["response"] |= {"emailSubject": content.subject, "emailMessage": html_part(content)}
    return event


def _mail(occasion: str, request: Mapping[str, Any]) -> Mail:
    language = _language(request["userAttributes"].get("locale"))
    if occasion == _FIRST_PASSWORD:
        return FirstPassword(
            language=language,
            vendor_name=settings.vendor_name(),
            user_name=request["usernameParameter"],
            password=request["codeParameter"],
        )
    return SignInCode(
        language=language,
        vendor_name=settings.vendor_name(),
        code=request["codeParameter"],
        for_password=occasion == _NEW_PASSWORD,
    )


def _language(locale: str | None) -> Language:
    """The person's, as it was when the sign-in was made."""
    return Language(locale) if locale in set(Language) else SOURCE_LANGUAGE
