"""The entry for confirmation links, for the partner's side."""

from functions.confirmations.api import COMPLETING, READ_AHEAD, router
from shared.http.application import create_handler

lambda_handler = create_handler([router], ahead=READ_AHEAD, completing=COMPLETING)
