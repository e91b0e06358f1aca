"""`partnerdesk users`: who belongs to the partner, and under which id."""

import typer

from cli.options import Json, Partner, Profile
from cli.output import say, write_json, write_table
from cli.session import open_api
from cli.tables import Column

PATH = "/v1/users"

app = typer.Typer(no_args_is_help=True, help="Users: who belongs to the partner.")


@app.callback()
def _group() -> None:
    """Keep `list` a command of its own although it is the only one."""


@app.command("list")
def list_users(ctx: typer.Context, *, profile: Profile = None, partner: Partner = None, as_json: Json = False) -> None:
    """List the partner's users with the ids that other commands ask for."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        rows, _ = api.rows(PATH, params={}, most=None)
    if as_json:
        write_json({"data": rows, "next_cursor": None})
        return
    if not rows:
        say("The partner has no users.")
        return
    write_table(
        ("User", Column("Name", wraps=True), "E-mail", Column("Role", wraps=True), Column("Employee", spare=1)),
        [
            (
                row["id"],
                row["name"],
                row["email"],
                row["role"].replace("_", " "),
                "yes" if row["partner_employee"] else "no",
            )
            for row in rows
        ],
    )
