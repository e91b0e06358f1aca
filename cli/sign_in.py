"""`partnerdesk login`, `logout` and `whoami`."""

import os
import sys
from typing import Annotated, Any, NamedTuple

import typer

from cli.answers import PASSWORD, ask, sign_in_email, terminal_answers
from cli.exits import CliError, WrongUsageError
from cli.options import ClientId, Json, Partner, PoolRegion, Profile, Url
from cli.output import say, write_facts, write_json, write_table
from cli.session import open_api, open_pool, surroundings
from cli.sign_ins import forget_sign_in, load_sign_in, save_sign_in
from cli.tables import Column
from cli.targets import (
    DEFAULT_PROFILE,
    Target,
    checked_api_url,
    find_stack_file,
    find_target,
    profile_target,
    read_profiles,
    save_profile,
)


class Choice(NamedTuple):
    """Where to sign in; `settings` are those of the profile `name` that this makes, if it makes one."""

    target: Target
    name: str
    settings: dict[str, str]


def login(
    ctx: typer.Context,
    *,
    email: Annotated[
        str | None, typer.Argument(envvar="PARTNERDESK_EMAIL", help="Your e-mail; asked if left out.")
    ] = None,
    api: Url = None,
    pool_region: PoolRegion = None,
    client_id: ClientId = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Sign in; an API other than the stack on this machine needs --api, --pool-region and --client-id once.

    The password is asked for, or comes from --password-stdin or PARTNERDESK_PASSWORD. Who signs in for the first time
    after an invitation chooses a new one (PARTNERDESK_NEW_PASSWORD for scripts). Where an authenticator app is set up,
    its code is asked for (PARTNERDESK_CODE for scripts).
    """
    target, name, settings = choose_target(profile, api=api, pool_region=pool_region, client_id=client_id)
    address = sign_in_email(email or ask("E-mail"))
    password = _read_password(from_stdin=password_stdin)
    with open_pool(target, surroundings(ctx)) as pool:
        sign_in = pool.sign_in(email=address, password=password, answers=terminal_answers(address))
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


def choose_target(profile: str | None, *, api: str | None, pool_region: str | None, client_id: str | None) -> Choice:
    """Raises WrongUsageError."""
    name, settings = _new_profile(profile, api=api, pool_region=pool_region, client_id=client_id)
    return Choice(profile_target(name, settings) if settings else find_target(profile), name, settings)


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
    return os.environ.get(PASSWORD) or ask("Password", hidden=True)
