"""How template, packaging rules and code name the same things. One sentence per fault."""

import re
from pathlib import Path

from local.imports import OWN_PACKAGES, reach
from local.translation import Template
from tests.template.translation import resources


def every_function_has_its_rule(template: Template, project: Path) -> list[str]:
    """`sam build` runs `build-<logical id>` of packaging.mk; a wrong one would ship another room."""
    text = (project / "packaging.mk").read_text()
    built = dict(re.findall(r"^build-(\w+):\n\t@\$\(PACKAGE\) build (\S+) ", text, flags=re.MULTILINE))
    measured = set(re.findall(r"functions\.\w+\.\w+", text.partition("package-size:")[2]))
    faults = []
    for name, function in resources(template, "AWS::Lambda::Function").items():
        module = function["Handler"].rpartition(".")[0]
        if built.get(name) != module:
            faults.append(f"packaging.mk builds {built.get(name)} for {name}, whose handler is in {module}.")
        if module not in measured:
            faults.append(f"`make package-size` leaves out {module}.")
    return faults


def declared_paths(template: Template, project: Path) -> dict[str, set[str]]:
    """The path templates in the code of each function's room: `{"CapacityFunction": {"/v1/capacity", ...}}`."""
    declared = {}
    for name, function in resources(template, "AWS::Lambda::Function").items():
        module = function["Handler"].rpartition(".")[0]
        room = ".".join(module.split(".")[:2])
        modules = [
            found for found in reach(module, project=project, follow=OWN_PACKAGES).modules if found.startswith(room)
        ]
        words = reach(*modules, project=project, follow=("functions",)).words()
        declared[name] = {re.sub(r"<(\w+)>", r"{\1}", word) for word in words if word.startswith("/")}
    return declared
