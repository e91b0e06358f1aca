"""`partnerdesk audit`: the vendor's look at who changed what, and the proof that nobody changed that."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

import typer

from cli.exits import REFUSED
from cli.options import Json, Profile
from cli.output import say, write_json, write_table
from cli.session import open_api
from cli.tables import Column

OfPartner = Annotated[
    str | None,
    typer.Option("--partner", metavar="ID", help="Only this partner's trail, all if left out; `partners` lists ids."),
]
Instant = typer.Option(metavar="INSTANT", help="Such as 2026-01-31T09:30:00Z.")

app = typer.Typer(no_args_is_help=True, help="The audit trail, for the vendor's operators.")


@dataclass
class Verified:
    """One partner's chain and trail, over all pages; `head` is where the chain ends."""

    partner_id: str
    seals: int = 0
    entries: int = 0
    head: Mapping[str, Any] | None = None
    faults: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)


@app.command("verify")
def verify_audit_trail(
    ctx: typer.Context, *, partner: OfPartner = None, profile: Profile = None, as_json: Json = False
) -> None:
    """Check that no entry of the audit trail was edited, removed, swapped or slipped in. Exit code 1 if any was."""
    params = {"partner_id": partner} if partner else {}
    with open_api(ctx, profile=profile, partner=None) as api:
        verified = _by_partner(api.pages("/v1/vendor/audit/verification", params=params, rows=None))
    faults = sum(len(one.faults) for one in verified)
    if as_json:
        write_json({"partners": [asdict(one) for one in verified]})
    else:
        _show(verified)
    waiting = sum(len(one.waiting) for one in verified)
    if waiting:
        say(f"{waiting} entries have waited for their seal for more than an hour. Is the sealing function running?")
    if faults:
        say(f"{faults} faults. docs/audit.md says what each means and what to do.")
        raise typer.Exit(REFUSED)
    if verified:
        say("No faults.")


@app.command("list")
def list_audit_entries(
    ctx: typer.Context,
    *,
    partner: OfPartner = None,
    actor: Annotated[str | None, typer.Option(metavar="ID", help="Only what this user did.")] = None,
    of_object: Annotated[
        str | None, typer.Option("--object", metavar="OBJECT", help="Such as registration/acme.example.")
    ] = None,
    since: Annotated[str | None, Instant] = None,
    until: Annotated[str | None, Instant] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most entries to show.")] = 25,
    everything: Annotated[bool, typer.Option("--all", help="Show all entries, however many.")] = False,
    profile: Profile = None,
    as_json: Json = False,
) -> None:
    """List who changed what, the newest first."""
    chosen = {"partner_id": partner, "actor": actor, "object": of_object, "since": since, "until": until}
    params = {name: value for name, value in chosen.items() if value is not None}
    with open_api(ctx, profile=profile, partner=None) as api:
        rows, next_cursor = api.rows("/v1/vendor/audit", params=params, most=None if everything else limit)
    if as_json:
        write_json({"data": rows, "next_cursor": next_cursor})
        return
    if not rows:
        say("Nothing was recorded that fits.")
        return
    write_table(
        ("At", "Partner", "Actor", "Action", "Object", Column("Request", spare=1)),
        [
            (_when(row), row["partner_id"], row["actor"]["user_id"], row["action"], row["object"], row["request_id"])
            for row in rows
        ],
    )
    if next_cursor:
        say(f"These are the newest {len(rows)}; --all shows the rest, --json what each change was.")


def _when(row: Mapping[str, Any]) -> str:
    """Returns when the entry was written, and the day that a scheduled function was given."""
    return f"{row['at']} as of {row['as_of']}" if row["as_of"] else str(row["at"])


def _by_partner(pages: Iterable[dict[str, Any]]) -> list[Verified]:
    """In the order of the pages, which go through one partner after the other."""
    found: dict[str, Verified] = {}
    for page in pages:
        partner_id = page["partner_id"]
        if partner_id is None:
            continue
        one = found.setdefault(partner_id, Verified(partner_id))
        one.seals += page["seals"]
        one.entries += page["entries"]
        one.head = page["head"] or one.head
        one.faults += page["faults"]
        one.waiting += page["waiting"]
    return list(found.values())


def _show(verified: list[Verified]) -> None:
    if not verified:
        say("No entry has been sealed yet, so there is nothing to verify.")
        return
    write_table(
        ("Partner", "Seals", "Entries", "Waiting", "Faults", Column("Hash at the end", spare=1)),
        [
            (one.partner_id, one.seals, one.entries, len(one.waiting), len(one.faults), (one.head or {}).get("hash"))
            for one in verified
        ],
    )
    rows = [
        (one.partner_id, fault["code"], fault["position"], entry.get("entry_id"), entry.get("at"), fault["detail"])
        for one in verified
        for fault in one.faults
        for entry in [fault["entry"] or {}]
    ]
    if rows:
        write_table(("Partner", "Fault", "Position", "Entry", "At", Column("What it means", wraps=True)), rows)
