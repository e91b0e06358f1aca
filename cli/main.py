"""`partnerdesk`: one Typer application; each group of commands is a file of its own.

A new group is a new file with a `typer.Typer()` and one `add_typer` line here.
"""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from cli import audit, capacity, clients, deals, employees, links, registrations, renewals, sign_in, tier
from cli.exits import INTERRUPTED, CliError, WrongUsageError
from cli.options import AS_JSON
from cli.output import say, write_json


class Partnerdesk(TyperGroup):
    """The one place where an error becomes a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CliError as error:
            if ctx.meta.get(AS_JSON):
                write_json({"problem": error.as_json()})
            for line in error.lines():
                say(line)
            raise typer.Exit(error.exit_code) from None
        except typer.Abort:
            say("Stopped: nothing was done.")
            raise typer.Exit(INTERRUPTED) from None
        except OSError as error:
            if error.filename is None:
                raise
            say(f"{error.filename}: {error.strerror}.")
            raise typer.Exit(WrongUsageError.exit_code) from None


app = typer.Typer(
    cls=Partnerdesk,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    help="The partner program from the command line.",
    epilog="Exit codes: 0 done, 1 refused or partly refused, 2 wrong usage, 3 not signed in, 4 cannot reach the API, "
    "5 the API failed, 130 interrupted.",
)
app.command("login")(sign_in.login)
app.command("logout")(sign_in.logout)
app.command("whoami")(sign_in.whoami)
app.command("capacity")(capacity.show_capacity)
app.add_typer(registrations.app, name="registrations")
app.add_typer(links.app, name="links")
app.add_typer(clients.app, name="clients")
app.add_typer(renewals.app, name="renewals")
app.add_typer(employees.app, name="employees")
app.add_typer(tier.app, name="tier")
app.add_typer(deals.app, name="deals")
app.add_typer(audit.app, name="audit")


if __name__ == "__main__":
    sys.exit(app())
