"""The API on an empty table, and on one with the people that most tests need."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import boto3
import pytest

import shared.program
from shared.domain.people import Role
from shared.table.values import Item
from tests.clocks import StoppedClock
from tests.conftest import ENVIRONMENT
from tests.engines import StoredTable, moto_engine
from tests.factories import Seed
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api


@pytest.fixture
def empty_api(table: StoredTable, clock: StoppedClock) -> Api:
    return Api(table=table, clock=clock)


@pytest.fixture(scope="session")
def program_with_two_partners() -> list[Item]:
    """The items of such a table: made once, because the tests are many."""
    with moto_engine() as engine:
        table = engine.create_table(ENVIRONMENT["TABLE_NAME"])
        seed = Seed(table=table)
        seed.partner("p-hill", name="Hill Consulting")
        seed.partner("p-lake", name="Lake & Co")
        seed.user(ADMIN, name="Ada Hill")
        seed.user(MEMBER, name="Max Moss", role=Role.PARTNER_MEMBER)
        seed.user(RIVAL, partner_id="p-lake", name="Rita Lake")
        seed.operator(OPERATOR)
        return table.items()


@pytest.fixture
def api(empty_api: Api, program_with_two_partners: list[Item]) -> Api:
    """Partner p-hill, untiered, with an admin and a member; its rival p-lake; and an operator of the vendor."""
    empty_api.table.fill(program_with_two_partners)
    return empty_api


@pytest.fixture
def user_pool(monkeypatch: pytest.MonkeyPatch, api: Api) -> str:
    """The id of an empty user pool that the functions of `api` use."""
    assert api.table.client is not None
    pool = boto3.client("cognito-idp").create_user_pool(PoolName="test", UsernameConfiguration={"CaseSensitive": False})
    pool_id = pool["UserPool"]["Id"]
    monkeypatch.setenv("USER_POOL_ID", pool_id)
    return pool_id


ChangeProgram = Callable[[str, str], None]


@pytest.fixture
def change_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ChangeProgram]:
    """Puts a program file with another text in one place before a process that starts anew."""
    file = tmp_path / "program.toml"
    file.write_bytes(Path(shared.program.__file__).with_name("program.toml").read_bytes())
    monkeypatch.setattr(shared.program, "load_program", partial(shared.program.load_program, file))

    def change(old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")
        shared.program.program.cache_clear()

    yield change
    shared.program.program.cache_clear()
