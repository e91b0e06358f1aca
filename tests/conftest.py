"""What every test stands on: a plain environment, no leftovers of the test before, and the table on an atomic moto."""

import gc
import re
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from local.dynoxide import is_left_out
from local.environments import WEB, make_ready
from local.place import PROJECT
from tests.clocks import StoppedClock
from tests.engines import REGION, StoredTable, moto_engine
from tests.permission_check import PermissionCheck
from tests.process import forget_process
from tests.scheduling import ByFile, longest_first

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1,localhost",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_METRICS_NAMESPACE": "Partnerdesk",
    "POWERTOOLS_SERVICE_NAME": "test",
    "PUBLIC_BASE_URL": "https://desk.example",
    "REQUIRE_AUTHENTICATOR": "nobody",
    "SIGNING_KEY": "a-key-for-tests-only-of-at-least-32-characters",
    "TABLE_NAME": "partnerdesk-test",
    "USER_POOL_ID": f"{REGION}_Example01",
    "VENDOR_COLOR": "#1d4e79",
    "VENDOR_LOGO_URL": "",
    "VENDOR_NAME": "Vendor Software",
    "IMPRINT_URL": "",
    "PRIVACY_URL": "",
}
NOT_INHERITED = ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
BEHAVIOUR = re.compile(r"A([1-9]|[1-9]\d|10\d|110)")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(PermissionCheck(config), "permissions")


def pytest_sessionstart(session: pytest.Session) -> None:
    """The files of others that the pages need, also for who runs pytest by itself."""
    if not hasattr(session.config, "workerinput"):
        make_ready([WEB], project=PROJECT)


def pytest_report_header() -> str | None:
    return is_left_out(PROJECT)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if is_left_out(PROJECT):
        config.hook.pytest_deselected(items=[item for item in items if needs_dynoxide(item)])
        items[:] = [item for item in items if not needs_dynoxide(item)]
    items[:] = longest_first(items)
    for item in items:
        for marker in item.iter_markers("feature"):
            numbers = [str(number) for number in marker.args]
            if not numbers or not all(BEHAVIOUR.fullmatch(number) for number in numbers):
                raise pytest.UsageError(f"{item.nodeid}: feature() takes numbers from A1 to A110, not {numbers}.")


def needs_dynoxide(item: pytest.Item) -> bool:
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return bool(parameters.get("engine") == "dynoxide")


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported, which stays anyway: it took a third of each small test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The environment of a deployed function, with credentials that open nothing."""
    for name in NOT_INHERITED:
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    nowhere = tmp_path_factory.getbasetemp() / "no-aws-configuration"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(nowhere))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere))


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    """A test meets and leaves a process that has served no request."""
    forget_process()
    yield
    forget_process()


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """One attempt follows the other at once."""
    monkeypatch.setattr("shared.table.backoff.time", SimpleNamespace(sleep=lambda _: None, monotonic=time.monotonic))


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def table() -> Iterator[StoredTable]:
    """The product's table, empty, on moto with a lock: for small tests of one thread or a few."""
    with moto_engine() as engine:
        yield engine.create_table(ENVIRONMENT["TABLE_NAME"])
