"""`partnerdesk renewals`: what comes up for renewal, the decisions about it, and who tells clients."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from cli.exits import WrongUsageError
from cli.money import money_text
from cli.options import Json, Partner, Profile, Yes
from cli.output import say, write_facts, write_json, write_table
from cli.questions import confirm
from cli.session import open_api
from cli.tables import Column

PATH = "/v1/renewals"
SETTINGS = f"{PATH}/settings"

Status = Literal["pending", "confirmed", "cancellation_requested", "renewed"]
Sort = Literal["days_left", "mrr_change", "-days_left", "-mrr_change"]
Decision = Literal["confirm", "request-cancellation"]
RenewalId = Annotated[
    str, typer.Argument(metavar="RENEWAL", help="A renewal's id, as `partnerdesk renewals list` shows it.")
]

ATTENTION = "no mail reaches this user: the first admin whom mail reaches is told instead"

app = typer.Typer(no_args_is_help=True, help="Renewals: see what comes up, decide in time, say who tells clients.")


@app.command("list")
def list_renewals(
    ctx: typer.Context,
    *,
    status: Annotated[Status | None, typer.Option(help="Only renewals in this status.")] = None,
    within_days: Annotated[
        int | None, typer.Option(min=1, max=120, help="Only renewals that start within so many days.")
    ] = None,
    sort: Annotated[
        Sort | None, typer.Option(metavar="FIELD", help="days_left or mrr_change; -FIELD turns it round.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most renewals to show.")] = 25,
    everything: Annotated[bool, typer.Option("--all", help="Show all renewals, however many.")] = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """List the renewals of the next 120 days, the earliest first unless sorted otherwise."""
    given = {"status": status, "within_days": str(within_days) if within_days else None, "sort": sort}
    params = {name: value for name, value in given.items() if value}
    with open_api(ctx, profile=profile, partner=partner) as api:
        rows, next_cursor = api.rows(PATH, params=params, most=None if everything else limit)
    if as_json:
        write_json({"data": rows, "next_cursor": next_cursor})
        return
    if not rows:
        say(
            "No renewal fits. Try more days, or without --status." if params else "Nothing renews in the next 120 days."
        )
        return
    write_table(
        (
            "Renewal",
            Column("Client", wraps=True),
            Column("Product", wraps=True),
            Column("Status", wraps=True),
            "Decide by",
            Column("Starts on", spare=1),
            Column("Days", spare=2),
            "MRR",
            Column("Change", spare=3),
            Column("Told by", spare=4),
            Column("Flags", wraps=True, spare=5),
        ),
        [
            (
                row["id"],
                row["company"],
                ", ".join(row["products"]),
                row["status"].replace("_", " "),
                row["decision_deadline"],
                row["starts_on"],
                row["days_left"],
                money_text(row["current_mrr"]),
                money_text(row["mrr_change"]),
                row["owner"],
                _flags(row),
            )
            for row in rows
        ],
    )
    if next_cursor:
        say(f"These are the first {len(rows)}; --all shows the rest, --status and --within-days narrow it down.")


@app.command("decide")
def decide_renewal(
    ctx: typer.Context,
    *,
    renewal_id: RenewalId,
    decision: Annotated[Decision, typer.Argument(help="confirm or request-cancellation")],
    reason: Annotated[str | None, typer.Option(help="For the vendor, at most 500 characters.")] = None,
    yes: Yes = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Confirm a renewal, or ask the vendor to cancel it. The first decision stands."""
    body = {"decision": decision.replace("-", "_"), **({"reason": reason} if reason else {})}
    with open_api(ctx, profile=profile, partner=partner) as api:
        if not yes:
            confirm(f"{decision} for {renewal_id} cannot be taken back. Decide?", otherwise="Nothing was decided.")
        renewal = api.post(f"{PATH}/{_checked(renewal_id)}/decision", body)
    if as_json:
        write_json(renewal)
        return
    say("Decided.")
    write_facts(
        [
            ("Renewal", renewal["id"]),
            ("Client", renewal["company"]),
            ("Product", ", ".join(renewal["products"])),
            ("Status", renewal["status"].replace("_", " ")),
            ("Starts on", renewal["starts_on"]),
        ]
    )


@app.command("settings")
def settings(
    ctx: typer.Context,
    *,
    owner: Annotated[
        Literal["vendor", "partner"] | None, typer.Option(help="Who tells clients: change it, with --notify.")
    ] = None,
    notify: Annotated[
        str | None,
        typer.Option(metavar="USER", help="Your user who is copied, or told alone, by the id that `users list` shows."),
    ] = None,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Show who tells clients about renewals; with --owner and --notify, change it."""
    if (owner is None) is not (notify is None):
        raise WrongUsageError("--owner and --notify go together: who tells clients, and which of your users is mailed.")
    with open_api(ctx, profile=profile, partner=partner) as api:
        found, tag = api.get_tagged(SETTINGS)
        if owner is not None:
            found = api.put(SETTINGS, {"owner": owner, "notify_user_id": notify}, match=tag)
    if as_json:
        write_json(found)
        return
    who = {"vendor": "the vendor, with a copy to your user", "partner": "you: your user alone is mailed"}
    write_facts(
        [
            ("Clients are told by", who[found["owner"]]),
            ("User", found["notify_user_id"] or "nobody chosen: the first admin by name"),
            *([("Attention", ATTENTION)] if found["flags"] else []),
        ]
    )


def _flags(row: Mapping[str, Any]) -> str | None:
    """Returns what stands in the way, in words."""
    flags = [flag.replace("_", " ") for flag in row["flags"]]
    if not row["responsible"]:
        flags.append("another partner decides")
    return ", ".join(flags) or None


def _checked(renewal_id: str) -> str:
    """The id, if it can stand in an address as it is."""
    if not (renewal_id.startswith("r-") and renewal_id.isascii() and not set(renewal_id) & set("/?#% ")):
        raise WrongUsageError(f"{renewal_id!r} is no renewal id; `partnerdesk renewals list` shows them.")
    return renewal_id
