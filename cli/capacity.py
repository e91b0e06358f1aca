"""`partnerdesk capacity`: how many leads may be registered, and how many are."""

from typing import Any

import typer

from cli.options import Json, Partner, Profile
from cli.output import write_facts, write_json
from cli.session import open_api

STATES = {
    "within": "within the limit",
    "at_limit": "at the limit: deregister a lead before you register another",
    "over_limit": "over the limit: nothing can be registered until leads are deregistered",
}


def show_capacity(
    ctx: typer.Context, *, profile: Profile = None, partner: Partner = None, as_json: Json = False
) -> None:
    """Show the partner's tier, limit and free places."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        capacity = api.get("/v1/capacity")
    if as_json:
        write_json(capacity)
        return
    write_facts(capacity_facts(capacity))


def capacity_facts(capacity: dict[str, Any]) -> list[tuple[str, object]]:
    state = capacity["state"]
    return [
        ("Tier", capacity["tier"]),
        ("Used", f"{capacity['used']} of {capacity['limit']}"),
        ("Available", capacity["available"]),
        ("State", STATES.get(state, state)),
        ("Over the limit since", capacity.get("over_limit_since")),
        ("Commission withheld from", capacity.get("commission_withheld_from")),
    ]
