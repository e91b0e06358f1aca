"""`partnerdesk invitations`: partners that want to add the person who is signed in, and the answer to them."""

from typing import Annotated

import typer

from cli.ids import checked_id
from cli.options import Json, Profile
from cli.output import say, write_json, write_table
from cli.session import open_api
from cli.tables import Column

PATH = "/v1/me/memberships"

PartnerId = Annotated[
    str, typer.Argument(metavar="PARTNER", help="The partner's id, as `partnerdesk invitations list` shows it.")
]

app = typer.Typer(no_args_is_help=True, help="Invitations: partners that ask you to join them.")


@app.command("list")
def list_invitations(ctx: typer.Context, *, profile: Profile = None, as_json: Json = False) -> None:
    """List the partners that wait for your answer."""
    with open_api(ctx, profile=profile, partner=None) as api:
        rows = [one for one in api.get("/v1/me")["memberships"] if one["status"] == "invited"]
    if as_json:
        write_json({"data": rows})
        return
    if not rows:
        say("Nobody has invited you.")
        return
    write_table(
        ("Partner", Column("Name", wraps=True), "Role"),
        [(one["partner_id"], one["partner_name"], one["role"].replace("_", " ")) for one in rows],
    )


@app.command("accept")
def accept_invitation(
    ctx: typer.Context, *, partner_id: PartnerId, profile: Profile = None, as_json: Json = False
) -> None:
    """Join the partner. If you belong to another one too, commands then need --partner."""
    answer = _say(ctx, partner_id, "accept", profile=profile)
    if as_json:
        write_json(answer)
        return
    say(f"You belong to {answer['partner_name']} now: {answer['role'].replace('_', ' ')}.")


@app.command("decline")
def decline_invitation(
    ctx: typer.Context, *, partner_id: PartnerId, profile: Profile = None, as_json: Json = False
) -> None:
    """Say no to the partner."""
    answer = _say(ctx, partner_id, "decline", profile=profile)
    if as_json:
        write_json(answer)
        return
    say(f"Declined: you do not join {answer['partner_name']}.")


def _say(ctx: typer.Context, partner_id: str, word: str, *, profile: str | None) -> dict[str, str]:
    with open_api(ctx, profile=profile, partner=None) as api:
        answer: dict[str, str] = api.post(f"{PATH}/{checked_id(partner_id)}/{word}", {})
    return answer
