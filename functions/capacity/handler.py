"""The capacity manager's entry."""

from functions.capacity.ahead import READ_AHEAD
from functions.capacity.api import router
from shared.http.application import create_handler

lambda_handler = create_handler([router], ahead=READ_AHEAD)
