"""The vendor's back office's entry."""

from functions.vendor.api import READ_AHEAD, router
from shared.http.application import create_handler

lambda_handler = create_handler([router], ahead=READ_AHEAD)
