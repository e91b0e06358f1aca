"""The entry for renewals."""

from functions.renewals.ahead import READ_AHEAD
from functions.renewals.api import router
from functions.renewals.owner_api import router as owner_router
from shared.http.application import create_handler

lambda_handler = create_handler([router, owner_router], ahead=READ_AHEAD)
