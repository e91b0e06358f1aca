"""The capacity manager's entry."""

from functions.capacity.api import READ_AHEAD, router
from shared.http.application import create_handler

lambda_handler = create_handler([router], ahead=READ_AHEAD)
