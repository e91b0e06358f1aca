"""`partnerdesk links`: draft a confirmation link, look at it, send it, and see what became of it."""

from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Any, Literal

import typer

from cli.exits import WrongUsageError
from cli.options import Json, Partner, Profile, Yes
from cli.output import say, write_bytes, write_facts, write_json, write_table
from cli.questions import confirm
from cli.session import open_api
from cli.tables import Column

PATH = "/v1/confirmation-links"

Status = Literal["pending", "signed", "rejected", "expired", "revoked"]
Sort = Literal["created_at", "name", "status", "-created_at", "-name", "-status"]
LinkId = Annotated[str, typer.Argument(metavar="LINK", help="A link's id, as `partnerdesk links list` shows it.")]

app = typer.Typer(no_args_is_help=True, help="Confirmation links: a customer confirms your part in a sale.")


@app.command("list")
def list_links(
    ctx: typer.Context,
    *,
    status: Annotated[Status | None, typer.Option(help="Only links in this status.")] = None,
    search: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Only links with this text in name, company, contact or e-mail."),
    ] = None,
    sort: Annotated[
        Sort | None, typer.Option(metavar="FIELD", help="created_at, name or status; -FIELD turns it round.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most links to show.")] = 25,
    everything: Annotated[bool, typer.Option("--all", help="Show all links, however many.")] = False,
    cursor: Annotated[str | None, typer.Option(help="Go on where an earlier answer's next_cursor points.")] = None,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """List the links, the newest first unless sorted otherwise."""
    given = {"status": status, "q": search, "sort": sort, "cursor": cursor}
    params = {name: value for name, value in given.items() if value}
    with open_api(ctx, profile=profile, partner=partner) as api:
        rows, next_cursor = api.rows(PATH, params=params, most=None if everything else limit)
    if as_json:
        write_json({"data": rows, "next_cursor": next_cursor})
        return
    if not rows:
        say(_nothing(is_filtered=bool(status or search)))
        return
    write_table(
        (
            "Link",
            Column("Name", wraps=True),
            Column("Client", wraps=True),
            "Status",
            Column("Mail", spare=2),
            Column("Created", spare=1),
            "Expires",
            "Decided",
        ),
        [
            (
                row["id"],
                row["name"],
                row["client"]["company"],
                row["status"],
                _mail_state(row),
                row["created_at"][:10],
                row["expires_at"][:10],
                (row["decided_at"] or "")[:10] or None,
            )
            for row in rows
        ],
    )
    if next_cursor:
        say(f"These are the first {len(rows)}; --all shows the rest, --status and --search narrow it down.")


@app.command("show")
def show_link(
    ctx: typer.Context, *, link_id: LinkId, profile: Profile = None, partner: Partner = None, as_json: Json = False
) -> None:
    """Show one link with its address and, once there is one, the decision."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        link = api.get(f"{PATH}/{_checked(link_id)}")
    _show(link, as_json=as_json)


@app.command("create")
def create_link(
    ctx: typer.Context,
    *,
    name: Annotated[str, typer.Option(help="Under which you will find the link again; the customer does not see it.")],
    company: Annotated[str, typer.Option(help="The customer.")],
    contact: Annotated[str, typer.Option(help="Who is asked there: first and last name.")],
    email: Annotated[str, typer.Option(help="Of the contact.")],
    products: Annotated[
        list[str],
        typer.Option(
            "--product",
            metavar="PRODUCT:EDITION[:ONBOARDING]",
            help="Such as sales_hub:professional:guided; `products` lists the codes. Repeat it for each product.",
        ),
    ],
    language: Annotated[Literal["en", "de"], typer.Option(help="Of the page and the mails.")] = "en",
    providing_onboarding: Annotated[
        bool | None, typer.Option("--onboarding/--no-onboarding", help="Whether you deliver the onboarding.")
    ] = None,
    duration: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="Estimated duration of the onboarding, such as 2_months; `products` lists them."
        ),
    ] = None,
    preview: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the page that the customer would see; create nothing.")
    ] = None,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Create a pending link; `send` mails it, or copy its address."""
    draft: dict[str, Any] = {
        "name": name,
        "client": {"company": company, "contact_name": contact, "email": email, "language": language},
        "products": [_product(text) for text in products],
    }
    if providing_onboarding is not None:
        draft["providing_onboarding"] = providing_onboarding
    if duration is not None:
        draft["estimated_onboarding_duration"] = duration
    with open_api(ctx, profile=profile, partner=partner) as api:
        if preview is not None:
            _write_page(api.post_bytes(f"{PATH}/preview", draft), preview, as_json=as_json)
            return
        link = api.post(PATH, draft)
    if not as_json:
        say(f"Created. Copy the address to the customer, or mail it with `partnerdesk links send {link['id']}`.")
    _show(link, as_json=as_json)


