"""Answers kept under an Idempotency-Key, on every engine."""

from datetime import datetime, timedelta

import pytest

from shared.errors import IdempotencyKeyReusedError
from shared.table import keys
from shared.table.replays import AlreadyAnsweredError, KeptAnswer, Replay
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.factories import Seed, operation

NOW = StoppedClock.now
FIRST = KeptAnswer(status=201, headers={"ETag": '"v1"'}, body='{"name":"Müller \U0001f600"}')
SECOND = KeptAnswer(status=200, headers={}, body="{}")


@pytest.fixture
def session(table: StoredTable) -> TableSession:
    return Seed(table=table).session


def replay(*, fingerprint: str = "f-1", now: datetime = NOW) -> Replay:
    return Replay(
        tenant="p-hill", key=keys.replay("p-hill", "POST /v1/x", "d-1"), fingerprint=fingerprint, now=now, hours=24
    )


def kept(session: TableSession, asking: Replay) -> KeptAnswer | None:
    return asking.answered(session.get(asking.key))


def test_a_kept_answer_is_told_again_until_its_time_is_over(session: TableSession) -> None:
    replay().keep(session, FIRST)

    assert kept(session, replay()) == FIRST
    assert kept(session, replay(now=NOW + timedelta(hours=24, seconds=-1))) == FIRST
    assert kept(session, replay(now=NOW + timedelta(hours=24))) is None


def test_another_request_under_the_key_is_refused(session: TableSession) -> None:
    replay().keep(session, FIRST)

    with pytest.raises(IdempotencyKeyReusedError):
        kept(session, replay(fingerprint="f-2"))
    with pytest.raises(IdempotencyKeyReusedError):
        replay(fingerprint="f-2").keep(session, SECOND)


def test_of_two_runs_of_one_request_the_first_answer_stands(session: TableSession) -> None:
    replay().keep(session, FIRST)

    with pytest.raises(AlreadyAnsweredError) as answered:
        replay().keep(session, SECOND)
    assert answered.value.kept == FIRST
    assert kept(session, replay()) == FIRST


def test_an_answer_past_its_time_gives_way_even_while_it_is_still_stored(session: TableSession) -> None:
    replay().keep(session, FIRST)
    later = NOW + timedelta(hours=24)

    replay(fingerprint="f-2", now=later).keep(session, SECOND)

    assert kept(session, replay(fingerprint="f-2", now=later)) == SECOND


def test_effect_and_answer_are_written_together_or_not_at_all(table: StoredTable, session: TableSession) -> None:
    for run, answer in enumerate((FIRST, SECOND)):
        session.replay = replay()
        session.replay.tells = lambda _, one=answer: one
        transaction = Transaction(session, operation())
        key = keys.partner(f"p-{run}")
        transaction.put(key, {}, condition="attribute_not_exists(pk)", refusal=lambda _: IdempotencyKeyReusedError())
        if run == 0:
            transaction.commit()
        else:
            with pytest.raises(AlreadyAnsweredError) as answered:
                transaction.commit()
            assert answered.value.kept == FIRST

    assert [item["pk"] for item in table.items()] == ["PARTNER#p-0", "REPLAY#p-hill"]
