"""The commands on confirmation links."""

import json
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Run
from tests.cli.fake_links import LINKS, PAGE, ProgramWithLinks, link_of
from tests.cli.fake_program import FakeClock

ACME = (
    "--name", "Acme 2026", "--company", "Acme GmbH", "--contact", "Kim Kern", "--email", "kim@acme.example",
)  # fmt: skip
SALES_HUB = ("--product", "sales_hub:professional:guided")


@pytest.fixture
def program(clock_of_program: FakeClock) -> ProgramWithLinks:
    return ProgramWithLinks(clock=clock_of_program)


@pytest.fixture
def links(program: ProgramWithLinks) -> ProgramWithLinks:
    """A signed, a rejected and a pending link, the last of which was mailed in vain."""
    decided = {"decided_at": "2026-03-20T10:00:00Z", "signer_name": "Kim Kern"}
    made = [
        link_of(1, status="signed", **decided),
        link_of(2, status="rejected", rejection_reason="Not us.\nAsk Lea.", **decided),
        link_of(3, sent_at="2026-03-18T09:30:00Z", delivery="not_delivered"),
    ]
    program.links = {link["id"]: link for link in made}
    return program


@pytest.mark.feature("A77", "A78")
@pytest.mark.usefixtures("links")
def test_links_are_listed_with_client_and_status(signed_in: Run) -> None:
    result = signed_in("links", "list")

    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    acme = ["Acme", "GmbH"]
    assert rows == [
        ["Link", "Name", "Client", "Status", "Mail", "Created", "Expires", "Decided"],
        ["l-1", "Acme", "1", *acme, "signed", "-", "2026-03-17", "2026-06-15", "2026-03-20"],
        ["l-2", "Acme", "2", *acme, "rejected", "-", "2026-03-17", "2026-06-15", "2026-03-20"],
        ["l-3", "Acme", "3", *acme, "pending", "not", "delivered", "2026-03-17", "2026-06-15", "-"],
    ]
    assert result.stderr == ""


def test_an_empty_list_says_how_to_fill_it(signed_in: Run) -> None:
    result = signed_in("links", "list")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "There are no links yet. Create one with `partnerdesk links create`.\n"


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("filtered", [("--status", "expired"), ("--search", "Globex")])
def test_a_filter_without_a_match_says_so(signed_in: Run, filtered: tuple[str, str]) -> None:
    result = signed_in("links", "list", *filtered)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No link fits. Try a shorter text, or without --status.\n"


def test_status_text_and_order_go_to_the_api(signed_in: Run, links: ProgramWithLinks) -> None:
    result = signed_in("links", "list", "--status", "signed", "--search", "Acme", "--sort", "-name", "--json")

    assert json.loads(result.stdout) == {"data": [links.links["l-1"]], "next_cursor": None}
    assert links.listed == [{"status": "signed", "q": "Acme", "sort": "-name", "limit": "25"}]


@pytest.mark.parametrize(
    ("arguments", "rows", "pages", "cursor"),
    [(("--all",), 230, 3, None), (("--limit", "120"), 120, 2, "120"), (("--cursor", "220"), 10, 1, None)],
)
def test_listing_pages_on_as_far_as_asked(
    *, signed_in: Run, program: ProgramWithLinks, arguments: tuple[str, ...], rows: int, pages: int, cursor: str | None
) -> None:
    program.links = {f"l-{number}": link_of(number) for number in range(230)}

    result = signed_in("links", "list", "--json", *arguments)

    answer = json.loads(result.stdout)
    assert (len(answer["data"]), answer["next_cursor"], len(program.listed)) == (rows, cursor, pages)


def test_a_cut_list_says_that_there_is_more(signed_in: Run, program: ProgramWithLinks) -> None:
    program.links = {f"l-{number}": link_of(number) for number in range(30)}

    assert "These are the first 25; --all shows the rest" in signed_in("links", "list").stderr


@pytest.mark.parametrize("arguments", [("--status", "open"), ("--sort", "company"), ("--limit", "0")])
def test_a_filter_that_makes_no_sense_is_wrong_usage(
    signed_in: Run, program: ProgramWithLinks, arguments: tuple[str, ...]
) -> None:
    assert signed_in("links", "list", *arguments).exit_code == 2
    assert program.requests == []


