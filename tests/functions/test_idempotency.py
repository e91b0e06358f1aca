"""Repeating a request under its Idempotency-Key."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.people import Role
from shared.table.client import dynamodb
from tests.events import Answer
from tests.factories import domains, lead
from tests.faults import failing
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem, tag

POSTS: dict[str, tuple[str, Any, Any]] = {
    "registering": ("/v1/registrations", lead("new.example"), lead("other.example")),
    "a batch": ("/v1/registrations/batch", {"items": [lead("new.example"), 7]}, {"items": [lead("other.example")]}),
    "deregistering": (
        "/v1/registrations/deregister",
        {"domains": ["acme.example", "new.example"], "confirm": True},
        {"domains": ["acme.example"], "confirm": True},
    ),
    "restoring": ("/v1/registrations/gone.example/restore", None, {}),
}  # the route, a body, and another body


@pytest.fixture(autouse=True)
def leads(api: Api) -> None:
    """p-hill holds acme.example and held gone.example until now."""
    api.seed.registrations(["acme.example", "gone.example"])
    api.post("/v1/registrations/deregister", {"domains": ["gone.example"], "confirm": True})


def told(answer: Answer) -> tuple[int, str, dict[str, str]]:
    """All of an answer that a client sees, but for the id of the request that asked."""
    return answer.status, answer.body, {name: value for name, value in answer.headers.items() if name != "x-request-id"}


@pytest.mark.parametrize("name", POSTS)
def test_the_same_request_is_answered_byte_for_byte_and_changes_nothing_more(api: Api, name: str) -> None:
    path, body, _ = POSTS[name]
    first = api.post(path, body, key="k-1")
    after_the_first = api.table.items()
    api.clock.advance(timedelta(hours=23))

    second = api.post(path, body, key="k-1")
    by_a_colleague = api.post(path, body, key="k-1", email=MEMBER)

    assert first.status in {200, 201}
    assert told(second) == told(by_a_colleague) == told(first)
    assert api.table.items() == after_the_first


@pytest.mark.parametrize("name", POSTS)
def test_a_key_is_refused_for_another_body(api: Api, name: str) -> None:
    path, body, other = POSTS[name]
    api.post(path, body, key="k-1")
    before = api.table.items()

    assert problem(api.post(path, other, key="k-1")) == (422, "idempotency_key_reused")
    assert api.table.items() == before


def test_a_key_is_refused_for_another_path_of_its_route(api: Api) -> None:
    api.post("/v1/registrations/gone.example/restore", key="k-1")

    answer = api.post("/v1/registrations/acme.example/restore", key="k-1")

    assert problem(answer) == (422, "idempotency_key_reused")


def test_partners_and_routes_do_not_share_keys(api: Api) -> None:
    mine = api.post("/v1/registrations", lead("mine.example"), key="k-1")
    theirs = api.post("/v1/registrations", lead("theirs.example"), key="k-1", email=RIVAL)
    elsewhere = api.post("/v1/registrations/batch", {"items": [lead("batch.example")]}, key="k-1")

    assert [mine.status, theirs.status, elsewhere.status] == [201, 201, 200]
    assert theirs.json["registered_domain"] == "theirs.example"


def test_a_person_of_two_partners_does_not_carry_keys_from_one_to_the_other(api: Api) -> None:
    api.seed.user(ADMIN, partner_id="p-lake", role=Role.PARTNER_ADMIN)

    mine = api.post("/v1/registrations", lead("mine.example"), key="k-1", partner="p-hill")
    theirs = api.post("/v1/registrations", lead("theirs.example"), key="k-1", partner="p-lake")

    assert [mine.json["registered_domain"], theirs.json["registered_domain"]] == ["mine.example", "theirs.example"]


def test_without_a_key_the_same_request_is_another_one(api: Api) -> None:
    assert api.post("/v1/registrations", lead("new.example")).status == 201
    assert problem(api.post("/v1/registrations", lead("new.example"))) == (409, "already_registered")


def test_a_refusal_is_repeated_too_even_where_the_request_would_go_through_now(api: Api) -> None:
    api.seed.partner("p-hill", limit=1)
    first = api.post("/v1/registrations", lead("new.example"), key="k-1")
    api.seed.partner("p-hill", limit=2)

    second = api.post("/v1/registrations", lead("new.example"), key="k-1")

    assert problem(first) == (409, "capacity_reached")
    assert told(second) == told(first)
    assert second.json["instance"] == first.headers["x-request-id"]
    assert api.post("/v1/registrations", lead("new.example"), key="k-2").status == 201


def test_a_request_that_was_not_valid_can_be_mended_under_its_key(api: Api) -> None:
    assert api.post("/v1/registrations", lead("new.example", company=""), key="k-1").status == 422
    assert api.post("/v1/registrations", lead("new.example", website="gmail.com"), key="k-1").status == 422
    assert api.post("/v1/registrations", lead("new.example"), key="k-1").status == 201


def test_a_request_that_failed_for_a_moment_is_not_answered_so_for_ever(api: Api) -> None:
    with failing(dynamodb(), seed=1, throttled=1):
        assert problem(api.post("/v1/registrations", lead("new.example"), key="k-1")) == (503, "unavailable")

    assert api.post("/v1/registrations", lead("new.example"), key="k-1").status == 201


def test_after_24_hours_a_key_is_free_again(api: Api) -> None:
    api.post("/v1/registrations", lead("new.example"), key="k-1")
    api.clock.advance(timedelta(hours=24))

    assert problem(api.post("/v1/registrations", lead("new.example"), key="k-1")) == (409, "already_registered")
    api.clock.advance(timedelta(hours=24))
    assert api.post("/v1/registrations", lead("other.example"), key="k-1").status == 201


def test_after_24_hours_a_repeated_key_takes_no_old_work_for_its_own(api: Api) -> None:
    deregister = {"domains": ["acme.example"], "confirm": True}
    batch = {"items": [lead("new.example")]}
    api.post("/v1/registrations/deregister", deregister, key="k-1")
    api.post("/v1/registrations/batch", batch, key="k-1")
    api.clock.advance(timedelta(hours=24))

    freed = api.post("/v1/registrations/deregister", deregister, key="k-1")
    registered = api.post("/v1/registrations/batch", batch, key="k-1")

    assert [one["status"] for one in freed.json["results"]] == ["not_found"]
    assert [one["problem"]["code"] for one in registered.json["results"]] == ["already_registered"]


def test_the_answer_is_kept_for_24_hours_beside_the_effect(api: Api) -> None:
    answer = api.post("/v1/registrations", lead("new.example"), key="k-1")

    [kept] = [item for item in api.table.items() if item["pk"].startswith("REPLAY#") and item["status"] == 201]
    assert kept["pk"] == "REPLAY#p-hill"
    assert kept["sk"].startswith("POST /v1/registrations#")
    assert "k-1" not in kept["sk"]
    assert kept["expires_at"] == kept["ttl"] == int((api.clock.now + timedelta(hours=24)).timestamp())
    row = api.table.item("PARTNER#p-hill", "REGISTRATION#new.example")
    assert row is not None
    assert row["write_id"] == kept["write_id"]
    assert answer.headers["etag"] == tag()


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_1_to_255_characters(api: Api, key: str) -> None:
    assert problem(api.post("/v1/registrations", lead("new.example"), key=key)) == (400, "malformed_request")


def test_a_key_of_255_characters_works(api: Api) -> None:
    first, second = (api.post("/v1/registrations", lead("new.example"), key="ü#" + "k" * 253) for _ in range(2))

    assert told(first) == told(second)
    assert first.status == 201


def test_the_answer_to_the_largest_batch_can_be_kept(api: Api) -> None:
    api.seed.partner("p-hill", limit=100)
    long_websites = [lead(name, website=f"{name}/{'ü' * 1900}") for name in domains(50)]
    strange_fields = [{f"{number:x}": 1 for number in range(1000)} for _ in range(5)]

    for number, items in enumerate((long_websites, strange_fields)):
        body = json.dumps({"items": items}, ensure_ascii=False)
        first, second = (api.post("/v1/registrations/batch", body, key=f"k-{number}") for _ in range(2))
        assert first.status == 200
        assert told(first) == told(second)


@pytest.mark.usefixtures("user_pool")
def test_a_removed_user_is_not_told_a_kept_answer(api: Api) -> None:
    api.post("/v1/registrations", lead("new.example"), key="k-1", email=MEMBER)
    api.delete("/v1/users/u-max")

    refused = api.post("/v1/registrations", lead("new.example"), key="k-1", email=MEMBER)

    assert problem(refused) == (403, "not_a_member")


def test_a_refusal_is_counted_as_one_however_often_it_is_told(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    api.seed.partner("p-hill", limit=0)
    capsys.readouterr()
    for _ in range(3):
        api.post("/v1/registrations", lead("new.example"), key="k-1")

    counts = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert [count["outcome"] for count in counts] == ["capacity_reached"] * 3
