"""An import that is cut off in any way goes on when it is run again: nothing twice, nothing forgotten."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from cli.places import state_folder
from tests.cli.conftest import Run
from tests.cli.fake_program import FakeProgram, Interference
from tests.cli.lead_files import write_leads

GoOn = Callable[[], httpx.Response]


def cut_off(_request: httpx.Request, _go_on: GoOn) -> httpx.Response:
    """Ctrl-C before the request left."""
    raise KeyboardInterrupt


def cut_off_after(_request: httpx.Request, go_on: GoOn) -> httpx.Response:
    """Ctrl-C after the program has done its work."""
    go_on()
    raise KeyboardInterrupt


def lose(_request: httpx.Request, _go_on: GoOn) -> httpx.Response:
    raise httpx.ReadError("cut off")


def lose_the_answer(_request: httpx.Request, go_on: GoOn) -> httpx.Response:
    go_on()
    raise httpx.ReadTimeout("no answer")


def answering(status: int, **headers: str) -> Interference:
    def answer(_request: httpx.Request, _go_on: GoOn) -> httpx.Response:
        return httpx.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answer


def still_running(_request: httpx.Request, go_on: GoOn) -> httpx.Response:
    """The first try of this key is at work elsewhere; its answer will come under the same key."""
    go_on()
    return httpx.Response(409, json={"code": "idempotency_in_progress"}, headers={"Retry-After": "1"})


@pytest.fixture
def file(tmp_path: Path, program: FakeProgram) -> Path:
    """250 leads, of which the last 20 find no place: three batches after GET /v1/me."""
    program.limit = 230
    return write_leads(tmp_path, 250)


def journals() -> list[Path]:
    return list((state_folder() / "imports").glob("*.jsonl"))


@pytest.mark.parametrize("interruption", [cut_off, cut_off_after])
@pytest.mark.parametrize("batch", [0, 1, 2])
def test_an_interrupted_import_goes_on_and_ends_like_one_that_was_not(
    signed_in: Run, program: FakeProgram, file: Path, interruption: Interference, batch: int
) -> None:
    program.interference = [None, *[None] * batch, interruption]
    first = signed_in("registrations", "import", str(file))
    program.requests.clear()

    second = signed_in("registrations", "import", str(file), "--json")

    assert first.exit_code == 130
    assert f"Stopped after {batch * 100} of 250 rows. Run the same command again to go on" in first.stderr
    assert second.exit_code == 1
    answer = json.loads(second.stdout)
    assert (answer["registered"], answer["already_registered"]) == (230, 0)
    assert answer["refused_by_code"] == {"capacity_reached": 20}
    assert answer["rows_sent"] == 250 - batch * 100
    assert len(program.batches()) == 3 - batch
    assert len(program.registrations) == 230
    assert len(file.with_name("leads.refused.csv").read_text().splitlines()) == 21
    assert journals() == []


def test_going_on_says_so(signed_in: Run, program: FakeProgram, file: Path) -> None:
    program.interference = [None, None, cut_off]
    signed_in("registrations", "import", str(file))

    result = signed_in("registrations", "import", str(file))

    assert "Going on with an interrupted import: 100 rows are done. (--restart begins anew.)" in result.stderr


def test_without_its_journal_an_import_still_registers_nothing_twice(
    signed_in: Run, program: FakeProgram, file: Path
) -> None:
    program.interference = [None, None, cut_off_after]
    signed_in("registrations", "import", str(file))
    for journal in journals():
        journal.unlink()

    result = signed_in("registrations", "import", str(file), "--json")

    answer = json.loads(result.stdout)
    assert (answer["registered"], answer["already_registered"]) == (30, 200)
    assert answer["refused_by_code"] == {"capacity_reached": 20}
    assert len(program.registrations) == 230


@pytest.mark.parametrize("damage", [b'{"index": 1, "regis', b"\xff\xfe\x00", b"\n\n[]\n"])
def test_a_torn_end_of_the_journal_costs_one_batch_and_no_row(
    signed_in: Run, program: FakeProgram, file: Path, damage: bytes
) -> None:
    program.interference = [None, None, cut_off]
    signed_in("registrations", "import", str(file))
    with journals()[0].open("ab") as journal:
        journal.write(b"\n" + damage)
    program.interference = [None, None, cut_off]
    signed_in("registrations", "import", str(file))

    result = signed_in("registrations", "import", str(file), "--json")

    answer = json.loads(result.stdout)
    assert answer["registered"] + answer["already_registered"] == 230
    assert answer["refused_by_code"] == {"capacity_reached": 20}


@pytest.mark.parametrize("content", [b"", b"{}", b'{"run_id": "a"}\n{"index": 0}', b"not JSON"])
def test_a_journal_that_cannot_be_read_is_begun_anew(
    signed_in: Run, program: FakeProgram, file: Path, content: bytes
) -> None:
    program.interference = [None, None, cut_off]
    signed_in("registrations", "import", str(file))
    journals()[0].write_bytes(content)

    result = signed_in("registrations", "import", str(file), "--json")

    answer = json.loads(result.stdout)
    assert (answer["registered"], answer["already_registered"], answer["rows_sent"]) == (130, 100, 250)


def test_restart_begins_anew(signed_in: Run, program: FakeProgram, file: Path) -> None:
    program.interference = [None, None, cut_off]
    signed_in("registrations", "import", str(file))

    result = signed_in("registrations", "import", str(file), "--restart", "--json")

    assert json.loads(result.stdout)["rows_sent"] == 250


def test_an_interruption_older_than_the_keys_begins_anew(signed_in: Run, program: FakeProgram, file: Path) -> None:
    program.interference = [None, None, cut_off]
    signed_in("registrations", "import", str(file))
    program.clock.seconds = journals()[0].stat().st_mtime + 24 * 3600

    result = signed_in("registrations", "import", str(file), "--json")

    assert json.loads(result.stdout)["rows_sent"] == 250


def test_a_changed_file_and_another_partner_are_other_imports(signed_in: Run, program: FakeProgram, file: Path) -> None:
    program.partners["p-2"] = "South Star"
    program.interference = [None, None, cut_off]
    signed_in("registrations", "import", str(file), "--partner", "p-1")

    other_partner = signed_in("registrations", "import", str(file), "--partner", "p-2", "--json")
    file.write_text(file.read_text().replace("Lead 249", "Lead of the year"))
    changed_file = signed_in("registrations", "import", str(file), "--partner", "p-1", "--json")

    assert json.loads(other_partner.stdout)["rows_sent"] == 250
    assert json.loads(changed_file.stdout)["rows_sent"] == 250


@pytest.mark.parametrize(
    ("trouble", "waits"),
    [
        ([lose, lose, lose_the_answer], [1.0, 2.0, 4.0]),
        ([answering(429, Retry_After="7"), answering(503)], [7.5, 2.0]),
        ([answering(502), answering(504), still_running], [1.0, 2.0, 1.5]),
    ],
    ids=["no answer", "later", "gateway"],
)
def test_passing_trouble_is_waited_out(
    signed_in: Run, program: FakeProgram, file: Path, trouble: list[Interference], waits: list[float]
) -> None:
    program.interference = [None, None, *trouble]

    result = signed_in("registrations", "import", str(file), "--json")

    answer = json.loads(result.stdout)
    assert (answer["registered"], answer["already_registered"], answer["refused"]) == (230, 0, 20)
    assert program.clock.slept == waits
    keys = [request.headers["Idempotency-Key"] for request in program.sent("/v1/registrations/batch")]
    assert keys == [keys[0], *[keys[1]] * (len(trouble) + 1), keys[-1]]
    assert len(set(keys)) == 3


def test_lasting_trouble_ends_the_import_which_then_goes_on(signed_in: Run, program: FakeProgram, file: Path) -> None:
    program.interference = [None, None, *[lose] * 8]
    first = signed_in("registrations", "import", str(file), "--json")

    second = signed_in("registrations", "import", str(file), "--json")

    assert first.exit_code == 4
    assert json.loads(first.stdout)["problem"]["code"] == "unreachable"
    assert "after 8 attempts" in first.stderr
    assert "Stopped after 100 of 250 rows." in first.stderr
    assert json.loads(second.stdout)["rows_sent"] == 150


def test_a_wait_of_many_minutes_is_left_to_the_person(signed_in: Run, program: FakeProgram, file: Path) -> None:
    program.interference = [None, None, answering(429, Retry_After="900")]

    result = signed_in("registrations", "import", str(file))

    assert result.exit_code == 4
    assert "It asks to come back in 900 seconds." in result.stderr
    assert program.clock.slept == []


def test_a_removed_user_is_stopped_and_told_why(signed_in: Run, program: FakeProgram, file: Path) -> None:
    def removed(_request: httpx.Request, _go_on: GoOn) -> httpx.Response:
        return httpx.Response(
            403, json={"code": "not_a_member", "title": "Not a member of this partner", "status": 403}
        )

    program.interference = [None, None, removed]

    result = signed_in("registrations", "import", str(file))

    assert result.exit_code == 1
    assert "Not a member of this partner" in result.stderr
    assert len(program.registrations) == 100


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"results": []}),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"results": [None] * 100}),
        httpx.Response(200, json={"results": [{}] * 100}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(500, json={"code": "internal", "title": "Something went wrong"}),
        httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
    ],
    ids=["too few", "no object", "nulls", "empty", "html", "failure", "elsewhere"],
)
def test_an_answer_that_nobody_understands_ends_the_import_without_a_guess(
    signed_in: Run, program: FakeProgram, file: Path, answer: httpx.Response
) -> None:
    program.interference = [None, None, lambda _request, _go_on: answer]

    result = signed_in("registrations", "import", str(file))

    assert result.exit_code == 5
    assert "Stopped after 100 of 250 rows." in result.stderr
    assert len(journals()) == 1


def test_a_token_that_expires_on_the_way_is_renewed(signed_in: Run, program: FakeProgram, file: Path) -> None:
    def hours_later(_request: httpx.Request, _go_on: GoOn) -> None:
        program.clock.seconds += 2 * 3600

    program.interference = [None, hours_later]

    result = signed_in("registrations", "import", str(file), "--json")

    assert json.loads(result.stdout)["registered"] == 230


def test_a_place_that_cannot_be_written_keeps_the_work(signed_in: Run, program: FakeProgram, file: Path) -> None:
    blocked = file.with_name("leads.refused.csv")
    blocked.mkdir()
    first = signed_in("registrations", "import", str(file))
    blocked.rmdir()

    second = signed_in("registrations", "import", str(file), "--json")

    assert first.exit_code == 2
    assert "The refused rows cannot be written" in first.stderr
    assert json.loads(second.stdout)["rows_sent"] == 0
    assert len(program.batches()) == 3
    assert len(blocked.read_text().splitlines()) == 21
