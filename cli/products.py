"""`partnerdesk products`: what a confirmation link can be about, in the codes that `links create` takes."""

import typer

from cli.options import Json, Partner, Profile
from cli.output import write_facts, write_json, write_lines, write_table
from cli.session import open_api
from cli.tables import Column

PATH = "/v1/products"


def list_products(
    ctx: typer.Context, *, profile: Profile = None, partner: Partner = None, as_json: Json = False
) -> None:
    """List products, editions and onboarding in the codes that other commands ask for."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        catalogue = api.get(PATH)
    if as_json:
        write_json(catalogue)
        return
    write_table(
        ("Product", "Edition", Column("Onboarding", wraps=True)),
        [
            (product["product"], edition["edition"], "needed" if edition["onboarding_required"] else "not needed")
            for product in catalogue["products"]
            for edition in product["editions"]
        ],
    )
    types, durations = catalogue.get("onboarding_types"), catalogue.get("estimated_onboarding_durations")
    if types or durations:
        write_lines([""])
    write_facts(
        [
            ("Types of onboarding", ", ".join(types) if types else None),
            ("Durations", ", ".join(durations) if durations else None),
        ]
    )
