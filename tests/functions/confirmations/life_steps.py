"""The steps of a link's life, taken on the product and in the model at once: after each, both must agree."""

from copy import deepcopy
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from shared.clock import instant_text
from shared.table.values import Item
from tests.events import Answer
from tests.faults import Crash, Moment
from tests.functions.confirmations.conftest import LINKS
from tests.functions.confirmations.life_model import OPEN_FOR, UNDER_A_KEY, Action, Model, ModelLink, Wish
from tests.functions.confirmations.link_desk import LinkDesk, end_of_day

KEYS_HOLD = timedelta(hours=24)
SPANS = [timedelta(minutes=1), timedelta(hours=5), timedelta(days=2), timedelta(days=5), timedelta(days=30), OPEN_FOR]
ACTIONS = st.sampled_from(Action)


class LinkLife(RuleBasedStateMachine):
    """`desk` is opened anew for each life."""

    links: Bundle[str] = Bundle("links")

    def __init__(self, desk: LinkDesk) -> None:
        super().__init__()
        desk.open()
        self.desk, self.model = desk, Model()
        self.names = self.steps = 0
        self.answered: list[tuple[datetime, ModelLink | None, Wish | None, str, Answer]] = []
        self.decided: dict[str, Item] = {}
        self.dead_pages: set[str] = set()

    @property
    def now(self) -> datetime:
        return self.desk.clock.now

    @initialize(target=links)
    def start(self) -> str:
        return self.created(self.new_name())

    @rule(target=links)
    def create(self) -> str:
        return self.created(self.new_name())

    @rule(target=links, moment=st.sampled_from([Moment.BEFORE, Moment.AFTER]))
    def create_and_die(self, moment: Moment) -> str:
        key = self.new_name()
        self.desk.memory.fate = moment
        with pytest.raises(Crash):
            self.desk.create(key)
        return self.created(key)

    @rule(target=links, original=links)
    def clone(self, original: str) -> str:
        link, key = self.model.links[original], self.new_name()
        answer = self.desk.api.post(f"{LINKS}/{original}/clone", key=key)
        if link.status == "deleted":
            assert answer.status == 404
            return original
        return self.added(answer, name=link.name, email=link.email, entry="link.cloned")

    @rule(link_id=links, action=ACTIONS)
    def act(self, link_id: str, action: Action) -> None:
        link, wish, key = self.wish(link_id, action)
        answer = self.desk.ask(link, wish, key=key)

        assert answer.status == self.model.attempt(link, wish, now=self.now)
        self.keep(link, wish, key, answer)

    @rule(link_id=links, first=ACTIONS, second=ACTIONS)
    def act_while_another_acts(self, link_id: str, first: Action, second: Action) -> None:
        """The second one comes in between the first one's reading and writing."""
        link, slow, key = self.wish(link_id, first)
        _, quick, other_key = self.wish(link_id, second)
        answers: list[int] = []
        expected: list[int] = []
        self.desk.memory.meanwhile = lambda: answers.append(self.desk.ask(link, quick, key=other_key).status)
        answer = self.desk.ask(link, slow, key=key)
        self.desk.memory.meanwhile = None

        told = self.model.attempt(
            link, slow, now=self.now, meanwhile=lambda: expected.append(self.model.attempt(link, quick, now=self.now))
        )
        assert (answer.status, answers) == (told, expected)

    @rule(link_id=links, action=ACTIONS, days=st.integers(0, 100))
    def act_while_the_run_comes(self, link_id: str, action: Action, days: int) -> None:
        link, wish, key = self.wish(link_id, action)
        moment = end_of_day(self.now + timedelta(days=days))
        self.desk.memory.meanwhile = partial(self.desk.run, moment)
        answer = self.desk.ask(link, wish, key=key)
        self.desk.memory.meanwhile = None

        meanwhile = partial(self.model.run, moment, now=self.now)
        assert answer.status == self.model.attempt(link, wish, now=self.now, meanwhile=meanwhile)

    @rule(link_id=links, action=ACTIONS, moment=st.sampled_from([Moment.BEFORE, Moment.AFTER]))
    def act_die_and_try_again(self, link_id: str, action: Action, moment: Moment) -> None:
        link, wish, key = self.wish(link_id, action)
        self.desk.memory.fate = moment
        try:
            first = self.desk.ask(link, wish, key=key).status
        except Crash:
            first = None
        self.desk.memory.fate = None
        answer = self.desk.ask(link, wish, key=key)

        if moment is Moment.BEFORE and first is None:
            assert answer.status == self.model.attempt(link, wish, now=self.now)
        else:
            done = self.model.attempt(link, wish, now=self.now)
            assert first in {None, done}
            again = done if action in UNDER_A_KEY else self.model.attempt(link, wish, now=self.now)
            assert answer.status == again
        self.keep(link, wish, key, answer)

    @rule(which=st.integers(0, 100))
    def ask_again_under_the_same_key(self, which: int) -> None:
        if not self.answered:
            return
        at, link, wish, key, answer = self.answered[which % len(self.answered)]
        if self.now - at >= KEYS_HOLD:
            return
        again = self.desk.ask(link, wish, key=key) if link and wish else self.desk.create(key)

        assert (again.status, again.body) == (answer.status, answer.body)

    @rule(days=st.integers(-3, 20), times=st.integers(1, 2))
    def run(self, days: int, times: int) -> None:
        moment = end_of_day(self.now + timedelta(days=days))
        for _ in range(times):
            assert self.desk.run(moment) == self.model.run(moment, now=self.now)

    @rule(link_id=links, action=ACTIONS, days=st.integers(0, 100))
    def run_while_another_acts(self, link_id: str, action: Action, days: int) -> None:
        moment = end_of_day(self.now + timedelta(days=days))
        if sum(link.waits_for_run(moment) for link in self.model.links.values()) != 1:
            return
        link, wish, key = self.wish(link_id, action)
        self.desk.memory.meanwhile = partial(self.desk.ask, link, wish, key=key)
        counts = self.desk.run(moment)

        meanwhile = partial(self.model.attempt, link, wish, now=self.now)
        assert counts == self.model.run(moment, now=self.now, meanwhile=meanwhile)

    @rule(span=st.sampled_from(SPANS))
    def wait(self, span: timedelta) -> None:
        self.desk.clock.advance(span)

    @rule(link_id=links)
    def look(self, link_id: str) -> None:
        link = self.model.links[link_id]
        read = self.desk.api.get(f"{LINKS}/{link_id}")
        if link.status == "deleted":
            assert read.status == 404
        else:
            told = [read.json[name] for name in ("status", "name", "url", "signer_name", "rejection_reason")]
            assert told == [link.status_at(self.now), link.name, link.url, link.signer, link.reason]
        self.assert_opens_only_while_it_may(link)

    @invariant()
    def links_are_as_they_should_be(self) -> None:
        rows = self.desk.rows()
        told = {link_id: _told(row) for link_id, row in rows.items()}
        assert told == {link.link_id: _expected(link) for link in self.model.standing()}
        assert {link_id for link_id, row in rows.items() if "due_queue" in row} == {
            link.link_id for link in self.model.standing() if link.status == "pending"
        }

    @invariant()
    def a_decision_stays_as_it_was_made(self) -> None:
        rows = self.desk.rows()
        assert {link_id: rows.get(link_id) for link_id in self.decided} == self.decided
        self.decided = {link_id: deepcopy(row) for link_id, row in rows.items() if row["decision"]}

    @invariant()
    def everybody_is_told_what_concerns_them_and_nothing_else(self) -> None:
        told = [
            (item["kind"], item["user_id"] or item["email"], item["content"]["link"]["link_id"], item["created_at"])
            for item in self.desk.notices()
        ]
        expected = [(kind, recipient, link_id, instant_text(at)) for kind, recipient, link_id, at in self.model.notices]
        assert sorted(told) == sorted(expected)

    @invariant()
    def the_trail_has_one_entry_for_each_change(self) -> None:
        entries = [(item["action"], item["audit_object"], item["audit_actor"]) for item in self.desk.entries()]
        assert sorted(entries) == sorted(self.model.entries)

    @invariant()
    def no_token_is_in_the_table(self) -> None:
        written = self.desk.everything_written()
        assert [link for link in self.model.links.values() if link.url.rpartition(".")[2] in written] == []

    @invariant()
    def a_page_opens_only_while_it_may(self) -> None:
        """One link a step, each in its turn."""
        links = list(self.model.links.values())
        self.steps += 1
        for link in links[self.steps % (len(links) or 1) :][:1]:
            self.assert_opens_only_while_it_may(link)

    def assert_opens_only_while_it_may(self, link: ModelLink) -> None:
        page = self.desk.customer.open(link.url)
        if link.opens_at(self.now):
            assert page.status == 200
            assert ("<form" in page.body) != link.is_decided
        else:
            assert page.status == 404
            self.dead_pages.add(page.body)
            assert len(self.dead_pages) == 1

    def wish(self, link_id: str, action: Action) -> tuple[ModelLink, Wish, str]:
        """The link, what is wished for it now, and a key of its own."""
        link, name = self.model.links[link_id], self.new_name()
        return link, Wish(action=action, version=link.version, name=name), name

    def new_name(self) -> str:
        self.names += 1
        return f"Name-{self.names}"

    def keep(self, link: ModelLink, wish: Wish, key: str, answer: Answer) -> None:
        if wish.action in UNDER_A_KEY and answer.status in {200, 404, 409}:
            self.answered.append((self.now, link, wish, key, answer))

    def created(self, key: str) -> str:
        answer = self.desk.create(key)
        self.answered.append((self.now, None, None, key, answer))
        return self.added(answer, name=key, email="kim@acme.example", entry="link.created")

    def added(self, answer: Answer, *, name: str, email: str, entry: str) -> str:
        assert answer.status == 201
        link_id, url = answer.json["id"], answer.json["url"]
        assert link_id not in self.model.links
        link = ModelLink(link_id=link_id, url=url, name=name, email=email, expires_at=self.now + OPEN_FOR)
        self.model.add(link, entry=entry)
        return link.link_id


def _told(row: Item) -> Item:
    names = ("link_status", "name", "expires_at", "sent_at", "reminders", "version")
    decision = row["decision"] or dict.fromkeys(("signer_name", "reason", "decided_at"))
    return {
        "email": row["client"]["email"],
        **{name: row[name] for name in names},
        "signer_name": decision["signer_name"],
        "rejection_reason": decision["reason"],
        "decided_at": decision["decided_at"],
    }


def _expected(link: ModelLink) -> Item:
    return {
        "link_status": link.status,
        "name": link.name,
        "email": link.email,
        "expires_at": instant_text(link.expires_at),
        "sent_at": instant_text(link.sent_at) if link.sent_at else None,
        "reminders": link.reminders,
        "version": link.version,
        "signer_name": link.signer,
        "rejection_reason": link.reason,
        "decided_at": instant_text(link.decided_at) if link.decided_at else None,
    }
