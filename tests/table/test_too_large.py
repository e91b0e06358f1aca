"""What no item holds is refused in words of ours, on every engine, and nothing is written."""

import pytest

from shared.errors import ChangedMeanwhileError, ObjectTooLargeError
from shared.table import keys
from shared.table.session import TableSession
from shared.table.transactions import ABSENT, PRESENT, Transaction
from tests.engines import StoredTable
from tests.factories import operation


def transaction_on(table: StoredTable) -> Transaction:
    return Transaction(TableSession(table.client, table.name), operation())


def test_an_item_that_is_too_large_is_refused_with_all_that_was_to_be_written_with_it(table: StoredTable) -> None:
    transaction = transaction_on(table)
    for link_id, size in (("l-1", 10), ("l-2", 420_000)):
        transaction.put(
            keys.link("p-7", link_id), {"text": "a" * size}, condition=ABSENT, refusal=lambda _: ChangedMeanwhileError()
        )

    with pytest.raises(ObjectTooLargeError):
        transaction.commit()

    assert table.items() == []


def test_an_item_that_would_grow_too_large_is_refused_and_stays(table: StoredTable) -> None:
    transaction = transaction_on(table)
    key = keys.link("p-7", "l-1")
    transaction.put(key, {"text": "a" * 300_000}, condition=ABSENT, refusal=lambda _: ChangedMeanwhileError())
    transaction.commit()
    before = table.items()
    growing = transaction_on(table)
    growing.update(
        key,
        "SET more = :more",
        condition=PRESENT,
        values={":more": "b" * 150_000},
        refusal=lambda _: ChangedMeanwhileError(),
    )

    with pytest.raises(ObjectTooLargeError):
        growing.commit()

    assert table.items() == before
