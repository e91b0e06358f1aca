"""The vendor's back office's entry."""

from functions.vendor import activities_api, api, clients_api, deals_api, suppressions
from shared.http.application import create_handler

lambda_handler = create_handler(
    [api.router, activities_api.router, clients_api.router, deals_api.router, suppressions.router],
    ahead={**api.READ_AHEAD, **clients_api.READ_AHEAD, **deals_api.READ_AHEAD},
)
