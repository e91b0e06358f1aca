"""`partnerdesk registrations`: list, add, deregister and export leads; import has a file of its own."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from cli.exits import REFUSED, WrongUsageError
from cli.options import Json, Partner, Profile, Yes
from cli.output import say, write_bytes, write_facts, write_json, write_table
from cli.registrations_import import import_registrations
from cli.session import open_api
from cli.tables import Column

BULK_DOMAINS = 100
"""The most domains that the API takes in one request."""

SearchBy = Literal["domain", "company", "contact", "country"]
Sort = Literal[
    "domain", "company", "contact", "country", "registered_at",
    "-domain", "-company", "-contact", "-country", "-registered_at",
]  # fmt: skip
Search = Annotated[str | None, typer.Option("--search", metavar="TEXT", help="Only leads that contain this text.")]
SearchIn = Annotated[
    SearchBy | None, typer.Option("--search-by", help="Where to look for the text; in all four if left out.")
]
SortBy = Annotated[
    Sort | None,
    typer.Option(
        "--sort", metavar="FIELD", help="domain, company, contact, country or registered_at; -FIELD turns it round."
    ),
]

app = typer.Typer(no_args_is_help=True, help="The partner's registered leads.")
app.command("import")(import_registrations)


@app.command("list")
def list_registrations(
    ctx: typer.Context,
    *,
    search: Search = None,
    search_by: SearchIn = None,
    sort: SortBy = None,
    limit: Annotated[int, typer.Option(min=1, help="The most leads to show.")] = 25,
    everything: Annotated[bool, typer.Option("--all", help="Show all leads, however many.")] = False,
    cursor: Annotated[str | None, typer.Option(help="Go on where an earlier answer's next_cursor points.")] = None,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """List the current leads."""
    params = _filter(search=search, search_by=search_by, sort=sort)
    if cursor:
        params["cursor"] = cursor
    with open_api(ctx, profile=profile, partner=partner) as api:
        rows, next_cursor = api.rows("/v1/registrations", params=params, most=None if everything else limit)
    if as_json:
        write_json({"data": rows, "next_cursor": next_cursor})
        return
    if not rows:
        say(_nothing(search))
        return
    write_table(
        (
            "Domain",
            Column("Company", wraps=True),
            Column("Contact", wraps=True, spare=1),
            Column("E-mail", spare=2),
            "Country",
            "Registered",
        ),
        [
            (
                row["registered_domain"],
                row["company"],
                f"{row['contact']['first_name']} {row['contact']['last_name']}",
                row["contact"]["email"],
                row["country"],
                row["registered_at"][:10],
            )
            for row in rows
        ],
    )
    if next_cursor:
        say(f"These are the first {len(rows)}; --all shows the rest, --search narrows it down.")


@app.command("add")
def add_registration(
    ctx: typer.Context,
    *,
    website: Annotated[str, typer.Option(help="The lead's website; its domain is what gets registered.")],
    company: Annotated[str, typer.Option()],
    first_name: Annotated[str, typer.Option(help="Of the contact at the company.")],
    last_name: Annotated[str, typer.Option()],
    email: Annotated[str, typer.Option(help="Of the contact.")],
    country: Annotated[str | None, typer.Option(metavar="CODE", help="Two letters, such as DE.")] = None,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Register one lead."""
    lead: dict[str, Any] = {
        "website": website,
        "company": company,
        "contact": {"first_name": first_name, "last_name": last_name, "email": email},
    }
    if country is not None:
        lead["country"] = country
    with open_api(ctx, profile=profile, partner=partner) as api:
        registration = api.post("/v1/registrations", lead)
    if as_json:
        write_json(registration)
        return
    say("Registered.")
    write_facts(
        [
            ("Domain", registration["registered_domain"]),
            ("Company", registration["company"]),
            ("Registered at", registration["registered_at"]),
            ("Expires at", registration.get("expires_at")),
        ]
    )


@app.command("deregister")
def deregister_registrations(
    ctx: typer.Context,
    *,
    domains: Annotated[list[str], typer.Argument(metavar="DOMAIN...", help="Registered domains.")],
    yes: Yes = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Give up leads: their places become free, and their sales no longer earn commission or credit."""
    chosen = list(dict.fromkeys(domains))
    with open_api(ctx, profile=profile, partner=partner) as api:
        if not yes:
            _confirm(chosen)
        results = []
        for start in range(0, len(chosen), BULK_DOMAINS):
            part = chosen[start : start + BULK_DOMAINS]
            answer = api.post("/v1/registrations/deregister", {"domains": part, "confirm": True})
            results += [{"domain": domain, **result} for domain, result in zip(part, answer["results"], strict=True)]
    missed = [result for result in results if result["status"] != "deregistered"]
    if as_json:
        write_json({"results": results})
    else:
        write_table(
            ("Domain", "Result", "Can be restored until"),
            [(one["domain"], one["status"].replace("_", " "), one.get("restorable_until")) for one in results],
        )
    if missed:
        say(f"{len(missed)} of {len(results)} were not registered to you; see `partnerdesk registrations list`.")
        raise typer.Exit(REFUSED)


@app.command("export")
def export_registrations(
    ctx: typer.Context,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Without it, to stdout.")
    ] = None,
    search: Search = None,
    search_by: SearchIn = None,
    sort: SortBy = None,
    bom: Annotated[
        bool, typer.Option("--bom/--no-bom", help="Begin with a byte order mark, by which spreadsheets know UTF-8.")
    ] = True,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Write the current leads as CSV, which a spreadsheet can open safely and `import` reads again."""
    if as_json and output is None:
        raise WrongUsageError("With --json, name the file by --output; or use `registrations list --all --json`.")
    params = _filter(search=search, search_by=search_by, sort=sort) | ({} if bom else {"bom": "false"})
    with open_api(ctx, profile=profile, partner=partner) as api:
        content = api.get_bytes("/v1/registrations.csv", params=params)
    if output is None:
        write_bytes(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise WrongUsageError(f"{output} cannot be written: {error.strerror}.") from None
    if as_json:
        write_json({"file": str(output), "bytes": len(content)})
    say(f"Wrote {output}.")


def _filter(*, search: str | None, search_by: SearchBy | None, sort: Sort | None) -> dict[str, str]:
    if search_by and not search:
        raise WrongUsageError("--search-by says where to search; say what with --search.")
    given = {"sort": sort, "q": search, "search_by": search_by}
    return {name: value for name, value in given.items() if value}


def _nothing(search: str | None) -> str:
    if search:
        return f"No lead matches {search!r}. Try a shorter text, or without --search-by to look in all fields."
    return (
        "No leads are registered yet. Register one with `partnerdesk registrations add`, "
        "or many with `partnerdesk registrations import FILE.csv`."
    )


def _confirm(domains: list[str]) -> None:
    """Lists what is meant and asks; anything but a clear yes ends the command."""
    say("To be deregistered:")
    for domain in domains:
        say(f"  {domain}")
    say("Sales under these domains will earn neither commission nor credit.")
    try:
        agreed = typer.confirm("Yes, deregister?", err=True)
    except typer.Abort:
        if sys.stdin.isatty():
            raise
        raise WrongUsageError(
            "Nobody can be asked here: add --yes if you are sure. Nothing was deregistered."
        ) from None
    if not agreed:
        say("Nothing was deregistered.")
        raise typer.Exit(REFUSED)
