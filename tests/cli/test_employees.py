"""The commands on partner employees."""

import json

import pytest

from tests.cli.conftest import Run
from tests.cli.fake_employees import ProgramWithEmployees, client_of
from tests.cli.fake_program import FakeClock


@pytest.fixture
def program(clock_of_program: FakeClock) -> ProgramWithEmployees:
    earning = {"portal_access": "granted", "managed_credit": "earned", "managed_credit_detail": None}
    clients = [client_of(1, **earning, last_activity_at="2026-03-16T10:00:00Z"), client_of(2), client_of(3)]
    return ProgramWithEmployees(clock=clock_of_program, clients=clients)


@pytest.mark.feature("A94")
def test_employees_are_listed_with_the_number_of_their_clients(signed_in: Run) -> None:
    result = signed_in("employees", "list")

    assert (result.exit_code, result.stderr) == (0, "")
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["Employee", "Name", "E-mail", "Clients"],
        ["u-nia", "Nia", "nia@hill.example", "3"],
    ]
    listed = json.loads(signed_in("employees", "list", "--json").stdout)
    assert [row["id"] for row in listed["data"]] == ["u-nia"]


def test_without_employees_the_list_says_how_to_mark_one(signed_in: Run, program: ProgramWithEmployees) -> None:
    program.tagged = {}

    result = signed_in("employees", "list")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        "Nobody is marked as a partner employee yet. Mark a user with `partnerdesk employees tag USER`; "
        "`partnerdesk users list` shows them.\n"
    )


@pytest.mark.feature("A95")
def test_one_employee_is_shown_with_all_clients_and_what_is_missing(signed_in: Run) -> None:
    result = signed_in("employees", "show", "u-nia")

    rows = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert rows == [
        "Employee u-nia",
        "Name Nia",
        "E-mail nia@hill.example",
        "Partner employee yes",
        "Clients 3",
        "Client Company Access Last activity Credit Missing",
        "c-1 Acme 1 granted 2026-03-16 earned -",
        "c-2 Acme 2 not requested - none Request access.",
        "c-3 Acme 3 not requested - none Request access.",
    ]
    shown = json.loads(signed_in("employees", "show", "u-nia", "--json").stdout)
    assert ([one["client_id"] for one in shown["clients"]], shown["next_cursor"]) == (["c-1", "c-2", "c-3"], None)


def test_an_employee_without_clients_is_shown_with_the_next_step(signed_in: Run) -> None:
    result = signed_in("employees", "show", "u-max")

    assert result.exit_code == 0
    assert result.stderr == "No clients yet. Assign them with `partnerdesk employees assign u-max HUB_ID`.\n"


@pytest.mark.feature("A96", "A97")
def test_clients_are_assigned_by_their_ids_or_hub_ids(signed_in: Run, program: ProgramWithEmployees) -> None:
    result = signed_in("employees", "assign", "u-nia", "c-4711", "4712", "4713")

    assert result.exit_code == 0
    assert [" ".join(line.split()) for line in result.stdout.splitlines()] == [
        "Client Outcome",
        "c-4711 assigned",
        "4712 assigned",
        "4713 assigned without credit",
    ]
    assert result.stderr == "Three ways lead out.\n"
    [request] = program.sent("/v1/employees/u-nia/clients")
    assert json.loads(request.content) == {"clients": [{"client_id": "c-4711"}, {"hub_id": "4712"}, {"hub_id": "4713"}]}


def test_what_could_not_be_assigned_shows_in_the_exit_code(signed_in: Run) -> None:
    result = signed_in("employees", "assign", "u-nia", "1", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["results"][0]["status"] == "not_found"
    assert signed_in("employees", "assign", "u-nia", *["1"] * 101).exit_code == 2


@pytest.mark.feature("A100")
@pytest.mark.parametrize(
    ("client_id", "told"),
    [
        ("c-4711", "Acme is asked since 2026-03-17.\n"),
        ("c-4712", "Recorded. No mail reaches a decision maker of Acme: ask the client yourself.\n"),
    ],
)
def test_access_is_requested(signed_in: Run, client_id: str, told: str) -> None:
    result = signed_in("employees", "request-access", "u-nia", client_id)

    assert (result.exit_code, result.stderr) == (0, told)
    asked = json.loads(signed_in("employees", "request-access", "u-nia", client_id, "--json").stdout)
    assert asked["portal_access"] == "requested"


@pytest.mark.feature("A102", "A103")
def test_a_client_is_removed_by_typing_remove(signed_in: Run, program: ProgramWithEmployees) -> None:
    refused = signed_in("employees", "remove", "u-nia", "c-1", typed="remove\n")
    assert (refused.exit_code, program.removed) == (1, [])
    assert "That was not REMOVE. Nothing was removed." in refused.stderr

    assert signed_in("employees", "remove", "u-nia", "c-1", typed="REMOVE\n").exit_code == 0
    scripted = signed_in("employees", "remove", "u-nia", "c-2", "--confirm", "REMOVE", "--json")

    assert json.loads(scripted.stdout) == {"user_id": "u-nia", "client_id": "c-2", "status": "removed"}
    assert program.removed == [f"/v1/employees/u-nia/clients/c-{number}" for number in (1, 2)]


@pytest.mark.feature("A91")
def test_a_user_is_marked_and_unmarked(signed_in: Run, program: ProgramWithEmployees) -> None:
    assert signed_in("employees", "tag", "u-max").stderr == "Max is now a partner employee.\n"
    assert program.tagged["u-max"] is True
    assert signed_in("employees", "tag", "u-max", "--off").stderr == "Max is no longer a partner employee.\n"
    assert json.loads(signed_in("employees", "tag", "u-max", "--json").stdout)["partner_employee"] is True


def test_what_is_no_id_is_refused_before_anything_is_sent(signed_in: Run, program: ProgramWithEmployees) -> None:
    for arguments in (("show", "u/../x"), ("tag", "ü"), ("remove", "u-nia", "c/1", "--confirm", "REMOVE")):
        assert signed_in("employees", *arguments).exit_code == 2
    assert program.requests == []
