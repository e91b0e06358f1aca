"""`partnerdesk login`, `logout` and `whoami`."""

import os
import sys
from typing import Annotated, Any

import typer

from cli.exits import CliError, WrongUsageError
from cli.options import Json, Partner, Profile
from cli.output import say, write_facts, write_json, write_table
from cli.session import open_api, open_pool, surroundings
from cli.sign_ins import forget_sign_in, load_sign_in, save_sign_in
from cli.tables import Column
from cli.targets import (
    DEFAULT_PROFILE,
    checked_api_url,
    find_stack_file,
    find_target,
    profile_target,
    read_profiles,
    save_profile,
)

PASSWORD = "PARTNERDESK_PASSWORD"  # noqa: S105 - the name of a variable
NEW_PASSWORD = "PARTNERDESK_NEW_PASSWORD"  # noqa: S105 - the name of a variable


def login(
    ctx: typer.Context,
    *,
    email: Annotated[
        str | None, typer.Argument(envvar="PARTNERDESK_EMAIL", help="Your e-mail; asked if left out.")
    ] = None,
    api: Annotated[str | None, typer.Option(metavar="URL", help="The API's address, for a new profile.")] = None,
    pool_region: Annotated[
        str | None, typer.Option(metavar="REGION", help="The AWS region of the user pool, such as eu-central-1.")
    ] = None,
    client_id: Annotated[str | None, typer.Option(metavar="ID", help="The user pool's client id.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Sign in; an API other than the stack on this machine needs --api, --pool-region and --client-id once.

    The password is asked for, or comes from --password-stdin or PARTNERDESK_PASSWORD. Who signs in for the first time
    after an invitation chooses a new one (PARTNERDESK_NEW_PASSWORD for scripts).
    """
    name, settings = _new_profile(profile, api=api, pool_region=pool_region, client_id=client_id)
    target = profile_target(name, settings) if settings else find_target(profile)
    address = email or _ask("E-mail")
    password = _read_password(from_stdin=password_stdin)
    with open_pool(target, surroundings(ctx)) as pool:
        sign_in = pool.sign_in(email=address, password=password, ask_new_password=_choose_password)
    if settings:
        save_profile(name, settings)
    save_sign_in(target, sign_in)
    if as_json:
        write_json({"email": address, "api": target.name, "profile": name if settings else profile})
    say(f"Signed in at {target.name} as {address}.")
    if settings and profile is None and find_stack_file() is not None:
        say(f"In this folder commands talk to the stack on this machine; add --profile {name} for this API.")


def logout(ctx: typer.Context, *, profile: Profile = None, as_json: Json = False) -> None:
    """Forget the sign-in here and end it at the user pool."""
    target = find_target(profile)
    sign_in = load_sign_in(target)
    forget_sign_in(target)
    if sign_in is not None:
        try:
            with open_pool(target, surroundings(ctx)) as pool:
                pool.revoke(sign_in)
        except CliError as error:
            say(f"The tokens are gone from this computer, but the user pool did not end them: {error}")
    if as_json:
        write_json({"api": target.name, "was_signed_in": sign_in is not None})
    say(f"Signed out at {target.name}." if sign_in else f"Nobody was signed in at {target.name}.")


def whoami(ctx: typer.Context, *, profile: Profile = None, partner: Partner = None, as_json: Json = False) -> None:
    """Show who is signed in, and for which partner."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        me = api.get("/v1/me")
    if as_json:
        write_json(me)
        return
    write_facts(
        [
            ("E-mail", me["email"]),
            ("Name", me["name"]),
            ("Role", _role_text(me["role"])),
            ("Partner", _partner_text(me)),
        ],
    )
    memberships = me["memberships"]
    if len(memberships) > 1:
        write_table(
            ("Partner", Column("Name", wraps=True), "Role"),
            [(one["partner_id"], one["partner_name"], _role_text(one["role"])) for one in memberships],
        )
        say("You belong to several partners: pick one with --partner or PARTNERDESK_PARTNER.")


def _role_text(role: str | None) -> str | None:
    return role and role.replace("_", " ")


def _partner_text(me: dict[str, Any]) -> str | None:
    return f"{me['partner_name']} ({me['partner_id']})" if me["partner_id"] else None


def _new_profile(
    profile: str | None, *, api: str | None, pool_region: str | None, client_id: str | None
) -> tuple[str, dict[str, str]]:
    """Name and settings of the profile that this sign-in makes; no settings where it uses what is there."""
    given = {"--api": api, "--pool-region": pool_region, "--client-id": client_id}
    if api and pool_region and client_id:
        settings = {"api": checked_api_url(api), "pool_region": pool_region, "client_id": client_id}
        return profile or DEFAULT_PROFILE, settings
    if any(given.values()):
        missing = ", ".join(option for option, value in given.items() if not value)
        raise WrongUsageError(f"A new profile needs all of {', '.join(given)}; missing: {missing}.")
    stack = find_stack_file()
    if profile is None or stack is None or profile in read_profiles():
        return "", {}
    return profile, {"stack": str(stack)}


def _read_password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise WrongUsageError("--password-stdin: there was no password on stdin.")
        return password
    return os.environ.get(PASSWORD) or _ask("Password", hidden=True)


def _choose_password(complaint: str) -> str:
    from_environment = os.environ.get(NEW_PASSWORD)
    if from_environment and not complaint:
        return from_environment
    if from_environment:
        raise WrongUsageError(f"{NEW_PASSWORD} is refused: {complaint}")
    say(complaint or "This is your first sign-in: choose a password of your own.")
    return _ask("New password", hidden=True, twice=True)


def _ask(what: str, *, hidden: bool = False, twice: bool = False) -> str:
    """An answer from the terminal; where there is none, what to do instead."""
    try:
        return str(typer.prompt(what, hide_input=hidden, confirmation_prompt=twice, err=True))
    except typer.Abort:
        if sys.stdin.isatty():
            raise
        variable = {"E-mail": "PARTNERDESK_EMAIL", "Password": PASSWORD}.get(what, NEW_PASSWORD)
        raise WrongUsageError(f"{what} is needed and nobody can be asked here: set {variable}.") from None
