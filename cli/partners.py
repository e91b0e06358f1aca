"""`partnerdesk partners`: for which partners one may act; for the vendor's operators, which there are."""

import typer

from cli.options import Json, Profile
from cli.output import say, write_json, write_table
from cli.session import open_api
from cli.tables import Column

OPERATOR = "vendor_operator"
PROGRAM = "~"
"""Begins the names of trails that belong to no partner."""


def list_partners(ctx: typer.Context, *, profile: Profile = None, as_json: Json = False) -> None:
    """List your partners with the ids that --partner takes; for the vendor's operators, all partners."""
    with open_api(ctx, profile=profile, partner=None) as api:
        me = api.get("/v1/me")
        if me["role"] == OPERATOR:
            pages = api.pages("/v1/vendor/audit/verification", params={}, rows=None)
            names = [str(page["partner_id"]) for page in pages if page["partner_id"] is not None]
            rows = [
                {"partner_id": name, "partner_name": None, "role": OPERATOR}
                for name in dict.fromkeys(names)
                if not name.startswith(PROGRAM)
            ]
        else:
            rows = me["memberships"]
    if as_json:
        write_json({"data": rows, "next_cursor": None})
        return
    if not rows:
        say("You belong to no partner." if me["role"] != OPERATOR else "There are no partners yet.")
        return
    write_table(
        ("Partner", Column("Name", wraps=True), "Your role"),
        [(row["partner_id"], row["partner_name"], str(row["role"]).replace("_", " ")) for row in rows],
    )
