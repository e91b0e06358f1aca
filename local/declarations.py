"""Declarations in libraries that only type checkers read, taken out of what is packaged.

pydantic_core states the fields of a hundred dictionaries, and Python compiles the type of each when it imports them: a
twelfth of a cold start. docs/decisions/0020-cold-start.md has the figures.
"""

import ast
from pathlib import Path

MODULES = ("pydantic_core/core_schema.py",)


def drop_typed_fields(folder: Path) -> None:
    """Empties the TypedDicts of MODULES in a folder of libraries; at run time they are plain dictionaries anyway."""
    for name in MODULES:
        path = folder / name
        if path.is_file():
            module = ast.parse(path.read_text(encoding="utf-8"))
            for node in module.body:
                if isinstance(node, ast.ClassDef) and "TypedDict" in map(ast.unparse, node.bases):
                    node.body = [ast.Pass()]
            path.write_text(ast.unparse(module), encoding="utf-8")
