"""These tests run on every engine; the two that are programs are reached over the loopback interface."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import Engine, StoredTable, dynoxide_engine, ministack_engine, moto_engine
from tests.process import forget_process

HERE = Path(__file__).parent
ENGINES = ("moto", "ministack", "dynoxide")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.path.is_relative_to(HERE):
        item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with ministack_engine(tmp_path_factory.mktemp("ministack")) as engine:
        yield engine


@pytest.fixture(scope="session")
def dynoxide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with dynoxide_engine(tmp_path_factory.mktemp("dynoxide")) as engine:
        yield engine


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Each engine in turn; the product's own client reaches it too."""
    with contextlib.ExitStack() as stack:
        if request.param == "moto":
            engine = stack.enter_context(moto_engine())
        else:
            engine = request.getfixturevalue(request.param)
            monkeypatch.setenv("AWS_ENDPOINT_URL", engine.endpoint_url)
            forget_process()
        yield engine


@pytest.fixture
def table(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoredTable]:
    """The product's table on each engine in turn: new, empty, gone afterwards."""
    table = engine.create_table()
    monkeypatch.setenv("TABLE_NAME", table.name)
    forget_process()
    yield table
    table.client.delete_table(TableName=table.name)
