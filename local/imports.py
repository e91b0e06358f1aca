"""What a function's code reaches, read from its source without running it.

Follows every import from the handler on, those inside functions included; imports for type checkers alone do not count.
Serves the packages (which libraries a function carries) and the template's tests (which variables it needs).
Standard library alone: it runs before anything is installed.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OWN_PACKAGES = ("functions", "shared")

_DATA_OF = {"zoneinfo": "tzdata"}
"""Modules of the standard library by the library whose data they read where the system has none."""


class HandlerNotFoundError(Exception):
    """The entry named in the template has no source file, or the file has no such function."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """`modules` by dotted name; `others` are imported names, whole, neither followed nor of the standard library."""

    modules: dict[str, ast.Module]
    others: frozenset[str]

    @property
    def libraries(self) -> frozenset[str]:
        """Top-level import names of the libraries in use."""
        return frozenset(name.partition(".")[0] for name in self.others)

    def services(self) -> frozenset[str]:
        """The AWS services for which a client is made, by their botocore names."""
        names = set()
        for tree in self.modules.values():
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and _makes_a_client(node.func) and node.args:
                    name = node.args[0]
                    if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
                        raise TypeError(
                            f"line {node.lineno}: name the service as plain text, because its data is packaged by name"
                        )
                    names.add(name.value)
        return frozenset(names)

    def words(self) -> frozenset[str]:
        """Names, attributes and pieces of text in the code that can run: methods, operations and paths are among them.

        What nothing names of the functions, classes and methods in `shared` is left out: another room may call it.
        """
        waiting: dict[str, list[ast.AST]] = {}
        running: list[ast.AST] = []
        for module, tree in self.modules.items():
            for statement in tree.body:
                if module.startswith("shared") and isinstance(statement, ast.FunctionDef | ast.ClassDef):
                    for name, part in _callable_parts(statement):
                        waiting.setdefault(name, []).append(part)
                else:
                    running.append(statement)
        words: set[str] = set()
        while running:
            new = _words_of(running.pop()) - words
            words |= new
            for name in new & waiting.keys():
                running += waiting.pop(name)
        return frozenset(words)

    def names_used_of(self, module: str) -> frozenset[str]:
        """What the reached code takes from `module`: `from shared.settings import x` and `settings.x` both give `x`."""
        parent, _, last = module.rpartition(".")
        used: set[str] = set()
        for tree in self.modules.values():
            aliases: set[str] = set()
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.module == module:
                    used.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module == parent:
                    aliases.update(alias.asname or alias.name for alias in node.names if alias.name == last)
            used.update(
                node.attr
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases
            )
        return frozenset(used)


def reach(*entries: str, project: Path, follow: tuple[str, ...] = OWN_PACKAGES) -> Reach:
    """What importing `entries` (`functions.capacity.handler`) may ever import, within the packages in `follow`.

    `project` is the folder that holds those packages.
    """
    modules: dict[str, ast.Module] = {}
    others: set[str] = set()
    seen: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        source = None if name in seen else _source_of(name, project)
        seen.add(name)
        if source is None:
            continue
        modules[name] = _tree(source)
        package = name if source.name == "__init__.py" else name.rpartition(".")[0]
        for imported in _imports(source, package):
            top = imported.partition(".")[0]
            if top in follow:
                waiting += _with_parents(imported)
            elif top in _DATA_OF:
                others.add(_DATA_OF[top])
            elif top not in sys.stdlib_module_names:
                others.add(imported)
        waiting += _with_parents(name)
    return Reach(modules=modules, others=frozenset(others))


def reach_of_handler(module: str, *, project: Path) -> Reach:
    """The reach of a module that the template names; raises when it does not exist."""
    if _source_of(module, project) is None:
        raise HandlerNotFoundError(f"{module} is named as a handler, but {module.replace('.', '/')}.py does not exist")
    return reach(module, project=project)


def check_handler(handler: str, *, project: Path) -> None:
    """Raises unless `functions.capacity.handler.lambda_handler` is a function, or an assigned name, of that module."""
    module, _, function = handler.rpartition(".")
    tree = reach_of_handler(module, project=project).modules[module]
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            defined.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            defined.add(node.target.id)
        elif isinstance(node, ast.ImportFrom):
            defined.update(alias.asname or alias.name for alias in node.names)
    if function not in defined:
        raise HandlerNotFoundError(f"{module.replace('.', '/')}.py has no {function}")


def _callable_parts(statement: ast.FunctionDef | ast.ClassDef) -> Iterator[tuple[str, ast.AST]]:
    """A function by its name; of a class each method by its own name, and the rest by the name of the class."""
    if isinstance(statement, ast.FunctionDef):
        yield statement.name, statement
        return
    for part in [*statement.bases, *statement.body, *statement.decorator_list]:
        if isinstance(part, ast.FunctionDef) and not part.name.startswith("__"):
            yield part.name, part
        else:
            yield statement.name, part


def _words_of(part: ast.AST) -> set[str]:
    words: set[str] = set()
    for node in ast.walk(part):
        if isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.alias):
            words.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.add(node.value)
    return words


@cache
def _tree(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"), filename=str(source))


def _makes_a_client(called: ast.expr) -> bool:
    if not isinstance(called, ast.Attribute):
        return False
    of_boto3 = called.attr == "client" and isinstance(called.value, ast.Name) and called.value.id == "boto3"
    return of_boto3 or called.attr == "create_client"


def _source_of(module: str, project: Path) -> Path | None:
    path = project.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _with_parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


@cache  # every function reaches most of the same libraries
def _imports(source: Path, package: str) -> frozenset[str]:
    """Dotted names imported anywhere in a module of `package`; each is a module or a name in one."""
    names: set[str] = set()
    waiting: list[ast.AST] = [_tree(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
        waiting += ast.iter_child_nodes(node)
    return frozenset(names)
