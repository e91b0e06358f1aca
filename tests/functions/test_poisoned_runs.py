"""One stored item that is not as the product writes it: every run does the rest, names the item by id, and alarms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.capacity import expiry
from functions.confirmations import reminders
from functions.employees import cascades
from functions.notifications import sealing
from functions.renewals import digest, worker
from functions.renewals.notices import attend_day
from functions.tiers import review
from shared.domain.people import Role
from shared.runs import UnfinishedRunError, time_left
from shared.table.client import dynamodb
from shared.table.session import TableSession
from shared.table.values import Item
from tests.client_factories import ClientSeed
from tests.factories import domains, lead, operation
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api
from tests.functions.confirmations.conftest import LINKS, draft
from tests.functions.employees.conftest import NIA, OF_NIA, Office
from tests.functions.notifications.outbox import RunContext
from tests.functions.renewals.renewal_world import HeldQueue

LONG = lambda: True  # noqa: E731 - there is time enough


@dataclass(frozen=True)
class Played:
    """The API's program, its runs, and what they leave in the log."""

    api: Api
    caplog: pytest.LogCaptureFixture

    @property
    def session(self) -> TableSession:
        return TableSession(dynamodb(), self.api.table.name)

    def spoil(self, *, without: str = "", wrong: Mapping[str, Any] | None = None, **named: Any) -> Item:
        """Take an attribute from the first item that is named so, or put something else in its place."""
        found = [one for one in self.api.table.items() if all(one.get(name) == value for name, value in named.items())]
        first = found[0]
        self.api.table.put({**{name: value for name, value in first.items() if name != without}, **(wrong or {})})
        return first

    def failed(self) -> list[tuple[str, Any]]:
        """The items that the log names, by partner and id."""
        records = [vars(one) for one in self.caplog.records if one.getMessage() == "item failed"]
        return [(one["partner_id"], one["item"]) for one in records]


@pytest.fixture
def played(api: Api, caplog: pytest.LogCaptureFixture) -> Played:
    return Played(api, caplog)


@pytest.fixture
def expiring(change_program: Callable[[str, str], None]) -> None:
    change_program("enabled = false", "enabled = true")


@pytest.mark.usefixtures("expiring")
@pytest.mark.parametrize("spoilt", [{"without": "partner_id"}, {"without": "contact"}, {"wrong": {"expires_at": 7}}])
def test_registrations_expire_beside_a_poisoned_one(played: Played, spoilt: Any) -> None:
    for domain in domains(3):
        assert played.api.post("/v1/registrations", lead(domain)).status == 201
    played.spoil(sk=f"REGISTRATION#{domains(3)[1]}", **spoilt)

    with pytest.raises(UnfinishedRunError, match="p-hill"):
        expiry.attend_due({"as_of": "2026-07-01"}, session=played.session, has_time=LONG, clock=played.api.clock)

    left = [one["sk"] for one in played.api.table.items() if one["sk"].startswith("REGISTRATION#")]
    assert left == [f"REGISTRATION#{domains(3)[1]}"]
    [(partner_id, item)] = played.failed()
    assert (partner_id, item.removeprefix("PARTNER#p-hill / REGISTRATION#")) == ("p-hill", domains(3)[1])


@pytest.mark.parametrize("spoilt", [{"without": "partner_id"}, {"without": "products"}, {"wrong": {"reminders": "x"}}])
def test_links_are_attended_beside_a_poisoned_one(played: Played, spoilt: Any) -> None:
    ids = [played.api.post(LINKS, draft()).json["id"] for _ in range(3)]
    for link_id in ids:
        played.api.post(f"{LINKS}/{link_id}/send")
    poisoned = played.spoil(sk=f"LINK#{ids[1]}", **spoilt)

    with pytest.raises(UnfinishedRunError, match="p-hill"):
        reminders.attend_due({"as_of": "2026-03-22"}, session=played.session, has_time=LONG, clock=played.api.clock)

    mailed = [one for one in played.api.table.items() if one.get("kind") == "link_reminder"]
    reminded = [one["content"]["link"]["link_id"] for one in mailed]
    assert sorted(reminded) == sorted({*ids} - {poisoned["link_id"]})
    [(partner_id, item)] = played.failed()
    assert (partner_id, item.rpartition("#")[2]) == ("p-hill", poisoned["link_id"])


