"""What each function asks of the table in the tests, and what its role allows: the two must be the same.

The local stack asks for no permission, so one that is missing would first be seen on AWS, and one that nobody needs
never.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import FrameType
from typing import Any, NamedTuple

from botocore.client import BaseClient

from local.translation import Template, raw_template
from tests.memory_table import MemoryTable
from tests.template.routes import Route, answering
from tests.template.rules_of_the_data import listed, statements
from tests.template.translation import named, resources

FUNCTION = "AWS::Serverless::Function"
TABLE = "Table"
INDEX = "${Table.Arn}/index/"
WITHOUT_A_PERMISSION = frozenset({"CreateTable", "DescribeTable", "ListTables", "DeleteTable"})
"""What tests do with tables, and no function."""
_OF_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_TESTS_OF_FUNCTIONS = "tests.functions."
_CLIENT = f"{_TESTS_OF_FUNCTIONS}client"
_OF_MEMORY = {
    "batch_get_item": "BatchGetItem",
    "delete_item": "DeleteItem",
    "get_item": "GetItem",
    "put_item": "PutItem",
    "query": "Query",
    "transact_write_items": "TransactWriteItems",
    "update_item": "UpdateItem",
}
"""What tables in memory are asked, by the names of the client's methods."""
_EVERY_ATTRIBUTE = "__getattribute__"
_EVERY_CALL = "_make_api_call"
"""Botocore's one place through which every call goes."""


class Permission(NamedTuple):
    """A function's action on the table, or on one of its indexes."""

    function: str
    action: str
    on_index: str

    def __str__(self) -> str:
        return f"dynamodb:{self.action} on {f'the index {self.on_index}' if self.on_index else 'the table'}"


def granted(template: Template) -> set[Permission]:
    """What the roles allow, function by function."""
    of_role: dict[str | None, str] = {
        named(function["Role"]): name for name, function in resources(template, FUNCTION).items()
    }
    return {
        Permission(of_role[role], action.removeprefix("dynamodb:"), index)
        for role, statement in statements(template)
        if role in of_role
        for action in listed(statement["Action"])
        if action.startswith("dynamodb:")
        for index in map(_index, listed(statement["Resource"]))
        if index is not None
    }


def faults(used: Iterable[Permission], template: Template, *, whole_run: bool) -> list[str]:
    """One sentence for each permission that is missing and, where every test ran, for each that nobody uses."""
    needed, allowed = set(used), granted(template)
    missing = [f"{one.function} is not allowed {one}." for one in sorted(needed - allowed)]
    unused = [f"{one.function} is allowed {one} and never uses it." for one in sorted(allowed - needed)]
    return [*missing, *(unused if whole_run else [])]


class Recorder:
    """Keeps what was asked of the table on behalf of which function, while it is on."""

    def __init__(self) -> None:
        self.used: set[Permission] = set()
        self._original: Any = getattr(BaseClient, _EVERY_CALL)
        self._of_memory: Any = MemoryTable.__getattribute__

    def start(self) -> None:
        recorder, original, of_memory = self, self._original, self._of_memory

        def recorded(client: Any, operation: str, arguments: Mapping[str, Any]) -> Any:
            if client.meta.service_model.service_name == "dynamodb" and operation not in WITHOUT_A_PERMISSION:
                recorder.note(operation, arguments)
            return original(client, operation, arguments)

        def attribute(table: MemoryTable, name: str) -> Any:
            found = of_memory(table, name)
            return recorder.noting(_OF_MEMORY[name], found) if name in _OF_MEMORY else found

        setattr(BaseClient, _EVERY_CALL, recorded)
        setattr(MemoryTable, _EVERY_ATTRIBUTE, attribute)

    def stop(self) -> None:
        setattr(BaseClient, _EVERY_CALL, self._original)
        setattr(MemoryTable, _EVERY_ATTRIBUTE, self._of_memory)

    def note(self, operation: str, arguments: Mapping[str, Any]) -> None:
        function = calling_function(sys._getframe(1))
        if function:
            self.used |= {Permission(function, *asked) for asked in asked_for(operation, arguments)}

    def noting(self, operation: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call of a table in memory, noted."""

        def noted(*positional: Any, **arguments: Any) -> Any:
            self.note(operation, arguments)
            return call(*positional, **arguments)

        return noted


def asked_for(operation: str, arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The permissions that a call needs: by action and index, the index empty for the table itself."""
    if operation == "TransactWriteItems":
        for action in arguments["TransactItems"]:
            yield from ((_OF_TRANSACTIONS[kind], "") for kind in action)
    else:
        yield operation, arguments.get("IndexName", "")


def calling_function(frame: FrameType | None) -> str | None:
    """The deployed function that runs here, by the entry that was entered first; None for what tests do themselves.

    Where a test has one function run amid another, it is the inner one.
    """
    found = None
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module in entries():
            found = entries()[module]
        elif module == _CLIENT and frame.f_code.co_name == "send":
            event = frame.f_locals["event"]
            found = function_of(event["requestContext"]["http"]["method"], event["rawPath"])
        elif found and module.startswith(_TESTS_OF_FUNCTIONS):
            break
        frame = frame.f_back
    return found


@cache
def entries() -> dict[str, str]:
    """The function behind each module that a handler lies in."""
    functions = resources(raw_template(), FUNCTION)
    return {function["Handler"].rpartition(".")[0]: name for name, function in functions.items()}


@cache
def function_of(method: str, path: str) -> str | None:
    """The function to which API Gateway hands such a request."""
    route = answering(_routes(), method=method, path=path)
    return route.function if route else None


@cache
def _routes() -> list[Route]:
    return [
        Route(
            method=event["Properties"].get("Method", "ANY").upper(),
            path=event["Properties"]["Path"],
            function=name,
            authorizer="",
        )
        for name, function in resources(raw_template(), FUNCTION).items()
        for event in function.get("Events", {}).values()
        if event["Type"] == "HttpApi" and "Path" in event["Properties"]
    ]


def _index(resource: Any) -> str | None:
    """The index that a statement is about, empty for the table; None for what is no part of it."""
    match resource:
        case {"Fn::GetAtt": [str(name), "Arn"]} if name == TABLE:
            return ""
        case {"Fn::Sub": str(text)} if text.startswith(INDEX):
            return text.removeprefix(INDEX)
    return None
