"""`partnerdesk registrations import`: registers the leads of a file."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli.exits import REFUSED, CliError, WrongUsageError
from cli.import_journal import import_name, open_journal
from cli.import_run import ImportOutcome, make_batches, send_batches
from cli.lead_file import FIELDS, LeadFile, read_lead_file, refused_file_of, write_refused_file
from cli.options import Json, Partner, Profile
from cli.output import err_console, say, write_facts, write_json, write_table
from cli.session import open_api, surroundings
from cli.table_file import check_fields, pairs_of, tell_reading
from cli.tables import Column

if TYPE_CHECKING:
    from cli.api import Api

SHOWN_REFUSALS = 20


def import_registrations(
    ctx: typer.Context,
    *,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            readable=True,
            help="CSV or a workbook; its first row names columns.",
        ),
    ],
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help=f"Which column holds a field. Fields: {', '.join(FIELDS)}."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would happen; change nothing.")] = False,
    stop_at_limit: Annotated[
        bool, typer.Option("--stop-at-limit", help="Send no more once the capacity limit is reached.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew instead of going on with an interrupted import.")
    ] = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Register the leads of a file.

    Columns are found by their names in any spelling, or by what HubSpot, Salesforce and Pipedrive call them; --map says
    otherwise. Interrupted, it goes on when you run it again; nothing is registered twice. Rows that are refused are
    written, with the reason, to FILE.refused.csv: correct them there and import that file.
    """
    said = pairs_of(mapped, "--map")
    check_fields(said, FIELDS)
    leads = read_lead_file(file, said=said)
    tell_reading(leads.read_as)
    with open_api(ctx, profile=profile, partner=partner) as api:
        if dry_run:
            _preview(api, leads, as_json=as_json)
        else:
            _register(ctx, api, leads, stop_at_limit=stop_at_limit, restart=restart, as_json=as_json)


def _register(
    ctx: typer.Context, api: "Api", leads: LeadFile, *, stop_at_limit: bool, restart: bool, as_json: bool
) -> None:
    now = surroundings(ctx).patience.now
    journal = open_journal(import_name(leads.identity, api.address, _partner_of(api)), now=now(), restart=restart)
    batches = list(make_batches(leads.leads))
    done_before = sum(outcome.rows for outcome in journal.outcomes.values())
    if done_before:
        say(f"Going on with an interrupted import: {done_before:,} rows are done. (--restart begins anew.)")
    begun = now()
    with _progress() as progress:
        bar = progress.add_task("Registering", total=len(leads.leads), completed=done_before)
        try:
            outcome = send_batches(
                batches,
                api=api,
                journal=journal,
                file_hash=leads.identity,
                stop_at_limit=stop_at_limit,
                advance=lambda rows: progress.advance(bar, rows),
                column_of=leads.column_of,
            )
        except (CliError, KeyboardInterrupt):
            done = sum(outcome.rows for outcome in journal.outcomes.values())
            say(f"Stopped after {done:,} of {len(leads.leads):,} rows. Run the same command again to go on from there.")
            raise
    seconds = now() - begun
    sent = sum(done.rows for done in journal.outcomes.values()) - done_before
    outcome = _with_unreadable(outcome, leads)
    write_refused_file(leads, outcome.refusals)
    journal.finish()
    _report(leads, outcome, sent=sent, seconds=seconds, as_json=as_json)
    if outcome.refusals:
        raise typer.Exit(REFUSED)


def _preview(api: "Api", leads: LeadFile, *, as_json: bool) -> None:
    """Reads the capacity and the current leads, and writes nothing, neither there nor here."""
    from cli.import_preview import preview_import  # noqa: PLC0415 - the domain and address rules take long to load

    capacity = api.get("/v1/capacity")
    held = [
        row["registered_domain"]
        for page in api.pages("/v1/registrations", params={}, rows=None)
        for row in page["data"]
    ]
    outcome = _with_unreadable(
        preview_import(leads.leads, available=capacity["available"], held=held, column_of=leads.column_of), leads
    )
    if as_json:
        write_json(
            {
                "file": str(leads.path),
                "dry_run": True,
                "read_as": leads.read_as,
                **_counts(outcome),
                "capacity": capacity,
                "refusals": [asdict(refusal) for refusal in outcome.refusals],
            }
        )
    else:
        _write_counts(outcome, would="would be ")
        write_facts([("Capacity now", f"{capacity['used']} of {capacity['limit']} used")])
        _write_refusals(outcome)
    say("Dry run: nothing was changed. Domains of other partners show only when the rows are sent.")
    if outcome.refusals:
        raise typer.Exit(REFUSED)


def _report(leads: LeadFile, outcome: ImportOutcome, *, sent: int, seconds: float, as_json: bool) -> None:
    rate = sent / seconds if seconds > 0 else 0.0
    refused_file = str(refused_file_of(leads.path)) if outcome.refusals else None
    if as_json:
        write_json(
            {
                "file": str(leads.path),
                "dry_run": False,
                "read_as": leads.read_as,
                **_counts(outcome),
                "refusals": [asdict(refusal) for refusal in outcome.refusals],
                "refused_file": refused_file,
                "rows_sent": sent,
                "seconds": round(seconds, 3),
                "rows_per_second": round(rate, 1),
            }
        )
    else:
        _write_counts(outcome, would="")
        _write_refusals(outcome)
    say(f"{sent:,} rows in {seconds:.1f} s, {rate:,.0f} rows per second.")
    if refused_file:
        say(f"The refused rows with their reasons: {refused_file}. Correct them there and import that file.")


def _counts(outcome: ImportOutcome) -> dict[str, Any]:
    return {
        "rows": outcome.rows,
        "registered": outcome.registered,
        "already_registered": outcome.already_registered,
        "refused": len(outcome.refusals),
        "refused_by_code": outcome.refused_by_code(),
    }


def _write_counts(outcome: ImportOutcome, *, would: str) -> None:
    rows = [("registered", outcome.registered), ("already there", outcome.already_registered)]
    rows += [(f"refused: {code}", count) for code, count in outcome.refused_by_code().items()]
    write_table(("Rows", "Number"), [(f"{would}{name}", f"{count:,}") for name, count in rows])


def _write_refusals(outcome: ImportOutcome) -> None:
    shown = outcome.refusals[:SHOWN_REFUSALS]
    if shown:
        write_table(("Line", "Code", Column("Reason", wraps=True)), [(one.line, one.code, one.text()) for one in shown])
    if len(outcome.refusals) > len(shown):
        say(f"... and {len(outcome.refusals) - len(shown):,} more; --json shows all.")


def _with_unreadable(outcome: ImportOutcome, leads: LeadFile) -> ImportOutcome:
    """Rows that the file itself made unreadable count as refused, in the file's order."""
    refusals = sorted((*leads.unreadable, *outcome.refusals), key=lambda refusal: refusal.line)
    return replace(outcome, refusals=tuple(refusals))


def _partner_of(api: "Api") -> str:
    me = api.get("/v1/me")
    if me["partner_id"]:
        return str(me["partner_id"])
    choice = ", ".join(str(one["partner_id"]) for one in me["memberships"])
    raise WrongUsageError(
        f"You belong to several partners; pick one with --partner: {choice}."
        if choice
        else "Leads belong to partners, and you are not a member of one: sign in as a partner's user."
    )


def _progress() -> Progress:
    console = err_console()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
