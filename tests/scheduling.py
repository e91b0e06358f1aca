"""In which order files are tested, and what one process tests in one go, so that both processes end together."""

from collections.abc import Iterable

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

LONGEST_FIRST = (
    "tests/system/test_commands.py",
    "tests/system/test_dev.py",
    "tests/system/test_restart.py",
    "tests/system/test_installing.py",
    "tests/system/test_schemathesis.py",
    "tests/system/test_drives.py",
    "tests/system/test_generated_clients.py",
    "tests/system/test_reference_commands.py",
    "tests/browser/test_customer_page.py",
    "tests/table/test_capacity_races.py",
    "tests/table/test_decisions.py",
    "tests/template/test_packages.py",
    "tests/functions/notifications/test_nothing_is_lost.py",
    "tests/system/test_stack.py",
    "tests/functions/test_crashes.py",
    "tests/functions/test_guard.py",
    "tests/functions/tiers/test_simulation.py",
    "tests/table/test_costs.py",
    "tests/functions/test_access.py",
    "tests/table/test_capacity_machine.py",
)
"""Begun last, a long file would leave the other process with nothing to do."""

ON_THE_RUNNING_STACK = (
    "tests/system/test_outbox.py",
    "tests/system/test_renewals.py",
    "tests/system/test_stack.py",
    "tests/system/test_tiers.py",
)
"""They share one stack, which takes longer to start than they take together."""


def longest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    places = {file: place for place, file in enumerate(LONGEST_FIRST)}
    return sorted(items, key=lambda item: places.get(file_of(item.nodeid), len(places)))


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


class ByFile(LoadFileScheduling):  # type: ignore[misc] # xdist is untyped
    """Gives a process whole files, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        file = file_of(nodeid)
        return "the running stack" if file in ON_THE_RUNNING_STACK else file
