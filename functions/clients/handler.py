"""The entry for a partner's clients and its dashboard."""

from functions.clients.ahead import READ_AHEAD
from functions.clients.api import router
from shared.http.application import create_handler

lambda_handler = create_handler([router], ahead=READ_AHEAD)
