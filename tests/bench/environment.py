"""The environment of every measured function: what any of them may ask for."""

from tests.conftest import ENVIRONMENT as OF_TESTS

ENVIRONMENT = {
    **OF_TESTS,
    "MAIL_SENDER": "desk@vendor.example",
    "SES_CONFIGURATION_SET": "partnerdesk",
    "PYDANTIC_DISABLE_PLUGINS": "__all__",  # as template.yaml has it
}