@pytest.mark.feature("A81")
@pytest.mark.usefixtures("links")
def test_a_rejected_link_shows_who_rejected_it_and_why(signed_in: Run) -> None:
    shown = signed_in("links", "show", "l-2").stdout

    for told in ("rejected", "Acme GmbH, Kim Kern <kim@acme.example>", "Not us.", "Ask Lea.", "token-2"):
        assert told in shown


@pytest.mark.feature("A66", "A68", "A71", "A72", "A74", "A75")
def test_a_link_is_created_from_options_and_its_address_shown(signed_in: Run, program: ProgramWithLinks) -> None:
    result = signed_in(
        "links", "create", *ACME, *SALES_HUB, "--product", "content_hub:starter", "--language", "de", "--onboarding",
        "--duration", "1_month",
    )  # fmt: skip

    assert result.exit_code == 0
    assert program.drafts == [
        {
            "name": "Acme 2026",
            "client": {
                "company": "Acme GmbH",
                "contact_name": "Kim Kern",
                "email": "kim@acme.example",
                "language": "de",
            },
            "products": [
                {"product": "sales_hub", "edition": "professional", "onboarding_type": "guided"},
                {"product": "content_hub", "edition": "starter"},
            ],
            "providing_onboarding": True,
            "estimated_onboarding_duration": "1_month",
        }
    ]
    assert "https://desk.example/c/token-1" in result.stdout
    assert "`partnerdesk links send l-1`" in result.stderr


@pytest.mark.feature("A70")
def test_a_provider_leaves_out_what_it_is_not_asked(signed_in: Run, program: ProgramWithLinks) -> None:
    result = signed_in("links", "create", *ACME, "--product", "sales_hub:professional", "--json")

    assert json.loads(result.stdout) == program.links["l-1"]
    assert program.drafts[0].keys() == {"name", "client", "products"}
    assert program.drafts[0]["products"] == [{"product": "sales_hub", "edition": "professional"}]


@pytest.mark.parametrize("product", ["sales_hub", "sales_hub:", ":professional", "a:b:c:d", "sales_hub::guided", ""])
def test_a_product_that_cannot_be_read_is_wrong_usage(signed_in: Run, program: ProgramWithLinks, product: str) -> None:
    result = signed_in("links", "create", *ACME, "--product", product)

    assert result.exit_code == 2
    assert "is not PRODUCT:EDITION or PRODUCT:EDITION:ONBOARDING" in result.stderr
    assert program.requests == []


@pytest.mark.feature("A73")
def test_a_draft_is_looked_at_before_it_is_created(signed_in: Run, program: ProgramWithLinks, tmp_path: Path) -> None:
    page = tmp_path / "page.html"

    result = signed_in("links", "create", *ACME, *SALES_HUB, "--preview", str(page))

    assert result.exit_code == 0
    assert page.read_text(encoding="utf-8") == PAGE
    assert len(program.drafts) == 1
    assert program.links == {}


def test_a_created_link_whose_answer_is_lost_is_asked_for_again_under_its_key(
    signed_in: Run, program: ProgramWithLinks
) -> None:
    def lose_the_answer(_request: httpx.Request, go_on: object) -> httpx.Response:
        assert callable(go_on)
        go_on()
        raise httpx.ReadTimeout("no answer")

    program.interference = [lose_the_answer]

    assert signed_in("links", "create", *ACME, *SALES_HUB).exit_code == 0
    assert list(program.links) == ["l-1"]
    assert len({request.headers["Idempotency-Key"] for request in program.sent(LINKS)}) == 1


@pytest.mark.feature("A83")
@pytest.mark.usefixtures("links")
def test_a_preview_goes_to_stdout_as_it_is(signed_in: Run) -> None:
    result = signed_in("links", "preview", "l-1")

    assert (result.stdout_bytes, result.stderr) == (PAGE.encode(), "")


