"""The entry of tier, points and team."""

from functions.tiers.ahead import READ_AHEAD
from functions.tiers.api import router
from shared.http.application import create_handler

lambda_handler = create_handler([router], ahead=READ_AHEAD)
