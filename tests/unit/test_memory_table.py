"""The dictionary that stands in for the table in simulations; tests/table/test_outbox.py compares it with engines."""

import pytest

from tests.memory_table import MemoryTable


@pytest.mark.parametrize("expression", ["contains(pk, :one)", "pk IN (:one)", "pk BETWEEN :one AND :one"])
def test_it_refuses_what_it_does_not_know(expression: str) -> None:
    memory = MemoryTable()
    memory.put_item(Item={"pk": {"S": "A"}, "sk": {"S": "B"}})

    with pytest.raises((NotImplementedError, KeyError)):
        memory.put_item(
            Item={"pk": {"S": "A"}, "sk": {"S": "B"}},
            ConditionExpression=expression,
            ExpressionAttributeValues={":one": {"S": "x"}},
        )