@app.command("preview")
def preview_link(
    ctx: typer.Context,
    *,
    link_id: LinkId,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Without it, to stdout.")
    ] = None,
    opened: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Write the page as the customer sees it, as HTML in which nothing acts."""
    if as_json and output is None and not opened:
        raise WrongUsageError("With --json, name the file by --output.")
    with open_api(ctx, profile=profile, partner=partner) as api:
        page = api.get_bytes(f"{PATH}/{_checked(link_id)}/preview")
    if output is None and not opened:
        write_bytes(page)
        return
    target = output or Path(mkdtemp(prefix="partnerdesk-")) / "preview.html"
    _write_page(page, target, as_json=as_json)
    if opened:
        typer.launch(target.resolve().as_uri())


@app.command("send")
def send_link(
    ctx: typer.Context, *, link_id: LinkId, profile: Profile = None, partner: Partner = None, as_json: Json = False
) -> None:
    """Mail the link to the customer's contact; again restarts expiry and reminders."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        link = api.post(f"{PATH}/{_checked(link_id)}/send", {})
    if not as_json:
        say(f"On its way to {link['client']['email']}.")
    _show(link, as_json=as_json)


@app.command("revoke")
def revoke_link(
    ctx: typer.Context,
    *,
    link_id: LinkId,
    yes: Yes = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Withdraw a pending link: its address stops working, for good."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        if not yes:
            confirm(f"The address of {link_id} will stop working. Revoke it?", otherwise="Nothing was revoked.")
        link = api.post(f"{PATH}/{_checked(link_id)}/revoke", {})
    if not as_json:
        say("Revoked.")
    _show(link, as_json=as_json)


@app.command("clone")
def clone_link(
    ctx: typer.Context, *, link_id: LinkId, profile: Profile = None, partner: Partner = None, as_json: Json = False
) -> None:
    """Create a new pending link with the same content, whatever became of this one."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        link = api.post(f"{PATH}/{_checked(link_id)}/clone", {})
    if not as_json:
        say(f"Created. Mail it with `partnerdesk links send {link['id']}`.")
    _show(link, as_json=as_json)


@app.command("delete")
def delete_link(
    ctx: typer.Context,
    *,
    link_id: LinkId,
    yes: Yes = False,
    profile: Profile = None,
    partner: Partner = None,
    as_json: Json = False,
) -> None:
    """Delete a pending link for good; its address stops working."""
    with open_api(ctx, profile=profile, partner=partner) as api:
        if not yes:
            confirm(f"{link_id} will be gone for good. Delete it?", otherwise="Nothing was deleted.")
        api.delete(f"{PATH}/{_checked(link_id)}")
    if as_json:
        write_json({"id": link_id, "status": "deleted"})
    say("Deleted.")


def _checked(link_id: str) -> str:
    """The id, if it can stand in an address as it is."""
    if not link_id.replace("-", "").isalnum() or not link_id.isascii():
        raise WrongUsageError(f"{link_id!r} is no link id; `partnerdesk links list` shows them.")
    return link_id


def _product(text: str) -> dict[str, str]:
    match [part.strip() for part in text.split(":")]:
        case [product, edition] if product and edition:
            return {"product": product, "edition": edition}
        case [product, edition, onboarding] if product and edition and onboarding:
            return {"product": product, "edition": edition, "onboarding_type": onboarding}
    raise WrongUsageError(
        f"--product {text!r} is not PRODUCT:EDITION or PRODUCT:EDITION:ONBOARDING, "
        "such as sales_hub:professional:guided."
    )


def _show(link: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        write_json(link)
        return
    client = link["client"]
    write_facts(
        [
            ("Link", link["id"]),
            ("Name", link["name"]),
            ("Status", link["status"]),
            ("Client", f"{client['company']}, {client['contact_name']} <{client['email']}>"),
            ("Products", "\n".join(_product_line(product) for product in link["products"])),
            ("Address", link["url"]),
            ("Expires at", link["expires_at"]),
            ("Sent at", link["sent_at"]),
            ("Mail", _mail_state(link)),
            ("Decided at", link["decided_at"]),
            ("Decided by", link["signer_name"]),
            ("Reason", link["rejection_reason"]),
        ]
    )


def _product_line(product: dict[str, Any]) -> str:
    onboarding = product["onboarding_type"]
    return f"{product['product']} {product['edition']}" + (f", onboarding {onboarding}" if onboarding else "")


def _mail_state(link: dict[str, Any]) -> str | None:
    delivery = link["delivery"]
    return None if delivery is None else str(delivery).replace("_", " ")


def _nothing(*, is_filtered: bool) -> str:
    if is_filtered:
        return "No link fits. Try a shorter text, or without --status."
    return "There are no links yet. Create one with `partnerdesk links create`."


def _write_page(page: bytes, target: Path, *, as_json: bool) -> None:
    try:
        target.write_bytes(page)
    except OSError as error:
        raise WrongUsageError(f"{target} cannot be written: {error.strerror}.") from None
    if as_json:
        write_json({"file": str(target), "bytes": len(page)})
    say(f"Wrote {target}.")
