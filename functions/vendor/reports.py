"""The entry for what the vendor's systems report: clients, subscriptions, usage, activities and deals."""

from functions.vendor import activities_api, clients_api, deals_api
from shared.http.application import create_handler
from shared.http.authenticator import require_authenticator

lambda_handler = create_handler(
    [activities_api.router, clients_api.router, deals_api.router],
    ahead={**clients_api.READ_AHEAD, **deals_api.READ_AHEAD},
    operators=require_authenticator,
)
