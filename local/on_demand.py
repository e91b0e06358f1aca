"""Library packages that offer the names of all their modules, so that using one imports all: made to import on demand.

Powertools' resolvers for other event sources, and its classes for every event, are a twelfth of a cold start otherwise.
docs/decisions/0020-cold-start.md has the figures.
"""

import ast
from pathlib import Path

PACKAGES = ("aws_lambda_powertools/event_handler", "aws_lambda_powertools/utilities/data_classes")

_RESOLVE = """

def __getattr__(name):
    try:
        module, original = _PLACES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    from importlib import import_module
    value = globals()[name] = getattr(import_module(module, __name__), original)
    return value
"""


class NotOnlyImportsError(Exception):
    """A package does more than offer names, so it cannot be changed unseen; the message says what to do."""


def import_on_demand(folder: Path) -> None:
    """Rewrites the `__init__.py` of PACKAGES in a folder of libraries; those that are not there are passed over."""
    for package in PACKAGES:
        init = folder / package / "__init__.py"
        if init.is_file():
            init.write_text(f"_PLACES = {_places(init)!r}\n__all__ = list(_PLACES)\n{_RESOLVE}", encoding="utf-8")


def _places(init: Path) -> dict[str, tuple[str, str]]:
    """By offered name, its module, relative or not, and its name there."""
    places = {}
    for node in ast.parse(init.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            places.update({alias.asname or alias.name: (module, alias.name) for alias in node.names})
        elif not _says_nothing(node):
            raise NotOnlyImportsError(
                f"{init.parent.name}/__init__.py, line {node.lineno}, does more than import. Take the package out of "
                "PACKAGES in local/on_demand.py, or see that doing it later is as good."
            )
    return places


def _says_nothing(node: ast.stmt) -> bool:
    """A docstring, or `__all__`."""
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets] == ["__all__"]
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
