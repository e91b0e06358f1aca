"""The numbers that tests bear are those of docs/behaviours.md."""

import re

from local.place import PROJECT

_NUMBER = r"\b([ADE]\d{1,3})\b"
_TEXT = (PROJECT / "docs" / "behaviours.md").read_text(encoding="utf-8")

LISTED = set(re.findall(rf"^\| {_NUMBER}", _TEXT, re.MULTILINE))
WAITING = set(re.findall(rf"^\| {_NUMBER} ○", _TEXT, re.MULTILINE))
"""Those that are pages which are not built yet."""
BORNE = {
    number
    for path in (PROJECT / "tests").rglob("*.py")
    for marks in re.findall(r"mark\.feature\(([^)]*)\)", path.read_text(encoding="utf-8"))
    for number in re.findall(_NUMBER, marks)
}


def test_all_behaviours_of_the_core_are_listed() -> None:
    assert {f"A{number}" for number in range(1, 111)} <= LISTED


def test_every_number_that_a_test_bears_is_listed() -> None:
    assert BORNE <= LISTED


def test_every_behaviour_of_the_core_has_a_test_unless_its_page_is_not_built() -> None:
    assert {number for number in LISTED if number.startswith("A")} - BORNE == WAITING
