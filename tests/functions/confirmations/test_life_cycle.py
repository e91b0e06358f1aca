"""The whole life of confirmation links beside a plain model; and the proof that this finds faults."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from functions.confirmations import api, reminders
from shared.domain.links import Decision, Link, LinkStatus
from shared.domain.notices import Notice
from shared.table import keys
from shared.table.links import Links
from shared.table.notices import post
from shared.table.session import TableSession
from shared.table.transactions import PRESENT, Refusal, Transaction
from shared.table.values import to_attributes
from tests.functions.confirmations import life_steps
from tests.functions.confirmations.life_steps import LinkLife
from tests.functions.confirmations.link_desk import LinkDesk

POSTING = tuple(f"functions.confirmations.{module}.post" for module in ("service", "decisions", "reminders"))
STEADY = settings(
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=40,
    print_blob=False,
    report_multiple_bugs=False,
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> LinkDesk:
    """Without a line of log and metrics for each of many thousand requests."""
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
    for module in ("functions.confirmations.customer", "shared.http.application"):
        monkeypatch.setattr(f"{module}.report", lambda **_: None)
    return LinkDesk()


def live(desk: LinkDesk, how: settings) -> None:
    run_state_machine_as_test(partial(LinkLife, desk), settings=how)  # type: ignore[arg-type] # any factory will do


@pytest.mark.feature("A76", "A79", "A80", "A81", "A84", "A85", "A86")
def test_links_live_as_they_should(desk: LinkDesk) -> None:
    live(desk, STEADY)


Plant = Callable[[pytest.MonkeyPatch], None]


def deciding_under(condition: str, **values: Any) -> Plant:
    """Decisions under another condition than the product's."""

    def decide(
        self: Links, transaction: Transaction, link: Link, decision: Decision, *, now: datetime, refusal: Refusal
    ) -> None:
        product(self, transaction, link, decision, now=now, refusal=refusal)
        arguments = transaction._actions[-1]["Update"]
        arguments["ConditionExpression"] = condition
        arguments["ExpressionAttributeValues"] |= to_attributes(values)

    product = Links.decide

    return lambda patch: patch.setattr(Links, "decide", decide)


def removing_whatever_stands_there(patch: pytest.MonkeyPatch) -> None:
    def remove(self: Links, transaction: Transaction, link: Link, *, now: datetime, refusal: Refusal) -> None:
        assert now.tzinfo
        transaction.delete(keys.link(self.partner_id, link.link_id), condition=PRESENT, refusal=refusal)

    patch.setattr(Links, "remove", remove)


def apart(transaction: Transaction) -> Transaction:
    """Another transaction of the same operation."""
    session = transaction.session
    return Transaction(TableSession(session.client, session.table), transaction.operation)


def mailing_before_the_change(patch: pytest.MonkeyPatch) -> None:
    def post_at_once(transaction: Transaction, notice: Notice) -> None:
        alone = apart(transaction)
        post(alone, notice)
        alone.commit()

    for name in POSTING:
        patch.setattr(name, post_at_once)


def mailing_after_the_change(patch: pytest.MonkeyPatch) -> None:
    waiting: list[Notice] = []
    commit = Transaction.commit

    def commit_and_post(transaction: Transaction, result: Any = None) -> None:
        notices = waiting.copy()
        waiting.clear()
        commit(transaction, result)
        for notice in notices:
            alone = apart(transaction)
            post(alone, notice)
            commit(alone)

    for name in POSTING:
        patch.setattr(name, lambda _, notice: waiting.append(notice))
    patch.setattr(Transaction, "commit", commit_and_post)


def overlooking_the_expiry(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Link, "status_at", lambda link, _: link.stored_status)


def opening_what_was_revoked(patch: pytest.MonkeyPatch) -> None:
    dead = {LinkStatus.EXPIRED, LinkStatus.SIGNED, LinkStatus.REJECTED}
    patch.setattr(Link, "is_pending_at", lambda link, now: link.status_at(now) not in dead)


def forgetting_which_reminders_went_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reminders, "_reminders_until", lambda link, *_: link.reminders)


def overlooking_the_key(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("shared.http.exchange._repeat", lambda *_: None)


def keeping_the_url_in_the_table(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(api, "_kept", api._answer)


def recording_all_but(action: str) -> Plant:
    record = Transaction.record

    def record_others(transaction: Transaction, **entry: Any) -> None:
        if entry["action"] != action:
            record(transaction, **entry)

    return lambda patch: patch.setattr(Transaction, "record", record_others)


FAULTS: dict[str, Plant] = {
    "reject after sign": deciding_under(PRESENT),
    "sign what was changed meanwhile": deciding_under("link_status = :pending", **{":pending": LinkStatus.PENDING}),
    "delete after sign": removing_whatever_stands_there,
    "a mail of what was refused": mailing_before_the_change,
    "a change whose mail is lost": mailing_after_the_change,
    "an expired link works": overlooking_the_expiry,
    "a revoked link works": opening_what_was_revoked,
    "a reminder goes out twice": forgetting_which_reminders_went_out,
    "a repeated request makes a second link": overlooking_the_key,
    "a token in the table": keeping_the_url_in_the_table,
    "a change without an audit entry": recording_all_but("link.revoked"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(desk: LinkDesk, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    FAULTS[fault](monkeypatch)

    with pytest.raises(AssertionError) as found:
        live(desk, settings(STEADY, phases=[Phase.generate]))
    assert found.traceback[-1].path == Path(life_steps.__file__)
