"""At the end of a test run: what the functions asked of the table against what their roles allow.

Each process of a run records for itself; the one that the others report to compares. A run of a part of the tests
says nothing about permissions that nobody used, and is not asked about them.
"""

from typing import Any

import pytest

from local.translation import raw_template
from tests.permissions import Permission, Recorder, faults

_KEY = "permissions"


class PermissionCheck:
    """A plugin of one run; `is_whole` while every test that there is was run and passed."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._recorder = Recorder()
        self._is_whole = _runs_everything(config)
        self._faults: list[str] = []

    def pytest_sessionstart(self) -> None:
        self._recorder.start()

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self._is_whole = self._is_whole and not items

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A process of xdist has ended. One that died has told nothing."""
        told = getattr(node, "workeroutput", {}).get(_KEY)
        self._is_whole = self._is_whole and not error and told is not None
        self._recorder.used |= {Permission(*one) for one in told or ()}

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        self._recorder.stop()
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput[_KEY] = [list(one) for one in sorted(self._recorder.used)]
            return
        is_whole = self._is_whole and exitstatus == pytest.ExitCode.OK
        self._faults = faults(self._recorder.used, raw_template(), whole_run=is_whole)
        if self._faults:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._faults:
            terminalreporter.section("permissions", red=True, bold=True)
            for fault in self._faults:
                terminalreporter.write_line(fault)


def _runs_everything(config: pytest.Config) -> bool:
    """Whether no file, word or marker narrows the run, so that a permission that nobody uses is one too many."""
    options = config.option
    narrowed = (options.keyword, options.markexpr, options.lf, options.ignore, options.ignore_glob, options.deselect)
    chosen = [str(one).rstrip("/") for one in config.args]
    return chosen == [str(one).rstrip("/") for one in config.getini("testpaths")] and not any(narrowed)
