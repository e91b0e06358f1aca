"""What the routes about renewals read in the same call as the caller."""

from collections.abc import Mapping, Sequence

from shared.domain.clients import hub_id_of
from shared.domain.renewals import subscription_id_of
from shared.errors import NotFoundError
from shared.table import keys


def _settings(partner_id: str, _: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.renewal_settings(partner_id)]


def _partner_and_settings(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.partner(partner_id), *_settings(partner_id, path)]


def _client_and_settings(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    hub_id = hub_id_of(path["client_id"])
    if hub_id is None:
        raise NotFoundError
    return [keys.client(hub_id), *_settings(partner_id, path)]


def _client_and_all(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.partner(partner_id), *_client_and_settings(partner_id, path)]


def _renewal(partner_id: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    subscription_id = subscription_id_of(path["renewal_id"])
    if subscription_id is None:
        raise NotFoundError
    return [*_partner_and_settings(partner_id, path), keys.renewal_row(partner_id, subscription_id)]


READ_AHEAD = {
    "GET /v1/clients/{client_id}/renewals": _client_and_all,
    "GET /v1/clients/{client_id}/renewal-owner": _client_and_settings,
    "PUT /v1/clients/{client_id}/renewal-owner": _client_and_settings,
    "GET /v1/renewals": _partner_and_settings,
    "GET /v1/renewals.ics": _partner_and_settings,
    "GET /v1/renewals/settings": _settings,
    "PUT /v1/renewals/settings": _settings,
    "POST /v1/renewals/{renewal_id}/decision": _renewal,
}
