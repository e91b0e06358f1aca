"""`partnerdesk password`: a forgotten password, reset by a code that the user pool mails."""

from typing import Annotated

import typer

from cli.answers import ask, choose_password, read_code, sign_in_email
from cli.options import ClientId, Json, PoolRegion, Profile, Url
from cli.output import say, write_json
from cli.session import open_pool, surroundings
from cli.sign_in import choose_target

app = typer.Typer(no_args_is_help=True, help="Passwords: reset one that is forgotten.")


@app.callback()
def _group() -> None:
    """Keep `reset` a command of its own although it is the only one."""


@app.command("reset")
def reset_password(
    ctx: typer.Context,
    *,
    email: Annotated[
        str | None, typer.Argument(envvar="PARTNERDESK_EMAIL", help="Your e-mail; asked if left out.")
    ] = None,
    has_code: Annotated[bool, typer.Option("--have-code", help="Use a code that was mailed already.")] = False,
    api: Url = None,
    pool_region: PoolRegion = None,
    client_id: ClientId = None,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Have a code mailed, then choose a new password with it.

    For scripts the code comes from PARTNERDESK_CODE (with --have-code), the password from PARTNERDESK_NEW_PASSWORD.
    """
    from cli.pool import CodeRefusedError, PasswordRefusedError  # noqa: PLC0415 - httpx takes long to load

    choice = choose_target(profile, api=api, pool_region=pool_region, client_id=client_id)
    address = sign_in_email(email or ask("E-mail"))
    with open_pool(choice.target, surroundings(ctx)) as pool:
        if not has_code:
            place = pool.mail_code(address)
            say(f"A code is on its way to {place or address}, if somebody signs in with that address.")
        code = read_code("")
        password = choose_password("")
        while True:
            try:
                pool.reset_password(address, code=code, password=password)
            except CodeRefusedError as error:
                code = read_code(str(error))
            except PasswordRefusedError as error:
                password = choose_password(str(error))
            else:
                break
    if as_json:
        write_json({"email": address, "api": choice.target.name, "status": "reset"})
    say("The password is reset. Sign in with it: `partnerdesk login`.")
