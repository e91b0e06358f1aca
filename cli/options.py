"""Options that many commands take."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="JSON on stdout, for machines.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; for scripts.")]
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
Url = Annotated[str | None, typer.Option("--api", metavar="URL", help="The API's address, for a new profile.")]
PoolRegion = Annotated[
    str | None,
    typer.Option("--pool-region", metavar="REGION", help="The AWS region of the user pool, such as eu-central-1."),
]
ClientId = Annotated[str | None, typer.Option("--client-id", metavar="ID", help="The user pool's client id.")]
