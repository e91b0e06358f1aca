"""What the routes about tier and points read in the same call as the caller."""

from collections.abc import Mapping, Sequence

from functions.tiers.service import years_of_history, years_of_tier
from shared.clock import read_day
from shared.domain.clients import hub_id_of
from shared.errors import NotFoundError
from shared.program import program
from shared.table import keys
from shared.table.points import keys_of_years


def _partner(partner_id: str, _: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.partner(partner_id)]


def _tier(partner_id: str, asked: Mapping[str, str]) -> Sequence[keys.Key]:
    """A day that is none is refused later; until then today stands for it."""
    try:
        as_of = read_day(asked.get("as_of", asked["today"]))
    except ValueError:
        as_of = read_day(asked["today"])
    years = keys_of_years(partner_id, *years_of_tier(as_of))
    return [keys.partner(partner_id), keys.tool_usage(partner_id), *years]


def _what_if(partner_id: str, asked: Mapping[str, str]) -> Sequence[keys.Key]:
    years = keys_of_years(partner_id, *years_of_tier(read_day(asked["today"])))
    return [keys.partner(partner_id), *years]


def _history(partner_id: str, asked: Mapping[str, str]) -> Sequence[keys.Key]:
    years = keys_of_years(partner_id, *years_of_history(read_day(asked["today"]), program()))
    return [keys.partner(partner_id), *years]


def _client(partner_id: str, asked: Mapping[str, str]) -> Sequence[keys.Key]:
    hub_id = hub_id_of(asked["client_id"])
    if hub_id is None:
        raise NotFoundError
    return [keys.partner(partner_id), keys.client_points(partner_id, hub_id), keys.client(hub_id)]


READ_AHEAD = {
    "GET /v1/tier": _tier,
    "GET /v1/tier/points": _partner,
    "GET /v1/tier/points/{client_id}": _client,
    "GET /v1/tier/history": _history,
    "POST /v1/tier/what-if": _what_if,
    "GET /v1/team": _partner,
}
