"""`partnerdesk tier`: where the partner stands, which client brings what, and what would be if."""

from typing import Annotated, Any, Literal

import typer

from cli.exits import WrongUsageError
from cli.money import minor_units
from cli.options import Json, Partner, Profile
from cli.output import can_print, say, write_facts, write_json, write_lines, write_table
from cli.session import open_api
from cli.tables import Column

PATH = "/v1/tier"
BAR_WIDTH = 40

DealType = Literal["partner_sourced", "partner_assisted"]
MarketType = Literal["standard", "growth"]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="Such as 2026-01-31; today without it.")]

app = typer.Typer(no_args_is_help=True, help="Tier: points, what they are worth, and what is missing.")


@app.command("show")
def show_tier(
    ctx: typer.Context,
    *,
    as_of: AsOf = None,
    months: Annotated[int, typer.Option(min=1, help="How many months of the past the chart shows.")] = 6,
    projection_months: Annotated[int, typer.Option(min=0, help="How many months to come it shows.")] = 3,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Show where the partner stands, with a chart of its points by month."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        tier = api.get(PATH, params={"as_of": as_of} if as_of else None)
        spans = {"months": str(months), "projection_months": str(projection_months)}
        history = api.get(f"{PATH}/history", params=spans)
    if as_json:
        write_json({**tier, "history": history})
        return
    points, certification = tier["points"], tier["certification"]
    certified = certification["valid"]
    write_facts(
        [
            ("As of", tier["as_of"]),
            ("Credited tier", tier["credited_tier"]),
            ("Performing tier", tier["performing_tier"]),
            ("Points", f"{points['total']:g}: {points['sold']:g} sold, {points['managed']:g} managed"),
            *((name, _missing(tier[bar], certified=certified)) for name, bar in _bars(tier)),
            ("Median tool usage", tier["median_tool_usage"]),
            ("Certified", _certified(certification)),
            ("Next review", tier["next_review_on"] + (", at risk" if tier["at_risk"] else "")),
        ]
    )
    _draw(history, line=tier["bars"].get(tier["next_tier"] or tier["credited_tier"]))


@app.command("points")
def list_points(
    ctx: typer.Context,
    *,
    client: Annotated[str | None, typer.Argument(metavar="CLIENT", help="The entries of one client instead.")] = None,
    as_of: AsOf = None,
    deal_type: Annotated[DealType | None, typer.Option(help="Only clients with such a deal.")] = None,
    market_type: Annotated[MarketType | None, typer.Option(help="Only points earned in this market.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most rows to show.")] = 25,
    everything: Annotated[bool, typer.Option("--all", help="Show all rows, however many.")] = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """List what each client has brought, or the entries behind the points of one."""
    if client and not all(letter.isalnum() or letter in "-._" for letter in client):
        raise WrongUsageError(f"{client!r} is no client id; `partnerdesk tier points` shows them.")
    if client and (deal_type or market_type):
        raise WrongUsageError("--deal-type and --market-type narrow the list of clients, not the entries of one.")
    given = {"as_of": as_of, "deal_type": deal_type, "market_type": market_type}
    params = {name: value for name, value in given.items() if value}
    path = f"{PATH}/points/{client}" if client else f"{PATH}/points"
    with open_api(ctx, profile=profile, partner=partner) as api:
        rows, next_cursor = api.rows(path, params=params, most=None if everything else limit)
    if as_json:
        write_json({"data": rows, "next_cursor": next_cursor})
        return
    if not rows:
        say("There are no points yet." if not params else "Nothing fits. Try another day, or fewer options.")
        return
    if client:
        write_table(
            ("Earned on", "Expires on", "Status", "Kind", "Deal", "Points"),
            [
                (
                    row["earned_on"],
                    row["expires_on"],
                    row["status"],
                    row["kind"],
                    row["deal"] or row["subscription"],
                    f"{row['points']:g}",
                )
                for row in rows
            ],
        )
    else:
        write_table(
            ("Client", Column("Company", wraps=True), "Sold", "Managed", "Total"),
            [
                (row["client_id"], row["company"], *(f"{row[kind]:g}" for kind in ("sold", "managed", "total")))
                for row in rows
            ],
        )
    if next_cursor:
        say(f"These are the first {len(rows)}; --all shows the rest.")


@app.command("what-if")
def assume(
    ctx: typer.Context,
    *,
    deals: Annotated[
        list[str] | None,
        typer.Option("--deal", metavar="MRR:CURRENCY[:TYPE[:MARKET]]", help="Such as 500:EUR:partner_sourced:growth."),
    ] = None,
    lost: Annotated[
        list[str] | None,
        typer.Option("--lose", metavar="CLIENT", help="A client that is lost; `clients list` shows ids."),
    ] = None,
    certification_lapses: Annotated[
        bool, typer.Option("--certification-lapses", help="The certificate is not renewed.")
    ] = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Show the tier that would follow. Nothing is stored."""
    body = {
        "add_deals": [_deal(text) for text in deals or ()],
        "lose_clients": lost or [],
        "certification_lapses": certification_lapses,
    }
    with open_api(ctx, profile=profile, partner=partner) as api:
        tier, answer = api.get(PATH), api.post(f"{PATH}/what-if", body)
    if as_json:
        write_json(answer)
        return
    now, certified = answer["now"], tier["certification"]["valid"]
    stays_certified = certified and not certification_lapses
    write_table(
        ("", Column("Now", wraps=True), Column("Then", wraps=True)),
        [
            ("Performing tier", now["performing_tier"], answer["tier"]),
            *(
                (f"{kind.title()} points", f"{now['points'][kind]:g}", f"{answer['points'][kind]:g}")
                for kind in ("sold", "managed", "total")
            ),
            *(
                (name, _missing(now[bar], certified=certified), _missing(answer[bar], certified=stays_certified))
                for name, bar in _bars(tier)
            ),
        ],
    )


def _bars(tier: dict[str, Any]) -> list[tuple[str, str]]:
    """What is missing for, and where the answer says it. Untiered there is none to keep, at the top none to reach."""
    keep = [] if tier["credited_tier"] == "untiered" else [(f"Missing to keep {tier['credited_tier']}", "to_keep")]
    return keep + ([(f"Missing to reach {tier['next_tier']}", "to_next")] if tier["next_tier"] else [])


def _missing(bar: dict[str, float], *, certified: bool) -> str:
    """Points, and the certificate without which they count for no tier."""
    points = [f"{bar[kind]:g} {words}" for kind, words in (("total", "points in total"), ("sold", "sold")) if bar[kind]]
    return ", ".join(points + ([] if certified else ["a valid certification"])) or "nothing"


def _certified(certification: dict[str, Any]) -> str:
    until = certification["expires_on"]
    if certification["valid"]:
        return f"until {until}"
    return f"no, since {until}" if until else "no"


def _draw(history: dict[str, Any], *, line: dict[str, float] | None) -> None:
    """A bar a month: sold points solid, managed ones shaded; a mark where the next tier begins."""
    months = [(one, " ") for one in history["months"]] + [(one, "~") for one in history["projection"]]
    mark = line["total"] if line else 0
    most = max([mark, *(one["total"] for one, _ in months)])
    solid, shaded = ("█", "▒") if can_print("█▒") else ("#", ":")
    lines = [""]
    for one, kind in months:
        sold = _width(one["sold"], most)
        bar = (solid * sold + shaded * (_width(one["total"], most) - sold)).ljust(BAR_WIDTH + 1)
        if mark:
            place = _width(mark, most)
            bar = bar[:place] + "|" + bar[place + 1 :]
        lines.append(f"{one['month']}{kind} {bar} {one['total']:g}")
    next_tier = f", | what the tier needs: {mark:g}" if mark else ""
    write_lines([*lines, f"{solid} sold, {shaded} managed, ~ as far as it is known today{next_tier}"])


def _width(points: float, most: float) -> int:
    return round(max(points, 0) / most * BAR_WIDTH) if most else 0


def _deal(text: str) -> dict[str, Any]:
    amount, _, rest = text.partition(":")
    currency, _, rest = rest.partition(":")
    deal_type, _, market = rest.partition(":")
    units = minor_units(amount, currency)
    if units is None or not currency:
        raise WrongUsageError(f"--deal takes a price and its currency such as 500:EUR, not {text!r}.")
    deal: dict[str, Any] = {"mrr": {"amount": units, "currency": currency}}
    return deal | ({"deal_type": deal_type} if deal_type else {}) | ({"market_type": market} if market else {})
