import base64
import hashlib
import platform
import sys
from pathlib import Path

import pytest

from local import dynoxide
from local.dynoxide import Build, DynoxideFailedError


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "package.tgz"
    path.write_bytes(b"content")
    return path


def test_the_pinned_package_is_accepted(archive: Path) -> None:
    digest = base64.b64encode(hashlib.sha512(b"content").digest()).decode()
    dynoxide.refuse_altered(archive, build=Build(package="@example/program", integrity=f"sha512-{digest}"))


def test_another_package_is_refused(archive: Path) -> None:
    with pytest.raises(DynoxideFailedError, match="is not the package that was pinned"):
        dynoxide.refuse_altered(archive, build=Build(package="@example/program", integrity="sha512-AAAA"))


def test_a_platform_without_a_build_goes_without_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert dynoxide.is_left_out(tmp_path) == (
        "dynoxide has no build for darwin on arm64: the tests of the table run on the other two engines, and those "
        "that only it can do are left out. Built by yourself (version 1.2.1, https://github.com/nubo-db/dynoxide), it "
        "is used from .local/dynoxide/dynoxide."
    )


def test_where_it_is_left_out_fetching_says_so_and_fails_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dynoxide, "is_left_out", lambda _project: "No build.")
    dynoxide.main()
    assert capsys.readouterr().out == "No build.\n"


def test_a_platform_with_a_build_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert dynoxide.is_left_out(tmp_path) is None


def test_a_program_that_was_put_there_by_hand_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "abacus")
    program = tmp_path / dynoxide.PROGRAM
    program.parent.mkdir(parents=True)
    program.touch()
    assert dynoxide.fetch(tmp_path) == program
    assert dynoxide.is_left_out(tmp_path) is None


def test_a_fetched_program_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    program = tmp_path / dynoxide.PROGRAM
    program.parent.mkdir(parents=True)
    program.touch()
    program.with_name("integrity").write_text(dynoxide.BUILDS["linux", "x86_64"].integrity, encoding="utf-8")
    assert dynoxide.fetch(tmp_path) == program
