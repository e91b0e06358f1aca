"""The vendor's back office's entry."""

from functions.vendor import api, suppressions
from shared.http.application import create_handler
from shared.http.authenticator import require_authenticator

lambda_handler = create_handler(
    [api.router, suppressions.router], ahead=api.READ_AHEAD, operators=require_authenticator
)
