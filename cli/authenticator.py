"""`partnerdesk authenticator`: codes of an app (TOTP) beside the password."""

import typer

from cli.answers import terminal_answers
from cli.exits import NotSignedInError
from cli.options import Json, Profile
from cli.output import say, write_json
from cli.session import login_command, open_pool, surroundings
from cli.sign_ins import load_sign_in, save_sign_in
from cli.targets import find_target

app = typer.Typer(no_args_is_help=True, help="An authenticator app: a code beside the password at each sign-in.")


@app.command("set-up")
def set_up(ctx: typer.Context, *, profile: Profile = None, as_json: Json = False) -> None:
    """Set up an app; from the next sign-in on its code is asked for. Another app takes the place of the one before."""
    email = _switch(ctx, profile=profile, on=True)
    if as_json:
        write_json({"email": email, "authenticator": "on"})
    say("From now on a sign-in asks for a code of your app. Sign in once more: `partnerdesk login`.")


@app.command("switch-off")
def switch_off(ctx: typer.Context, *, profile: Profile = None, as_json: Json = False) -> None:
    """Ask for no more codes. Where the vendor requires an app of its operators, they are refused without one."""
    email = _switch(ctx, profile=profile, on=False)
    if as_json:
        write_json({"email": email, "authenticator": "off"})
    say("From the next sign-in on the password is enough.")


def _switch(ctx: typer.Context, *, profile: str | None, on: bool) -> str:
    outside, target = surroundings(ctx), find_target(profile)
    sign_in = load_sign_in(target)
    if sign_in is None:
        raise NotSignedInError(f"You are not signed in at {target.name}. Run `{login_command(profile)}`.")
    with open_pool(target, outside) as pool:
        if sign_in.is_expired(now=outside.patience.now()):
            sign_in = pool.renew(sign_in)
            save_sign_in(target, sign_in)
        if on:
            pool.set_up_authenticator(sign_in, terminal_answers(sign_in.email))
        else:
            pool.switch_off_authenticator(sign_in)
    return sign_in.email