@pytest.mark.parametrize("spoilt", [{"without": "hub_id"}, {"wrong": {"hub_id": 7}}])
@pytest.mark.parametrize("here", [0, 200])
def test_renewals_are_told_of_beside_a_poisoned_one(
    played: Played, spoilt: Any, here: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.renewals.notices.MOST_ATTENDED_HERE", here)
    seed, queue = ClientSeed(table=played.api.table, at=played.api.clock.now), HeldQueue()
    seed.client()
    for name in ("s-1", "s-2", "s-3"):
        seed.subscription(name)
    played.spoil(sk="RENEWAL#s-2", **spoilt)

    failed = 0
    try:
        attend_day({}, session=played.session, queue=queue, clock=played.api.clock)  # type: ignore[arg-type] # plays the queue
    except UnfinishedRunError:
        failed += 1
    for body in queue.messages:
        record = {"messageId": "m", "body": body, "eventSource": "aws:sqs", "receiptHandle": "h"}
        failed += len(worker.lambda_handler({"Records": [record]}, RunContext())["batchItemFailures"])

    told = [one["content"]["renewal"]["renewal_id"] for one in played.api.table.items() if one["sk"] == "NOTICE"]
    assert (sorted(told), failed) == (["r-s-1", "r-s-3"], 1)
    assert [item.rpartition("#")[2] for _, item in played.failed()] == ["s-2"]


@pytest.mark.parametrize("spoilt", [{"without": "user_id"}, {"wrong": {"user_id": 7}}])
def test_digests_go_out_beside_a_poisoned_one(played: Played, spoilt: Any) -> None:
    for email in (ADMIN, MEMBER, RIVAL):
        played.api.put("/v1/renewals/digest", {"weekly": True}, email=email)
    played.spoil(pk="PARTNER#p-hill", sk="DIGEST#u-max", **spoilt)

    with pytest.raises(UnfinishedRunError, match="p-hill"):
        digest.attend_due({"as_of": "2026-03-23"}, session=played.session, has_time=LONG, clock=played.api.clock)

    waiting = [one for one in played.api.table.items() if one.get("due_queue", "").startswith("DUE_DIGESTS#")]
    moved = {one["sk"]: one["due_at"][:10] for one in waiting}
    assert moved == {"DIGEST#u-ada": "2026-03-30", "DIGEST#u-max": "2026-03-23", "DIGEST#u-rita": "2026-03-30"}
    assert played.failed() == [("p-hill", "PARTNER#p-hill / DIGEST#u-max" if "without" in spoilt else 7)]


@pytest.mark.parametrize("spoilt", [{"without": "credited_tier"}, {"wrong": {"tier_earned_on": 7}}])
def test_tiers_are_reviewed_beside_a_poisoned_one(played: Played, spoilt: Any) -> None:
    played.api.seed.partner("p-sea", name="Sea Ltd")
    played.spoil(pk="PARTNER#p-hill", sk="PROFILE", **spoilt)

    with pytest.raises(UnfinishedRunError, match=r": p-hill$"):
        review.attend_due({"as_of": "2026-07-15"}, session=played.session, has_time=LONG, clock=played.api.clock)

    reviewed = {one["pk"] for one in played.api.table.items() if one["sk"].startswith("REVIEW#")}
    assert reviewed == {"PARTNER#p-lake", "PARTNER#p-sea"}
    assert played.failed() == [("p-hill", "p-hill")]


def test_a_partner_whose_place_in_the_list_is_poisoned_holds_up_no_other(played: Played) -> None:
    listed = played.spoil(sk="p-hill", without="since")

    with pytest.raises(UnfinishedRunError):
        review.attend_due({"as_of": "2026-07-15"}, session=played.session, has_time=LONG, clock=played.api.clock)

    assert {one["pk"] for one in played.api.table.items() if one["sk"].startswith("REVIEW#")} == {"PARTNER#p-lake"}
    assert played.failed() == [(listed["pk"], f"{listed['pk']} / p-hill")]


@pytest.mark.parametrize("spoilt", [{"without": "company"}, {"wrong": {"created_at": 7}}])
def test_requests_for_a_transfer_expire_beside_a_poisoned_one(played: Played, spoilt: Any) -> None:
    office = Office(api=played.api)
    for hub_id in ("4711", "4712"):
        office.seed.client(hub_id, partners={"p-hill": "managed", "p-lake": "managed"}, portal_users=[NIA])
    for partner_id, email in (("p-hill", ADMIN), ("p-lake", RIVAL)):
        played.api.seed.user(NIA, partner_id=partner_id, name="Nia Nord", role=Role.PARTNER_MEMBER)
        office.tag(email=email)
        office.assign("4711", "4712", email=email)
    first, second = (
        played.api.post(f"{OF_NIA}/clients/c-{hub_id}/transfer-request", email=RIVAL).json["id"]
        for hub_id in ("4711", "4712")
    )
    for due in [one for one in played.api.table.items() if one["sk"] == f"TRANSFER#{first}" and "due_queue" in one]:
        played.spoil(pk=due["pk"], sk=due["sk"], **spoilt)
    later = played.api.clock.now + timedelta(days=15)

    with pytest.raises(UnfinishedRunError):
        cascades.sweep(played.session, operation=operation(at=later), until=later, has_time=LONG)

    ended = [one["audit_object"] for one in played.api.table.items() if one.get("action") == "transfer.expired"]
    assert len(ended) == 1
    assert [item.rpartition("#")[2] for _, item in played.failed()] == [first]
    assert second != first


@pytest.mark.parametrize("spoilt", [{"without": "steps"}, {"wrong": {"steps": 7}}])
def test_cascades_end_beside_a_poisoned_one(played: Played, spoilt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.cascading.SECONDS_IN_A_REQUEST", 0)
    office = Office(api=played.api)
    for hub_id in ("4711", "4712"):
        office.seed.client(hub_id, portal_users=[NIA])
    played.api.seed.user(NIA, name="Nia Nord", role=Role.PARTNER_MEMBER)
    office.tag()
    office.assign("4711", "4712")
    for hub_id in ("4711", "4712"):
        assert played.api.post(f"/v1/clients/c-{hub_id}/end-services", {"confirm": True}).status == 200
    played.spoil(sk="CASCADE#CLIENT#4711", **spoilt)
    later = played.api.clock.now + timedelta(minutes=2)

    with pytest.raises(UnfinishedRunError, match="p-hill"):
        cascades.sweep(played.session, operation=operation(at=later), until=later, has_time=LONG)

    left = {one["sk"] for one in played.api.table.items() if one["sk"].startswith(("CASCADE#", "ASSIGNMENT#"))}
    assert "CASCADE#CLIENT#4711" in left
    assert not any("4712" in sk for sk in left)
    assert [item.rpartition("#")[2] for _, item in played.failed()] == ["4711"]


def test_a_cascade_settles_the_other_clients_of_a_user_beside_a_poisoned_one(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.cascading.SECONDS_IN_A_REQUEST", 0)
    monkeypatch.setattr("shared.leaving.delete_sign_in", lambda _: None)
    office = Office(api=played.api)
    for hub_id in ("4711", "4712", "4713"):
        office.seed.client(hub_id, portal_users=[NIA])
    played.api.seed.user(NIA, name="Nia Nord", role=Role.PARTNER_MEMBER)
    office.tag()
    office.assign("4711", "4712", "4713")
    assert played.api.delete("/v1/users/u-nia").status == 204
    played.spoil(pk="CLIENT#4712", sk="CLIENT", without="profile")
    later = played.api.clock.now + timedelta(minutes=2)

    with pytest.raises(UnfinishedRunError, match="p-hill"):
        cascades.sweep(played.session, operation=operation(at=later), until=later, has_time=LONG)

    left = {one["sk"] for one in played.api.table.items() if one["sk"].startswith(("CASCADE#", "ASSIGNMENT#"))}
    assert left == {"CASCADE#USER#u-nia", "ASSIGNMENT#u-nia#4712"}


def test_entries_are_sealed_beside_a_poisoned_one(played: Played) -> None:
    client = ClientSeed(table=played.api.table, at=played.api.clock.now)
    client.client(partners={"p-hill": "managed", "p-lake": "sold"})
    poisoned = next(one for one in played.api.table.items() if one.get("partner_id") == "p-hill" and "audit_at" in one)
    dynamodb().put_item(
        TableName=played.api.table.name,
        Item={"pk": {"S": poisoned["pk"]}, "sk": {"S": poisoned["sk"]}, "due_queue": {"S": poisoned["due_queue"]},
              "due_at": {"S": poisoned["due_at"]}, "odd": {"SS": ["a"]}},
    )  # fmt: skip
    later = played.api.clock.now + timedelta(hours=1)

    with pytest.raises(UnfinishedRunError):
        sealing.seal_missed(played.session, has_time=time_left(RunContext()), until=later, clock=played.api.clock)

    played.api.table.remove([(poisoned["pk"], poisoned["sk"])])
    assert any(one["pk"] == "CHAIN#p-lake" for one in played.api.table.items())
    assert len(played.failed()) == 1
