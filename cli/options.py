"""Options that many commands take."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="JSON on stdout, for machines.")]
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
