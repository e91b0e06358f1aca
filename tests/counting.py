"""What a piece of code costs: its DynamoDB calls, and the capacity that each consumed."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.client import BaseClient

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call with its capacity units; a call that failed tells none. Only dynoxide counts units as DynamoDB does."""

    operation: str
    read_units: float = 0
    write_units: float = 0


@contextlib.contextmanager
def counting(*clients: BaseClient) -> Iterator[list[Call]]:
    """The calls so far; botocore's retries of a call count as the one call that they are."""
    calls: list[Call] = []

    def ask_for_capacity(params: dict[str, Any], model: Any, **_event: Any) -> dict[str, Any]:
        if "ReturnConsumedCapacity" in model.input_shape.members:
            return {**params, "ReturnConsumedCapacity": "TOTAL"}
        return params

    def note_answer(parsed: Mapping[str, Any], model: Any, **_event: Any) -> None:
        calls.append(_call(model.name, parsed.get("ConsumedCapacity", [])))

    def note_failure(event_name: str, **_event: Any) -> None:
        calls.append(Call(operation=event_name.rpartition(".")[2]))

    hooks: dict[str, Any] = {
        "provide-client-params.dynamodb": ask_for_capacity,
        "after-call.dynamodb": note_answer,
        "after-call-error.dynamodb": note_failure,
    }
    for client in clients:
        for event, hook in hooks.items():
            client.meta.events.register(event, hook)
    try:
        yield calls
    finally:
        for client in clients:
            for event, hook in hooks.items():
                client.meta.events.unregister(event, hook)


def _call(operation: str, consumed: Mapping[str, Any] | list[Mapping[str, Any]]) -> Call:
    tables = consumed if isinstance(consumed, list) else [consumed]
    units = sum(table["CapacityUnits"] for table in tables)
    if operation in READS:
        return Call(operation=operation, read_units=units)
    return Call(operation=operation, write_units=units)
