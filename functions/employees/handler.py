"""The entry for users, partner employees and transfer requests."""

from functions.employees import api, employees_api, transfers_api
from shared.http.application import create_handler

lambda_handler = create_handler(
    [api.router, employees_api.router, transfers_api.router],
    ahead={**api.READ_AHEAD, **employees_api.READ_AHEAD, **transfers_api.READ_AHEAD},
)
