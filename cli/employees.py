"""`partnerdesk employees`: who works for which client, what that earns, and what is missing where it earns nothing."""

from typing import Annotated

import typer

from cli.exits import REFUSED, WrongUsageError
from cli.ids import ClientId, UserId, checked_id
from cli.options import Json, Partner, Profile
from cli.output import say, write_facts, write_json, write_table
from cli.session import open_api
from cli.tables import Column

PATH = "/v1/employees"
USERS = "/v1/users"
REMOVE = "REMOVE"
MOST_CLIENTS = 100


app = typer.Typer(no_args_is_help=True, help="Partner employees: who works in which client's account.")


@app.command("list")
def list_employees(
    ctx: typer.Context, *, profile: Profile = None, partner: Partner = None, as_json: Json = False
) -> None:
    """List the users who are marked as partner employees, with the number of their clients."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        rows, _ = api.rows(PATH, params={}, most=None)
    if as_json:
        write_json({"data": rows, "next_cursor": None})
        return
    if not rows:
        say(
            "Nobody is marked as a partner employee yet. Mark a user with `partnerdesk employees tag USER`; "
            "`partnerdesk users list` shows them."
        )
        return
    write_table(
        ("Employee", Column("Name", wraps=True), "E-mail", "Clients"),
        [(row["id"], row["name"], row["email"], row["client_count"]) for row in rows],
    )


@app.command("show")
def show_employee(
    ctx: typer.Context, *, user_id: UserId, profile: Profile = None, partner: Partner = None, as_json: Json = False
) -> None:
    """Show an employee's clients, and for each what is missing for managed credit."""
    path = f"{PATH}/{checked_id(user_id)}"
    with open_api(ctx, profile=profile, partner=partner) as api:
        employee = api.get(path)
        while employee["next_cursor"]:
            more = api.get(path, params={"cursor": employee["next_cursor"]})
            employee = {**more, "clients": [*employee["clients"], *more["clients"]]}
    if as_json:
        write_json(employee)
        return
    write_facts(
        [
            ("Employee", employee["id"]),
            ("Name", employee["name"]),
            ("E-mail", employee["email"]),
            ("Partner employee", "yes" if employee["partner_employee"] else "no"),
            ("Clients", employee["client_count"]),
        ]
    )
    if not employee["clients"]:
        say(f"No clients yet. Assign them with `partnerdesk employees assign {user_id} HUB_ID`.")
        return
    write_table(
        (
            "Client",
            Column("Company", wraps=True),
            Column("Access", spare=1),
            "Last activity",
            "Credit",
            Column("Missing", wraps=True),
        ),
        [
            (
                row["client_id"],
                row["company"],
                row["portal_access"].replace("_", " "),
                (row["last_activity_at"] or "")[:10] or None,
                row["managed_credit"],
                row["managed_credit_detail"],
            )
            for row in employee["clients"]
        ],
    )


@app.command("assign")
def assign_clients(
    ctx: typer.Context,
    *,
    user_id: UserId,
    clients: Annotated[
        list[str], typer.Argument(metavar="CLIENT...", help="Client ids such as c-4711, or hub ids such as 4711.")
    ],
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Assign clients to an employee. It grants no access: the client has to do that."""
    if len(clients) > MOST_CLIENTS:
        raise WrongUsageError(f"At most {MOST_CLIENTS} clients at a time; these are {len(clients)}.")
    chosen = [{"client_id" if one.startswith("c-") else "hub_id": one} for one in clients]
    with open_api(ctx, profile=profile, partner=partner) as api:
        answer = api.post(f"{PATH}/{checked_id(user_id)}/clients", {"clients": chosen})
    results = answer["results"]
    if as_json:
        write_json(answer)
    else:
        write_table(
            ("Client", Column("Outcome", wraps=True)),
            [(one, row["status"].replace("_", " ")) for one, row in zip(clients, results, strict=True)],
        )
        for detail in dict.fromkeys(row["problem"]["detail"] for row in results if "problem" in row):
            say(detail)
    if any(row["status"] in {"not_found", "refused"} for row in results):
        raise typer.Exit(REFUSED)


@app.command("request-access")
def request_access(
    ctx: typer.Context,
    *,
    user_id: UserId,
    client_id: ClientId,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Ask a client by mail to add the employee to its portal."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        asked = api.post(f"{PATH}/{checked_id(user_id)}/clients/{checked_id(client_id)}/request-access", {})
    if as_json:
        write_json(asked)
        return
    if asked["client_notified"]:
        say(f"{asked['company']} is asked since {asked['access_requested_at'][:10]}.")
    else:
        say(f"Recorded. No mail reaches a decision maker of {asked['company']}: ask the client yourself.")


@app.command("remove")
def remove_client(
    ctx: typer.Context,
    *,
    user_id: UserId,
    client_id: ClientId,
    confirm: Annotated[str | None, typer.Option(metavar=REMOVE, help="The word, for scripts.")] = None,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Take a client from an employee; asks for the word REMOVE."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        typed = confirm or typer.prompt(f"{user_id} will no longer work for {client_id}. Type {REMOVE}", err=True)
        if typed != REMOVE:
            say(f"That was not {REMOVE}. Nothing was removed.")
            raise typer.Exit(REFUSED)
        api.delete(f"{PATH}/{checked_id(user_id)}/clients/{checked_id(client_id)}", params={"confirm": REMOVE})
    if as_json:
        write_json({"user_id": user_id, "client_id": client_id, "status": "removed"})
    say("Removed.")


@app.command("tag")
def tag_user(
    ctx: typer.Context,
    *,
    user_id: UserId,
    enabled: Annotated[bool, typer.Option("--on/--off", help="Whether the user's work is tracked.")] = True,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Mark a user as a partner employee, or with --off no longer."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        user = api.put(f"{USERS}/{checked_id(user_id)}/partner-employee", {"enabled": enabled}, match="*")
    if as_json:
        write_json(user)
        return
    say(f"{user['name']} is {'now' if user['partner_employee'] else 'no longer'} a partner employee.")