@pytest.mark.feature("A83")
@pytest.mark.usefixtures("links")
def test_a_preview_is_written_to_a_file_and_opened(
    signed_in: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("cli.links.typer.launch", opened.append)
    page = tmp_path / "page.html"

    written = signed_in("links", "preview", "l-1", "-o", str(page), "--json")
    shown = signed_in("links", "preview", "l-1", "--open")

    assert json.loads(written.stdout) == {"file": str(page), "bytes": len(PAGE.encode())}
    assert page.read_text(encoding="utf-8") == PAGE
    [address] = opened
    assert Path(address.removeprefix("file://")).read_text(encoding="utf-8") == PAGE
    assert shown.stdout == ""


@pytest.mark.usefixtures("links")
def test_a_preview_as_json_needs_a_file(signed_in: Run) -> None:
    result = signed_in("links", "preview", "l-1", "--json")

    assert (result.exit_code, json.loads(result.stdout)["problem"]["code"]) == (2, "wrong_usage")


@pytest.mark.usefixtures("links")
def test_a_folder_that_is_missing_is_said(signed_in: Run, tmp_path: Path) -> None:
    result = signed_in("links", "preview", "l-1", "-o", str(tmp_path / "missing" / "page.html"))

    assert result.exit_code == 2
    assert "page.html cannot be written: No such file or directory." in result.stderr


def test_sending_says_to_whom(signed_in: Run, links: ProgramWithLinks) -> None:
    result = signed_in("links", "send", "l-3")

    assert result.exit_code == 0
    assert "On its way to kim@acme.example." in result.stderr
    assert links.links["l-3"]["delivery"] == "sent"


@pytest.mark.feature("A84")
@pytest.mark.parametrize("command", [("send", "l-1"), ("revoke", "l-1", "--yes")])
@pytest.mark.usefixtures("links")
def test_what_a_decided_link_refuses_is_explained(signed_in: Run, command: tuple[str, ...]) -> None:
    result = signed_in("links", *command)

    assert result.exit_code == 1
    assert result.stderr == (
        "The link is not pending\nThe link is signed; only a pending one can be changed, sent or removed.\n"
        "Request id: req-1 (link_not_pending)\n"
    )


def test_revoking_and_deleting_ask_first(signed_in: Run, links: ProgramWithLinks) -> None:
    kept = [signed_in("links", command, "l-3", typed="n\n") for command in ("revoke", "delete")]
    unasked = signed_in("links", "delete", "l-3", typed="")
    still_pending = links.links["l-3"]["status"]
    agreed = [signed_in("links", command, "l-3", typed="y\n") for command in ("revoke", "delete")]

    assert [result.exit_code for result in kept] == [1, 1]
    assert unasked.exit_code == 2
    assert "add --yes if you are sure. Nothing was deleted." in unasked.stderr
    assert still_pending == "pending"
    assert [result.exit_code for result in agreed] == [0, 0]
    assert "l-3" not in links.links


@pytest.mark.feature("A86")
def test_a_script_deletes_without_being_asked(signed_in: Run, links: ProgramWithLinks) -> None:
    result = signed_in("links", "delete", "l-3", "--yes", "--json")

    assert json.loads(result.stdout) == {"id": "l-3", "status": "deleted"}
    assert list(links.links) == ["l-1", "l-2"]


@pytest.mark.feature("A85")
def test_cloning_makes_a_link_with_another_address(signed_in: Run, links: ProgramWithLinks) -> None:
    result = signed_in("links", "clone", "l-2", "--json")

    assert json.loads(result.stdout) == links.links["l-4"]
    assert links.links["l-4"]["client"] == links.links["l-2"]["client"]
    assert links.links["l-4"]["status"] == "pending"


@pytest.mark.parametrize("command", ["show", "preview", "send", "clone"])
def test_an_unknown_link_is_not_found(signed_in: Run, command: str) -> None:
    result = signed_in("links", command, "l-9")

    assert result.exit_code == 1
    assert result.stderr.startswith("Not found\n")


@pytest.mark.parametrize("link_id", ["../users", "l-1/send", "l 1", "", "l-1?x", "ł-1"])
def test_what_cannot_be_an_id_is_not_sent(signed_in: Run, program: ProgramWithLinks, link_id: str) -> None:
    result = signed_in("links", "show", link_id)

    assert result.exit_code == 2
    assert program.requests == []
