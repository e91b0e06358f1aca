"""`partnerdesk deals`: what was sold, from a CRM's export into the program. For the vendor's operators."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.deal_file import FIELDS, DealFile, DealRow, Reading, read_deal_file
from cli.exits import REFUSED, RefusedError, WrongUsageError
from cli.options import Json, Profile
from cli.output import say, write_json, write_table
from cli.session import open_api

if TYPE_CHECKING:
    from cli.api import Api

PATH = "/v1/vendor/deals"

app = typer.Typer(no_args_is_help=True, help="Deals: what was sold, for the vendor's operators.")


@app.callback()
def _group() -> None:
    """Keep `import` a command of its own although it is the only one."""


@app.command("import")
def import_deals(
    ctx: typer.Context,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A table in UTF-8 whose first row names columns.")],
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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, and send nothing.")] = False,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """Report each row as a deal. Running it again changes nothing, and corrects what has changed in the file."""
    columns, texts = _pairs(mapped, "--map"), _pairs(fixed, "--set")
    unknown = sorted({*columns, *texts} - set(FIELDS))
    if unknown:
        raise WrongUsageError(f"There is no field {', '.join(unknown)}. Fields are {', '.join(FIELDS)}.")
    columns = {field: columns.get(field, field) for field in FIELDS if field not in texts}
    found = read_deal_file(file, Reading(columns=columns, texts=texts, only=_pairs(only, "--only")))
    results: list[dict[str, Any]] = [
        {"line": one.line, "deal_id": None, "result": "refused", "detail": one.reason} for one in found.wrong
    ]
    if dry_run:
        results += [_would_send(deal) for deal in found.deals]
    else:
        with open_api(ctx, profile=profile, partner=None) as api:
            results += [_sent(api, deal) for deal in found.deals]
    results.sort(key=lambda one: one["line"])
    _tell(results, found, as_json=as_json)
    if any(one["result"] == "refused" for one in results):
        raise typer.Exit(REFUSED)


def _pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise WrongUsageError(f"{option} takes a name and a text such as closed_on=close_date, not {text!r}.")
        pairs[name] = value
    return pairs


def _would_send(deal: DealRow) -> dict[str, Any]:
    return {"line": deal.line, "deal_id": deal.deal_id, "result": "readable", "detail": None, **deal.body}


def _sent(api: "Api", deal: DealRow) -> dict[str, Any]:
    try:
        answer = api.upsert(f"{PATH}/{deal.deal_id}", deal.body)
    except RefusedError as refused:
        detail = f"{refused.problem.detail} ({refused.problem.code})"
        return {"line": deal.line, "deal_id": deal.deal_id, "result": "refused", "detail": detail}
    credit = answer["credit"]
    detail = f"{credit['points']:g} points" if credit["credited"] else credit["reason"].replace("_", " ")
    return {"line": deal.line, "deal_id": deal.deal_id, "result": answer["result"], "detail": detail, "credit": credit}


def _tell(results: list[dict[str, Any]], found: DealFile, *, as_json: bool) -> None:
    counts = Counter(one["result"] for one in results)
    if as_json:
        write_json({"results": results, "counts": dict(counts), "left_out": found.left_out})
        return
    if results:
        write_table(
            ("Line", "Deal", "Result", "Credit"),
            [(one["line"], one["deal_id"], one["result"], one["detail"]) for one in results],
        )
    told = ", ".join(f"{count} {result}" for result, count in sorted(counts.items())) or "No deal in the file"
    say(f"{told}; {found.left_out} left out." if found.left_out else f"{told}.")
