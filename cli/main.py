"""`partnerdesk`: one Typer application; each group of commands is a file of its own.

A new group is a new file with a `typer.Typer()` and one `add_typer` line here.
"""

import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli import (
    audit,
    authenticator,
    capacity,
    clients,
    deals,
    employees,
    invitations,
    links,
    partners,
    passwords,
    products,
    registrations,
    renewals,
    sign_in,
    tier,
    transfers,
    users,
)
from cli.exits import INTERRUPTED, CliError, OutputError, WrongUsageError
from cli.output import say, whole_output, write_json, write_lines

AS_JSON = "--json"


class Partnerdesk(TyperGroup):
    """The one place where an error becomes a message and an exit code."""

    _wants_json = False

    def main(self, args: Sequence[str] | None = None, **more: Any) -> Any:  # type: ignore[override] # the rest is Typer's
        try:
            with whole_output():
                return super().main(args=args, **more)
        except OutputError as error:
            sys.exit(_told(error, as_json=False))

    def make_context(self, info_name: str | None, args: list[str], **more: Any) -> Any:  # type: ignore[override] # as above
        self._wants_json = AS_JSON in args
        with self._told_as_json():
            return super().make_context(info_name, args, **more)

    def invoke(self, ctx: Any) -> Any:
        try:
            with whole_output(), self._told_as_json():
                return super().invoke(ctx)
        except CliError as error:
            raise typer.Exit(_told(error, as_json=self._wants_json)) from None
        except typer.Abort:
            say("Stopped: nothing was done.")
            raise typer.Exit(INTERRUPTED) from None
        except OSError as error:
            say(f"{error.filename}: {error.strerror}.")
            raise typer.Exit(WrongUsageError.exit_code) from None

    @contextmanager
    def _told_as_json(self) -> Iterator[None]:
        """Options that make no sense end in a problem on stdout, too; Typer writes about them on stderr."""
        try:
            yield
        except typer.TyperException as error:
            if self._wants_json:
                detail = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
                write_json({"problem": WrongUsageError(detail).as_json()})
            raise


def _told(error: CliError, *, as_json: bool) -> int:
    """Its exit code."""
    if as_json and not isinstance(error, OutputError):
        write_json({"problem": error.as_json()})
    for line in error.lines():
        say(line)
    return error.exit_code


def _version() -> str:
    """Of the installed package, or of the checkout that this is run in."""
    try:
        return version("partnerdesk")
    except PackageNotFoundError:
        project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])


def _show_version(asked: bool) -> None:  # noqa: FBT001 - the signature Typer calls
    if asked:
        write_lines([f"partnerdesk {_version()}"])
        raise typer.Exit


app = typer.Typer(
    cls=Partnerdesk,
    no_args_is_help=True,
    rich_markup_mode=None,  # frames would cut the formats of options on narrow terminals
    pretty_exceptions_show_locals=False,
    help="The partner program from the command line.",
    epilog="Exit codes: 0 done, 1 refused or partly refused, 2 wrong usage, 3 not signed in, 4 cannot reach the API, "
    "5 the API failed, 6 the output cannot be written, 130 interrupted.",
)


@app.callback()
def _partnerdesk(
    *,
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    pass


app.command("login")(sign_in.login)
app.command("logout")(sign_in.logout)
app.command("whoami")(sign_in.whoami)
app.command("partners")(partners.list_partners)
app.add_typer(passwords.app, name="password")
app.add_typer(authenticator.app, name="authenticator")
app.add_typer(invitations.app, name="invitations")
app.add_typer(users.app, name="users")
app.command("capacity")(capacity.show_capacity)
app.add_typer(registrations.app, name="registrations")
app.command("products")(products.list_products)
app.add_typer(links.app, name="links")
app.add_typer(clients.app, name="clients")
app.add_typer(renewals.app, name="renewals")
app.add_typer(employees.app, name="employees")
app.add_typer(transfers.app, name="transfers")
app.add_typer(tier.app, name="tier")
app.add_typer(deals.app, name="deals")
app.add_typer(audit.app, name="audit")


if __name__ == "__main__":
    sys.exit(app())
