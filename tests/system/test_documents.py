"""What the README and the documents show is typed word for word, on a fresh stack, and prints what they say."""

import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local.place import PROJECT
from tests.system.conftest import stack_in
from tests.system.console import Shell, commands_of, is_as_printed

DOCUMENTS = [
    path.relative_to(PROJECT).as_posix()
    for path in (PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md")))
    if any(True for _ in commands_of(path))
]

NOT_TYPED = {
    "make dev": "test_dev.py runs it, to its end with Ctrl-C",
    "make deploy": "needs an AWS account",
}
"""Commands that are shown and not typed here, each with its reason."""

WALK = PROJECT / "docs" / "walk.md"
NEED_AWS = ("aws ", "python -m local.operators ", "curl -X DELETE ")
"""How commands begin that only a deployed system can answer: their blocks are marked `sh` and not typed."""


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """In a folder like the project's after `make up`."""
    (tmp_path / ".venv").symlink_to(PROJECT / ".venv")
    environment = {
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PATH": f"{PROJECT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "TZ": "UTC",
    }
    with stack_in(tmp_path / ".local"), closing(Shell(folder=tmp_path, environment=environment)) as shell:
        yield shell


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_prints_what_it_says(shell: Shell, document: str) -> None:
    if "](walk.md)" in (PROJECT / document).read_text(encoding="utf-8"):  # from where it has `api` and `sign_in`
        for command in commands_of(WALK):
            if re.match(r"\w+\(\) {", command.typed):
                shell.run(command.typed)
    for command in commands_of(PROJECT / document):
        if command.typed in NOT_TYPED:
            continue
        printed = shell.run(command.typed)
        assert is_as_printed(command.expected, printed), "\n".join(
            [f"{document}:{command.line}", f"$ {command.typed}", *printed, "but the document says:", *command.expected]
        )


def test_only_what_needs_aws_is_not_typed() -> None:
    for path in (PROJECT / "docs").glob("*.md"):
        for block in re.findall(r"^```sh\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            commands = [line for line in block.splitlines() if not line.startswith(" ")]
            assert [one for one in commands if not one.startswith(NEED_AWS)] == [], path.name
