"""The commands on leads, but for the import."""

import json
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import typer

from tests.cli.conftest import Run
from tests.cli.fake_program import INSTANT, FakeProgram

ACME = ("--website", "https://www.acme.example", "--company", "Acme", "--first-name", "Ada", "--last-name", "Ames")
CONTACT = {"first_name": "Ada", "last_name": "Ames", "email": "ada@acme.example"}


def registration(number: int, *, company: str = "Acme") -> dict[str, object]:
    return {
        "registered_domain": f"lead-{number:03}.example",
        "website": f"https://lead-{number:03}.example",
        "company": company,
        "contact": CONTACT,
        "country": "DE",
        "registered_at": INSTANT,
        "registered_by": "u-1",
        "commission_eligible": True,
        "expires_at": None,
    }


@pytest.fixture
def many(program: FakeProgram) -> list[dict[str, object]]:
    rows = [registration(number) for number in range(230)]
    program.registrations = {str(row["registered_domain"]): row for row in rows}
    return rows


@pytest.mark.feature("A9", "A13")
def test_capacity_is_shown_to_people_and_to_machines(signed_in: Run, program: FakeProgram) -> None:
    program.limit = 0

    for_people, for_machines = signed_in("capacity"), signed_in("capacity", "--json")

    assert "0 of 0" in for_people.stdout
    assert "at the limit: deregister a lead" in for_people.stdout
    assert json.loads(for_machines.stdout) == program.capacity()
    assert for_machines.stderr == ""


@pytest.mark.feature("A3")
def test_an_empty_list_says_how_to_fill_it(signed_in: Run) -> None:
    result = signed_in("registrations", "list")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "partnerdesk registrations import FILE.csv" in result.stderr


def test_a_search_without_a_match_says_where_else_to_search(signed_in: Run) -> None:
    result = signed_in("registrations", "list", "--search", "globex")

    assert result.exit_code == 0
    assert "No lead matches 'globex'. Try a shorter text" in result.stderr


@pytest.mark.feature("A3")
def test_the_first_leads_are_listed_with_a_word_about_the_rest(signed_in: Run, many: list[dict[str, object]]) -> None:
    result = signed_in("registrations", "list")

    assert result.exit_code == 0
    assert result.stdout.count(".example") == 2 * 25
    assert "lead-024.example  Acme     Ada Ames  ada@acme.example  DE       2026-03-17" in result.stdout
    assert "These are the first 25" in result.stderr
    assert len(many) == 230


@pytest.mark.parametrize(
    ("arguments", "rows", "pages", "cursor"),
    [(("--all",), 230, 3, None), (("--limit", "120"), 120, 2, "120"), (("--limit", "230"), 230, 3, None)],
)
def test_listing_pages_on_as_far_as_asked(
    *,
    signed_in: Run,
    program: FakeProgram,
    many: list[dict[str, object]],
    arguments: tuple[str, ...],
    rows: int,
    pages: int,
    cursor: str | None,
) -> None:
    result = signed_in("registrations", "list", "--json", *arguments)

    assert json.loads(result.stdout) == {"data": many[:rows], "next_cursor": cursor}
    assert len(program.sent("/v1/registrations")) == pages


def test_listing_goes_on_at_a_cursor(signed_in: Run, many: list[dict[str, object]]) -> None:
    result = signed_in("registrations", "list", "--json", "--cursor", "220")

    assert json.loads(result.stdout) == {"data": many[220:], "next_cursor": None}


@pytest.mark.feature("A4")
def test_search_and_order_go_to_the_api(signed_in: Run, program: FakeProgram) -> None:
    signed_in("registrations", "list", "--search", "ac", "--search-by", "company", "--sort", "-registered_at")
    signed_in("registrations", "list", "--search", "ac")

    queries = [dict(request.url.params) for request in program.sent("/v1/registrations")]
    assert queries == [
        {"sort": "-registered_at", "q": "ac", "search_by": "company", "limit": "25"},
        {"q": "ac", "limit": "25"},
    ]


@pytest.mark.parametrize(
    "arguments",
    [("--search-by", "company"), ("--search", "a", "--search-by", "phone"), ("--sort", "phone"), ("--limit", "0")],
)
def test_a_filter_that_makes_no_sense_is_wrong_usage(
    signed_in: Run, program: FakeProgram, arguments: tuple[str, ...]
) -> None:
    result = signed_in("registrations", "list", *arguments)

    assert result.exit_code == 2
    assert program.requests == []


def test_control_characters_in_a_name_do_not_reach_the_terminal(signed_in: Run, program: FakeProgram) -> None:
    program.registrations["a.example"] = registration(1, company="[red]Ac\x1b[2Jme")

    assert "[red]Ac�[2Jme" in signed_in("registrations", "list").stdout


