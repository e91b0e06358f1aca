"""`partnerdesk users`: who belongs to the partner, and under which id."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.ids import UserId, checked_id
from cli.options import Json, Partner, Profile, Yes
from cli.output import say, write_json, write_table
from cli.questions import confirm
from cli.session import open_api
from cli.tables import Column

PATH = "/v1/users"


class UserRole(StrEnum):
    """What a user may do: a member works with leads and links, an admin changes the rest too."""

    ADMIN = "admin"
    MEMBER = "member"


class MailLanguage(StrEnum):
    ENGLISH = "en"
    GERMAN = "de"


app = typer.Typer(no_args_is_help=True, help="Users: who belongs to the partner.")


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
        (
            "User",
            Column("Name", wraps=True),
            "E-mail",
            Column("Role", wraps=True),
            Column("Status", spare=1),
            Column("Employee", spare=2),
        ),
        [
            (
                row["id"],
                row["name"],
                row["email"],
                row["role"].replace("_", " "),
                row["status"],
                "yes" if row["partner_employee"] else "no",
            )
            for row in rows
        ],
    )


@app.command("add")
def add_user(
    ctx: typer.Context,
    *,
    email: Annotated[str, typer.Argument(help="The e-mail address, with which the person signs in.")],
    name: Annotated[str, typer.Argument(help="First and last name.")],
    role: Annotated[UserRole, typer.Option(help="What the user may do.")] = UserRole.MEMBER,
    language: Annotated[MailLanguage, typer.Option(help="Of the mails to the user.")] = MailLanguage.ENGLISH,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Add a user. Whom the program knows already is invited, and has to accept."""
    body = {"email": email, "name": name, "role": f"partner_{role}", "language": language.value}
    with open_api(ctx, profile=profile, partner=partner) as api:
        user = api.post(PATH, body)
    if as_json:
        write_json(user)
        return
    if user["status"] == "invited":
        say(f"{user['email']} is invited ({user['id']}), and counts for nothing here until they accept.")
    else:
        say(f"{user['name']} is added ({user['id']}). A first password is on its way to {user['email']}.")


@app.command("resend")
def resend_invitation(
    ctx: typer.Context, *, user_id: UserId, profile: Profile = None, partner: Partner = None, as_json: Json = False
) -> None:
    """Mail an invitation again, with a new first password where the person has not signed in yet."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        user = api.post(f"{PATH}/{checked_id(user_id)}/resend-invitation", {})
    if as_json:
        write_json(user)
        return
    say(f"The invitation is on its way to {user['email']}.")


@app.command("remove")
def remove_user(
    ctx: typer.Context,
    *,
    user_id: UserId,
    yes: Yes = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Remove a user, with every client of theirs, or take an invitation back."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        path = f"{PATH}/{checked_id(user_id)}"
        user = api.get(path)
        if not yes:
            confirm(f"Remove {user['name']} ({user['email']})?", otherwise="Nobody was removed.")
        api.delete(path)
    if as_json:
        write_json({"id": user_id, "status": "removed"})
    say("Withdrawn." if user["status"] == "invited" else "Removed.")
