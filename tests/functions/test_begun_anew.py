"""Who names no version of an object is never told that it has changed: the request is begun anew by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from functions.capacity.service import CapacityDesk, change_lead
from functions.confirmations.service import LinkDesk, change_link, send_link
from shared.domain.links import Link
from shared.errors import ChangedMeanwhileError
from shared.ids import new_id
from shared.program import program
from shared.table.client import dynamodb
from shared.table.session import TableSession
from shared.table.transactions import Transaction
from tests.at_once import Meet, all_at_once
from tests.client_factories import ClientSeed
from tests.events import Answer
from tests.factories import lead, operation
from tests.functions.client import ADMIN, OPERATOR, Api, problem
from tests.functions.confirmations.conftest import LINKS, draft

LEAD = "/v1/registrations/acme.example"
MAX = "/v1/users/u-max"
SETTINGS = "/v1/renewals/settings"
MARK = "/v1/users/u-max/partner-employee"
SUPPRESSION = "/v1/vendor/suppressions/dana%40acme.example"

pytestmark = pytest.mark.usefixtures("user_pool", "no_waiting")


def link_of(api: Api) -> str:
    return f"{LINKS}/{api.post(LINKS, draft()).json['id']}"


def lead_of(api: Api) -> str:
    api.post("/v1/registrations", lead("acme.example"))
    return LEAD


def suppressed(api: Api) -> str:
    seed = ClientSeed(table=api.table)
    seed.client()
    seed.bounce("dana@acme.example", "4711")
    return SUPPRESSION


Made = Callable[[Api], str]
Asked = Callable[[Api, str, str | None], Answer]

OWNER: dict[str, Any] = {"owner": "vendor", "notify_user_id": "u-max"}

NAMING_NONE: dict[str, tuple[Made, Asked]] = {
    "send a link": (link_of, lambda api, path, _: api.post(f"{path}/send")),
    "revoke a link": (link_of, lambda api, path, _: api.post(f"{path}/revoke")),
    "remove a link": (link_of, lambda api, path, _: api.delete(path)),
    "remove a user": (lambda _: MAX, lambda api, path, _: api.delete(path)),
    "mark an employee": (lambda _: MARK, lambda api, path, _: api.put(path, {"enabled": True}, email=ADMIN)),
    "lift a suppression": (suppressed, lambda api, path, _: api.delete(path, email=OPERATOR)),
}
NAMING_ONE: dict[str, tuple[Made, Asked]] = {
    "change a link": (link_of, lambda api, path, match: api.patch(path, {"name": "New"}, match=match)),
    "remove a link as read": (link_of, lambda api, path, match: api.delete(path, match=match)),
    "change a lead": (lead_of, lambda api, path, match: api.patch(path, {"company": "New"}, match=match)),
    "change a user": (
        lambda _: MAX,
        lambda api, path, match: api.patch(path, {"name": "New"}, match=match),
    ),
    "remove a user as read": (lambda _: MAX, lambda api, path, match: api.delete(path, match=match)),
    "change the settings": (
        lambda _: SETTINGS,
        lambda api, path, match: api.put(path, OWNER, match=match, email=ADMIN),
    ),
}


def disturb(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """So many commits from now on find that somebody else was in between. Returns what is left of them."""
    commit, left = Transaction.commit, [times]

    def disturbed(transaction: Transaction, result: Any = None) -> None:
        if left[0]:
            left[0] -= 1
            raise ChangedMeanwhileError
        commit(transaction, result)

    monkeypatch.setattr(Transaction, "commit", disturbed)
    return left


@pytest.mark.parametrize("wish", NAMING_NONE | NAMING_ONE)
def test_a_write_that_names_no_version_is_begun_anew(api: Api, monkeypatch: pytest.MonkeyPatch, wish: str) -> None:
    made, asked = (NAMING_NONE | NAMING_ONE)[wish]
    path = made(api)
    left = disturb(monkeypatch, times=2)

    answer = asked(api, path, "*")

    assert answer.status in {200, 201, 204}, answer.body
    assert left == [0]


@pytest.mark.parametrize("wish", NAMING_NONE | NAMING_ONE)
def test_a_write_that_is_disturbed_all_the_time_can_be_repeated_later(
    api: Api, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    made, asked = (NAMING_NONE | NAMING_ONE)[wish]
    path = made(api)
    before = api.table.items()
    disturb(monkeypatch, times=1_000)

    answer = asked(api, path, "*")

    assert problem(answer) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert api.table.items() == before


def overtake(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Something else happens between the reading and the writing of the next request."""
    commit = Transaction.commit

    def overtaken(transaction: Transaction, result: Any = None) -> None:
        monkeypatch.setattr(Transaction, "commit", commit)
        meanwhile()
        commit(transaction, result)

    monkeypatch.setattr(Transaction, "commit", overtaken)


def link_desk(api: Api) -> LinkDesk:
    session = TableSession(dynamodb(), api.table.name)
    return LinkDesk(
        session, "p-hill", operation(at=api.clock.now, operation_id=new_id("o")), program().confirmation_links
    )


def renamed(api: Api, path: str) -> Link:
    return change_link(
        link_desk(api),
        path.rpartition("/")[2],
        lambda draft: replace(draft, name="New"),
        unchanged=lambda _: None,
    )


@pytest.mark.parametrize("action", ["send", "revoke"])
def test_a_link_that_is_edited_meanwhile_is_sent_or_revoked_as_it_is_now(
    api: Api, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    path = link_of(api)
    overtake(monkeypatch, lambda: renamed(api, path))

    answer = api.post(f"{path}/{action}")

    assert (answer.status, answer.json["name"]) == (200, "New")
    assert answer.json == api.get(path).json


@pytest.mark.parametrize("action", ["send", "revoke"])
def test_a_link_that_is_edited_meanwhile_is_not_the_one_that_the_caller_names(
    api: Api, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    path = link_of(api)
    read = api.get(path)
    overtake(monkeypatch, lambda: renamed(api, path))

    answer = api.post(f"{path}/{action}", match=read.headers["etag"])

    assert problem(answer) == (412, "precondition_failed")
    assert api.get(path).json == {**read.json, "name": "New"}


def test_an_edit_of_whatever_is_there_keeps_what_another_edits_meanwhile(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lead_of(api)
    desk = CapacityDesk(
        TableSession(dynamodb(), api.table.name), "p-hill", operation(operation_id=new_id("o")), program().capacity
    )
    overtake(
        monkeypatch,
        lambda: change_lead(desk, "acme.example", lambda known: replace(known, country="AT"), unchanged=lambda _: None),
    )

    answer = api.patch(path, {"company": "New"}, match="*")

    assert (answer.status, answer.json["company"], answer.json["country"]) == (200, "New", "AT")


def test_of_many_who_send_one_link_at_once_nobody_is_refused_for_its_version(api: Api) -> None:
    link_id = link_of(api).rpartition("/")[2]

    def send(_: int, meet: Meet) -> Link:
        desk = link_desk(api)
        meet()
        return send_link(desk, link_id, unchanged=lambda _: None)

    sent = all_at_once(send, threads=4)

    assert sorted(link.version for link in sent) == [2, 3, 4, 5]
    assert sum(item["sk"] == "NOTICE" for item in api.table.items()) == len(sent)
