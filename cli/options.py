"""Options that every command takes, and how they are remembered for the error message."""

from typing import Annotated

import typer

AS_JSON = "as_json"


def _remember_json(ctx: typer.Context, value: bool) -> bool:  # noqa: FBT001 - the signature Typer calls
    ctx.meta[AS_JSON] = value
    return value


Json = Annotated[bool, typer.Option("--json", help="JSON on stdout, for machines.", callback=_remember_json)]
Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="NAME", envvar="PARTNERDESK_PROFILE", help="A profile saved by `login`."),
]
Partner = Annotated[
    str | None,
    typer.Option(
        "--partner",
        metavar="ID",
        envvar="PARTNERDESK_PARTNER",
        help="Which partner to act for, if you belong to several.",
    ),
]
