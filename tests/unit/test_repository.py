"""What the repository holds: nothing large that is not named here with its reason, nothing of others."""

import subprocess

from local.environments import ENVIRONMENTS
from local.place import PROJECT

LARGEST = 300_000
"""Bytes of a file; whoever clones the repository has each of its versions for ever."""

LARGE_FOR_A_REASON = {
    "functions/reference/openapi.json": "the document that clients are made from; the API serves this very file",
}


def tracked() -> dict[str, int]:
    """Each file of the repository with its bytes in the working tree; one that is being removed is none."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    paths = {name: PROJECT / name for name in listed.split("\0") if name}
    return {name: path.stat().st_size for name, path in paths.items() if path.is_file()}


def test_no_file_is_large_without_a_reason() -> None:
    large = {name for name, size in tracked().items() if size > LARGEST}
    assert sorted(large - LARGE_FOR_A_REASON.keys()) == []
    assert sorted(LARGE_FOR_A_REASON.keys() - large) == []  # a reason that no longer holds goes


def test_files_of_others_come_from_their_packages() -> None:
    laid_out = {place.as_posix() for environment in ENVIRONMENTS.values() for _, place in environment.files}
    assert laid_out
    assert sorted(laid_out & tracked().keys()) == []
    assert [name for name in tracked() if name.endswith((".min.js", ".min.css", ".whl", ".tgz", ".zip"))] == []
