"""`partnerdesk transfers`: partners ask each other to let go of an employee's address at a client."""

from typing import Annotated, Any, Literal

import typer

from cli.ids import ClientId, UserId, checked_id
from cli.options import Json, Partner, Profile, Yes
from cli.output import say, write_facts, write_json, write_table
from cli.questions import confirm
from cli.session import open_api
from cli.tables import Column

PATH = "/v1/transfer-requests"

Direction = Literal["incoming", "outgoing"]
Status = Literal["pending", "accepted", "declined", "expired"]
TransferId = Annotated[
    str, typer.Argument(metavar="REQUEST", help="A request's id, as `partnerdesk transfers list` shows it.")
]

app = typer.Typer(no_args_is_help=True, help="Transfer requests: one partner asks another to let go of an address.")


@app.command("list")
def list_transfers(
    ctx: typer.Context,
    *,
    direction: Annotated[Direction | None, typer.Option(help="Only those you get, or only those you make.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only requests in this status.")] = None,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """List the requests that you get and make, with the ids that other commands ask for."""
    given = {"direction": direction, "status": status}
    params = {name: value for name, value in given.items() if value}
    with open_api(ctx, profile=profile, partner=partner) as api:
        rows, _ = api.rows(PATH, params=params, most=None)
    if as_json:
        write_json({"data": rows, "next_cursor": None})
        return
    if not rows:
        say("No request fits." if params else "There are no transfer requests.")
        return
    write_table(
        ("Request", "Direction", "Status", Column("Client", wraps=True), Column("E-mail", spare=1), "Expires"),
        [
            (row["id"], row["direction"], row["status"], row["company"], row["email"], row["expires_at"][:10])
            for row in rows
        ],
    )


@app.command("request")
def request_transfer(
    ctx: typer.Context,
    *,
    user_id: UserId,
    client_id: ClientId,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Ask the partner that listed your employee's address first to let go of it at this client."""
    path = f"/v1/employees/{checked_id(user_id)}/clients/{checked_id(client_id)}/transfer-request"
    with open_api(ctx, profile=profile, partner=partner) as api:
        asked = api.post(path, {})
    _show(asked, "Asked.", as_json=as_json)


@app.command("accept")
def accept_transfer(
    ctx: typer.Context,
    *,
    transfer_id: TransferId,
    yes: Yes = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Let go of the address: the partner that asks earns for its work from now on."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        if not yes:
            confirm("Your employee will no longer work for this client. Accept?", otherwise="Nothing was accepted.")
        decided = api.post(f"{PATH}/{checked_id(transfer_id)}/accept", {})
    _show(decided, "Accepted.", as_json=as_json)


@app.command("decline")
def decline_transfer(
    ctx: typer.Context,
    *,
    transfer_id: TransferId,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Keep the address."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        decided = api.post(f"{PATH}/{checked_id(transfer_id)}/decline", {})
    _show(decided, "Declined.", as_json=as_json)


def _show(transfer: dict[str, Any], done: str, *, as_json: bool) -> None:
    if as_json:
        write_json(transfer)
        return
    say(done)
    write_facts(
        [
            ("Request", transfer["id"]),
            ("Status", transfer["status"]),
            ("Client", transfer["company"]),
            ("E-mail", transfer["email"]),
            ("Expires at", transfer["expires_at"]),
        ]
    )
