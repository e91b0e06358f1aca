"""`partnerdesk clients`: whom the partner sold to or serves, and what each of them pays and uses."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer

from cli.exits import WrongUsageError
from cli.money import money_text
from cli.options import Json, Partner, Profile
from cli.output import say, write_facts, write_json, write_table
from cli.session import open_api, surroundings
from cli.tables import Column

PATH = "/v1/clients"

Relationship = Literal["sold", "managed", "sold_and_managed"]
Sort = Literal["company", "mrr", "renewal_date", "-company", "-mrr", "-renewal_date"]

CLIENT_ID = re.compile(r"c-[A-Za-z0-9._-]+")

app = typer.Typer(no_args_is_help=True, help="Clients: whom you sold to or serve, and what they pay and use.")


@app.command("list")
def list_clients(
    ctx: typer.Context,
    *,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only clients with this text in company, website or hub id.")
    ] = None,
    product: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Only clients with this product, such as sales_hub; `products` lists them."),
    ] = None,
    relationship: Annotated[
        Relationship | None, typer.Option(help="Only clients in exactly this relationship.")
    ] = None,
    sort: Annotated[
        Sort | None, typer.Option(metavar="FIELD", help="company, mrr or renewal_date; -FIELD turns it round.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most clients to show.")] = 25,
    everything: Annotated[bool, typer.Option("--all", help="Show all clients, however many.")] = False,
    cursor: Annotated[str | None, typer.Option(help="Go on where an earlier answer's next_cursor points.")] = None,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """List the clients by company unless sorted otherwise."""
    given = {"q": search, "product": product, "relationship": relationship, "sort": sort, "cursor": cursor}
    params = {name: value for name, value in given.items() if value}
    with open_api(ctx, profile=profile, partner=partner) as api:
        rows, next_cursor = api.rows(PATH, params=params, most=None if everything else limit)
    if as_json:
        write_json({"data": rows, "next_cursor": next_cursor})
        return
    if not rows:
        say(_nothing(is_filtered=bool(search or product or relationship)))
        return
    write_table(
        (
            "Client",
            Column("Company", wraps=True),
            Column("Products", wraps=True),
            Column("Relationship", wraps=True),
            Column("Tools", spare=2),
            Column("Engagement", spare=1),
            "MRR",
            "Renewal",
        ),
        [
            (
                row["id"],
                row["company"],
                ", ".join(row["products"]) or None,
                _words(row["relationship"]),
                row["usage"] and row["usage"]["tools"],
                _engagement(row["usage"] and row["usage"]["engagement"]),
                money_text(row["mrr"]),
                row["renewal_date"],
            )
            for row in rows
        ],
    )
    if next_cursor:
        say(f"These are the first {len(rows)}; --all shows the rest, --search and --product narrow it down.")


@app.command("show")
def show_client(
    ctx: typer.Context,
    *,
    client_id: Annotated[
        str, typer.Argument(metavar="CLIENT", help="A client's id, as `partnerdesk clients list` shows it.")
    ],
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Show one client: its company, what it subscribes to and what it uses."""
    path = f"{PATH}/{_checked(client_id)}"
    with open_api(ctx, profile=profile, partner=partner) as api:
        client, usage, engagement = api.get(path), api.get(f"{path}/usage"), api.get(f"{path}/engagement")
    if as_json:
        write_json({**client, "usage": usage, "engagement": engagement})
        return
    maker, today = client["decision_maker"], _today(ctx)
    write_facts(
        [
            ("Client", client["id"]),
            ("Company", client["company"]),
            ("Website", client["website"]),
            ("Country", client["country"]),
            ("Relationship", _words(client["relationship"])),
            ("Decision maker", f"{maker['name']} <{maker['email']}>" if maker else None),
            ("Subscriptions", "\n".join(_subscription(one, today) for one in client["subscriptions"]) or "none"),
            ("MRR", money_text(client["mrr"])),
            ("Next renewal", _next_renewal(client["renewal_date"], today)),
            ("Contact tier", client["contact_tier"]),
            ("E-mail tier", client["email_tier"]),
            ("Tools", ", ".join(usage["tools"]) or None),
            ("Apps", ", ".join(usage["apps"]) or None),
            ("Engagement", _engagement(engagement) or "not measured"),
            ("Areas", "\n".join(f"{area}: {_engagement(one)}" for area, one in engagement["areas"].items()) or None),
            ("Measured on", usage["measured_on"]),
            ("Company record", client["crm_url"]),
            ("Account", client["account_url"]),
        ]
    )


def _checked(client_id: str) -> str:
    """The id, if it can stand in an address as it is."""
    if not CLIENT_ID.fullmatch(client_id):
        raise WrongUsageError(f"{client_id!r} is no client id; `partnerdesk clients list` shows them.")
    return client_id


def _words(code: str) -> str:
    return code.replace("_", " ")


def _engagement(index: dict[str, Any] | None) -> str | None:
    return f"{index['score']} {index['band']}" if index and index["score"] is not None else None


def _today(ctx: typer.Context) -> str:
    return datetime.fromtimestamp(surroundings(ctx).patience.now(), tz=UTC).date().isoformat()


def _next_renewal(day: str | None, today: str) -> str | None:
    """A day that is over is the last one that the vendor has reported, not the next."""
    if day is None or day >= today:
        return day
    return f"not reported by the vendor; the last known, {day}, is over"


def _subscription(one: dict[str, Any], today: str) -> str:
    day = one["renews_on"]
    renews = f", {'renews' if day >= today else 'was to renew'} on {day}" if day else ""
    return f"{one['product']} {one['edition']}, {money_text(one['mrr'])} a month since {one['started_on']}{renews}"


def _nothing(*, is_filtered: bool) -> str:
    if is_filtered:
        return "No client fits. Try a shorter text, or without --product and --relationship."
    return "There are no clients yet. The vendor adds those that you sold to or manage."
