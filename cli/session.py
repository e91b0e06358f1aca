"""From a command's options to an API that knows who is calling."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from cli.exits import NotSignedInError
from cli.output import say
from cli.patience import Patience
from cli.sign_ins import SignIn, load_sign_in, save_sign_in
from cli.targets import Target, find_target

if TYPE_CHECKING:
    import httpx

    from cli.api import Api
    from cli.pool import Pool

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 35.0
"""Longer than the gateway's own 30 seconds: its answer is better than none."""


@dataclass(frozen=True)
class Surroundings:
    """What commands need from outside; without a transport, requests go over the network."""

    patience: Patience
    transport: "httpx.BaseTransport | None" = None


def surroundings(ctx: typer.Context) -> Surroundings:
    """Those that the caller of the application passed as `obj`, else the real ones."""
    found = ctx.find_root().obj
    return found if isinstance(found, Surroundings) else Surroundings(Patience(sleep=time.sleep, now=time.time))


@contextmanager
def open_api(ctx: typer.Context, *, profile: str | None, partner: str | None) -> Iterator["Api"]:
    """The API of the profile, as the person signed in there; every command but the sign-in itself starts here."""
    from cli.api import Api  # noqa: PLC0415 - httpx takes longer to load than `--help` may take

    outside = surroundings(ctx)
    target = find_target(profile)
    sign_in = load_sign_in(target)
    if sign_in is None:
        raise NotSignedInError(f"You are not signed in at {target.name}. Run `{login_command(profile)}`.")

    def renew(old: SignIn) -> SignIn:
        """Another command may have renewed it meanwhile; the pool may accept a refresh token only once."""
        stored = load_sign_in(target)
        if stored is not None and stored.access_token != old.access_token:
            return stored
        with open_pool(target, outside) as pool:
            fresh = pool.renew(old)
        save_sign_in(target, fresh)
        return fresh

    with open_http(target.api_url, target=target, outside=outside) as http:
        yield Api(http=http, sign_in=sign_in, renew=renew, partner=partner, patience=outside.patience, say=say)


@contextmanager
def open_pool(target: Target, outside: Surroundings) -> Iterator["Pool"]:
    from cli.pool import Pool  # noqa: PLC0415 - httpx takes longer to load than `--help` may take

    with open_http(target.pool_url, target=None, outside=outside) as http:
        yield Pool(http=http, client_id=target.client_id, patience=outside.patience)


def open_http(url: str, *, target: Target | None, outside: Surroundings) -> "httpx.Client":
    """Proxies of the environment are used for the network, not for the stack on this machine."""
    import httpx  # noqa: PLC0415 - it takes longer to load than `--help` may take

    from cli.stack_transport import StackTransport  # noqa: PLC0415 - it loads httpx

    far = url.startswith("https://")
    host = target.host if target else None
    return httpx.Client(
        base_url=url,
        headers={"Host": host} if host else {},
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        transport=outside.transport if far else StackTransport(outside.transport or httpx.HTTPTransport()),
        trust_env=far,
    )


def login_command(profile: str | None) -> str:
    return f"partnerdesk login --profile {profile}" if profile else "partnerdesk login"