@pytest.mark.feature("A11")
def test_adding_a_lead_shows_the_registered_domain(signed_in: Run, program: FakeProgram) -> None:
    result = signed_in("registrations", "add", *ACME, "--email", "ada@acme.example", "--country", "DE", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == program.registrations["acme.example"]
    assert json.loads(program.requests[-1].content) == {
        "website": "https://www.acme.example",
        "company": "Acme",
        "contact": CONTACT,
        "country": "DE",
    }


def test_a_refused_lead_shows_the_whole_problem(signed_in: Run, program: FakeProgram) -> None:
    blank = [part or "" for part in ACME]
    blank[3] = ""

    for_people = signed_in("registrations", "add", *blank, "--email", "ada@acme.example")
    for_machines = signed_in("registrations", "add", *blank, "--email", "ada@acme.example", "--json")

    assert (for_people.exit_code, for_machines.exit_code) == (1, 1)
    assert for_people.stdout == ""
    assert for_people.stderr == (
        "Not registered\nThe item is not valid.\n  The company must not be empty.\n"
        "Request id: req-1 (validation_failed)\n"
    )
    assert json.loads(for_machines.stdout) == {
        "problem": {
            "status": 422,
            "code": "validation_failed",
            "title": "Not registered",
            "detail": "The item is not valid.",
            "errors": [{"pointer": "#/company", "detail": "The company must not be empty."}],
            "instance": "req-1",
        }
    }
    assert program.registrations == {}


def test_an_added_lead_whose_answer_is_lost_is_sent_again_under_its_key(signed_in: Run, program: FakeProgram) -> None:
    def lose_the_answer(_request: httpx.Request, go_on: object) -> httpx.Response:
        assert callable(go_on)
        go_on()
        raise httpx.ReadTimeout("no answer")

    program.interference = [lose_the_answer]

    result = signed_in("registrations", "add", *ACME, "--email", "ada@acme.example")

    assert result.exit_code == 0
    assert len({request.headers["Idempotency-Key"] for request in program.sent("/v1/registrations")}) == 1
    assert list(program.registrations) == ["acme.example"]


@pytest.mark.feature("A8")
def test_deregistering_lists_the_domains_and_needs_a_yes(
    signed_in: Run, program: FakeProgram, many: list[dict[str, object]]
) -> None:
    refused = signed_in("registrations", "deregister", "lead-001.example", "lead-002.example", typed="n\n")
    still_there = len(program.registrations)
    agreed = signed_in("registrations", "deregister", "lead-001.example", "lead-002.example", typed="y\n")

    assert (refused.exit_code, still_there, agreed.exit_code) == (1, len(many), 0)
    assert "  lead-001.example\n  lead-002.example\n" in refused.stderr
    assert "Nothing was deregistered." in refused.stderr
    assert len(program.registrations) == len(many) - 2


@pytest.mark.feature("A7")
@pytest.mark.usefixtures("many")
def test_a_script_deregisters_hundreds_without_being_asked(signed_in: Run, program: FakeProgram) -> None:
    domains = [*program.registrations, "unknown.example"]

    result = signed_in("registrations", "deregister", "--yes", "--json", *domains, domains[0])

    assert result.exit_code == 1
    results = json.loads(result.stdout)["results"]
    assert [one["domain"] for one in results] == domains
    assert {one["status"] for one in results[:-1]} == {"deregistered"}
    assert results[-1] == {"domain": "unknown.example", "status": "not_found", "restorable_until": None}
    assert len(program.sent("/v1/registrations/deregister")) == 3
    assert "1 of 231 were not registered to you" in result.stderr


def test_deregistering_without_anybody_to_ask_is_refused(signed_in: Run, program: FakeProgram) -> None:
    result = signed_in("registrations", "deregister", "acme.example", typed="")

    assert result.exit_code == 2
    assert "add --yes" in result.stderr
    assert program.requests == []


@pytest.mark.usefixtures("many")
def test_exporting_writes_the_api_s_bytes_to_stdout(signed_in: Run) -> None:
    result = signed_in("registrations", "export")

    assert result.exit_code == 0
    assert result.stdout_bytes.startswith(b"registered_domain,company\r\nlead-000.example,Acme\r\n")
    assert result.stdout_bytes.count(b"\r\n") == 231
    assert result.stderr == ""


def test_exporting_writes_a_file_with_the_same_filter(signed_in: Run, program: FakeProgram, tmp_path: Path) -> None:
    target = tmp_path / "leads.csv"

    result = signed_in("registrations", "export", "-o", str(target), "--search", "ac", "--sort", "company", "--json")

    assert json.loads(result.stdout) == {"file": str(target), "bytes": 27}
    assert target.read_bytes() == b"registered_domain,company\r\n"
    query = dict(program.sent("/v1/registrations.csv")[0].url.params)
    assert query == {"sort": "company", "q": "ac"}


def test_exporting_as_json_points_to_the_list(signed_in: Run) -> None:
    result = signed_in("registrations", "export", "--json")

    assert result.exit_code == 2
    assert "registrations list --all --json" in result.stderr


def test_exporting_to_a_folder_that_is_missing_says_so(signed_in: Run, tmp_path: Path) -> None:
    result = signed_in("registrations", "export", "-o", str(tmp_path / "missing" / "leads.csv"))

    assert result.exit_code == 2
    assert "leads.csv cannot be written: No such file or directory." in result.stderr


def test_a_missing_partner_is_explained_in_the_client_s_own_words(signed_in: Run, program: FakeProgram) -> None:
    def undecided(_request: httpx.Request, _go_on: object) -> httpx.Response:
        return httpx.Response(400, json={"code": "partner_required", "title": "Say which partner is meant"})

    program.interference = [undecided]

    result = signed_in("capacity")

    assert result.exit_code == 1
    assert "--partner or PARTNERDESK_PARTNER says which" in result.stderr


def test_ctrl_c_at_a_question_stops_without_doing_anything(
    signed_in: Run, program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> bool:
        raise typer.Abort

    monkeypatch.setattr("cli.registrations.typer.confirm", interrupt)
    monkeypatch.setattr("cli.registrations.sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))

    result = signed_in("registrations", "deregister", "acme.example")

    assert result.exit_code == 130
    assert "Stopped: nothing was done." in result.stderr
    assert program.requests == []


@pytest.mark.parametrize(("arguments", "query"), [((), {}), (("--bom",), {}), (("--no-bom",), {"bom": "false"})])
def test_an_export_has_a_byte_order_mark_unless_it_is_unwanted(
    signed_in: Run, program: FakeProgram, arguments: tuple[str, ...], query: dict[str, str]
) -> None:
    assert signed_in("registrations", "export", *arguments).exit_code == 0
    assert dict(program.requests[-1].url.params) == query
