"""Libraries changed so that they import on demand offer what they did."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.on_demand import PACKAGES, NotOnlyImportsError, import_on_demand

INIT = """\
'Fruit.'
from .apple import Apple
from fruit.pear import Pear as Pomaceous

__all__ = ["Apple", "Pomaceous"]
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder whose library stands where the first of PACKAGES does."""
    package = tmp_path / PACKAGES[0]
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (tmp_path / "fruit").mkdir()
    (tmp_path / "fruit" / "pear.py").write_text("class Pear: ...\n")
    (package / "apple.py").write_text("class Apple: ...\n")
    (package / "__init__.py").write_text(INIT)
    return tmp_path


def run(library: Path, program: str) -> str:
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(library)!r})\n{program}"]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60).stdout.strip()


NAME = PACKAGES[0].replace("/", ".")


def test_a_name_is_found_when_it_is_asked_for(library: Path) -> None:
    import_on_demand(library)

    assert (
        run(library, f"from {NAME} import Apple, Pomaceous\nprint(Apple.__name__, Pomaceous.__name__)") == "Apple Pear"
    )


def test_a_module_is_not_imported_before(library: Path) -> None:
    import_on_demand(library)

    assert run(library, f"from {NAME} import Apple\nprint('fruit.pear' in sys.modules)") == "False"


def test_what_is_not_offered_is_not_there(library: Path) -> None:
    import_on_demand(library)

    assert run(library, f"import {NAME} as package\nprint(hasattr(package, 'Plum'))") == "False"


def test_a_package_that_does_more_is_refused(library: Path) -> None:
    (library / PACKAGES[0] / "__init__.py").write_text(f"{INIT}register()\n")

    with pytest.raises(NotOnlyImportsError, match=r"event_handler/__init__\.py, line 6, does more than import"):
        import_on_demand(library)
