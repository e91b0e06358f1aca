"""The vendor's back office's entry."""

from functions.vendor import api, suppressions
from shared.http.application import create_handler

lambda_handler = create_handler([api.router, suppressions.router], ahead=api.READ_AHEAD)
