"""What the routes about clients read in the same call as the caller."""

from collections.abc import Mapping, Sequence
from datetime import date

from shared.domain.clients import hub_id_of
from shared.errors import NotFoundError
from shared.table import keys
from shared.table.points import keys_of_years, years_about


def _client(_: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    hub_id = hub_id_of(path["client_id"])
    if hub_id is None:
        raise NotFoundError
    return [keys.client(hub_id)]


def _dashboard(partner_id: str, asked: Mapping[str, str]) -> Sequence[keys.Key]:
    years = keys_of_years(partner_id, *years_about(date.fromisoformat(asked["today"])))
    return [keys.partner(partner_id), keys.capacity(partner_id), keys.client_count(partner_id), *years]


READ_AHEAD = {
    "GET /v1/clients/{client_id}": _client,
    "GET /v1/clients/{client_id}/usage": _client,
    "GET /v1/clients/{client_id}/engagement": _client,
    "POST /v1/clients/{client_id}/end-services": _client,
    "GET /v1/dashboard": _dashboard,
}
