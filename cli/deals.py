"""`partnerdesk deals`: what was sold, from a CRM's export into the program. For the vendor's operators."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.deal_file import FIELDS, DealFile, DealRow, Reading, read_deal_file
from cli.exits import REFUSED, RefusedError, WrongUsageError
from cli.import_journal import Refusal
from cli.options import Json, Profile
from cli.output import say, write_json, write_table
from cli.session import open_api
from cli.table_file import check_fields, pairs_of, tell_reading
from cli.tables import Column
from shared.spreadsheets.values import DayFormat

if TYPE_CHECKING:
    from cli.api import Api

PATH = "/v1/vendor/deals"
UNKNOWN = {
    "not_found": ("partner_id", "The program has no partner with this id."),
    "unknown_client": ("hub_id", "The program has no client with this id."),
}
"""Which field names what the program does not know, where the API tells programmers how to make it."""

app = typer.Typer(no_args_is_help=True, help="Deals: what was sold, for the vendor's operators.")


@app.callback()
def _group() -> None:
    """Keep `import` a command of its own although it is the only one."""


@app.command("import")
def import_deals(
    ctx: typer.Context,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or a workbook; its first row names columns.")],
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help=f"Which column holds a field. Fields: {', '.join(FIELDS)}."),
    ] = None,
    fixed: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=TEXT", help="The same in every row; {COLUMN} in it is a cell's text."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="COLUMN=TEXT", help="Leave out rows where the column holds something else."),
    ] = None,
    date_format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            help="How days are written if not as 2026-11-30: DD.MM.YYYY, MM/DD/YYYY and the like, "
            "or serial for a spreadsheet's numbers.",
        ),
    ] = None,
    decimal_comma: Annotated[
        bool, typer.Option("--decimal-comma", help="Amounts are written 1.272,50 instead of 1272.50.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, and send nothing.")] = False,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Report each row as a deal. Running it again changes nothing, and corrects what has changed in the file.

    Columns are found by their names in any spelling, or by what HubSpot, Salesforce and Pipedrive call them.
    """
    columns, texts = pairs_of(mapped, "--map"), pairs_of(fixed, "--set")
    check_fields({**columns, **texts}, FIELDS)
    reading = Reading(
        columns={field: column for field, column in columns.items() if field not in texts},
        texts=texts,
        only=pairs_of(only, "--only"),
        days=_day_format(date_format),
        decimal_comma=decimal_comma,
    )
    found = read_deal_file(file, reading)
    tell_reading(found.read_as)
    results = [_refused(one.refusal, deal_id=one.deal_id) for one in found.wrong]
    if dry_run:
        results += [_would_send(deal) for deal in found.deals]
    else:
        with open_api(ctx, profile=profile, partner=None) as api:
            results += [_sent(api, deal, found) for deal in found.deals]
    results.sort(key=lambda one: one["line"])
    _tell(results, found, as_json=as_json)
    if dry_run:
        say("Dry run: nothing was sent. Whether partner and client are known shows only when the rows are sent.")
    if any(one["result"] == "refused" for one in results):
        raise typer.Exit(REFUSED)


def _day_format(text: str | None) -> DayFormat | None:
    try:
        return DayFormat(text) if text else None
    except ValueError as error:
        raise WrongUsageError(f"--date-format: {error}") from None


def _refused(refusal: Refusal, *, deal_id: str | None) -> dict[str, Any]:
    return {
        "line": refusal.line,
        "deal_id": deal_id,
        "result": "refused",
        "column": refusal.column or None,
        "code": refusal.code,
        "reason": refusal.reason,
        "detail": refusal.text(),
    }


def _would_send(deal: DealRow) -> dict[str, Any]:
    return {"line": deal.line, "deal_id": deal.deal_id, "result": "readable", "detail": None, **deal.body}


def _sent(api: "Api", deal: DealRow, found: DealFile) -> dict[str, Any]:
    try:
        answer = api.upsert(f"{PATH}/{deal.deal_id}", deal.body)
    except RefusedError as refused:
        problem = refused.problem
        field, words = UNKNOWN.get(problem.code, ("", problem.reason()))
        columns = map(found.selection.column_of, [field] if field else problem.field_names())
        refusal = Refusal(deal.line, problem.code, f"{words} ({problem.code})", ", ".join(columns))
        return _refused(refusal, deal_id=deal.deal_id)
    credit = answer["credit"]
    detail = f"{credit['points']:g} points" if credit["credited"] else credit["reason"].replace("_", " ")
    return {"line": deal.line, "deal_id": deal.deal_id, "result": answer["result"], "detail": detail, "credit": credit}


def _tell(results: list[dict[str, Any]], found: DealFile, *, as_json: bool) -> None:
    counts = Counter(one["result"] for one in results)
    if as_json:
        write_json(
            {
                "read_as": found.read_as,
                "results": results,
                "counts": dict(counts),
                "left_out": found.left_out,
            }
        )
        return
    if results:
        write_table(
            ("Line", "Deal", "Result", Column("Credit, or what is wrong", wraps=True)),
            [(one["line"], one["deal_id"], one["result"], one["detail"]) for one in results],
        )
    told = ", ".join(f"{count} {result}" for result, count in sorted(counts.items())) or "No deal in the file"
    say(f"{told}; {found.left_out} left out." if found.left_out else f"{told}.")
