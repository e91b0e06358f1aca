"""The entry for confirmation links, for the partner's side."""

from functions.confirmations.ahead import COMPLETING, READ_AHEAD
from functions.confirmations.api import router
from shared.http.application import create_handler

lambda_handler = create_handler([router], ahead=READ_AHEAD, completing=COMPLETING)
