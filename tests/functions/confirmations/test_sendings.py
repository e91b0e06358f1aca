"""What a stranger can be mailed in a day: it hangs on the link and on the address, and the writes hold it."""

from datetime import timedelta
from typing import Any

import pytest

from shared.table.client import dynamodb
from tests.counting import counting
from tests.events import Answer
from tests.functions.client import ADMIN, RIVAL, Api, problem
from tests.functions.confirmations.conftest import LINKS, Customer, draft, notices


def send(api: Api, link: dict[str, Any], **more: Any) -> Answer:
    return api.post(f"{LINKS}/{link['id']}/send", **more)


def link_to(api: Api, address: str, **more: Any) -> dict[str, Any]:
    answer = api.post(LINKS, draft(client={**draft()["client"], "email": address}), **more)
    assert answer.status == 201
    created: dict[str, Any] = answer.json
    return created


def mailed(api: Api) -> int:
    return len([item for item in notices(api) if item["kind"] == "link_sent"])


def test_a_link_is_sent_five_times_in_24_hours_and_the_sixth_time_is_told_when_it_is_possible(
    api: Api, link: dict[str, Any]
) -> None:
    for _ in range(5):
        assert send(api, link).status == 200
        api.clock.advance(timedelta(hours=1))
    before = api.table.items()

    refused = send(api, link)

    assert problem(refused) == (429, "too_many_sendings")
    assert refused.headers["retry-after"] == str(19 * 3600)
    assert refused.json["detail"] == (
        "A link is mailed at most 5 times in 24 hours. It is possible again from 18 March 2026, 09:30 UTC."
    )
    assert api.table.items() == before
    api.clock.advance(timedelta(hours=19) - timedelta(microseconds=1))
    assert problem(send(api, link)) == (429, "too_many_sendings")
    api.clock.advance(timedelta(microseconds=1))
    assert send(api, link).status == 200
    assert problem(send(api, link)) == (429, "too_many_sendings")
    assert mailed(api) == 6


def test_an_address_is_sent_ten_links_in_24_hours_whoever_sends_and_whatever_becomes_of_the_links(api: Api) -> None:
    spellings = ["kim@acme.example", "KIM@acme.example", "kim+1@ACME.example", "kim+two@acme.example"]
    for number in range(10):
        by = {"email": RIVAL if number % 2 else ADMIN}
        link = link_to(api, spellings[number % 4], **by)
        assert send(api, link, **by).status == 200
        if number < 5:
            assert api.delete(f"{LINKS}/{link['id']}", **by).status == 204
        api.clock.advance(timedelta(minutes=1, seconds=1))
    clone = api.post(f"{LINKS}/{link_to(api, 'kim@acme.example')['id']}/clone").json
    before = api.table.items()

    for one, email in ((clone, ADMIN), (link_to(api, "kim+3@acme.example", email=RIVAL), RIVAL)):
        refused = send(api, one, email=email)
        assert problem(refused) == (429, "too_many_sendings")
        assert refused.headers["retry-after"] == str(24 * 3600 - 610)
        assert refused.json["detail"] == (
            "An address is mailed at most 10 links and requests for access in 24 hours, whoever sends them. "
            "It is possible again from 18 March 2026, 09:30 UTC."
        )
    assert mailed(api) == 10
    assert [item for item in api.table.items() if item["sk"] == "ADDRESS"] == [
        item for item in before if item["sk"] == "ADDRESS"
    ]
    assert send(api, link_to(api, "lea@acme.example")).status == 200


def test_of_both_limits_the_one_that_lasts_longer_is_told(api: Api, link: dict[str, Any]) -> None:
    for _ in range(5):
        assert send(api, link).status == 200
    api.clock.advance(timedelta(hours=1))
    other = link_to(api, "kim@acme.example")
    for _ in range(5):
        assert send(api, other).status == 200
    api.clock.advance(timedelta(hours=23))

    assert send(api, link).status == 200
    refused = send(api, other)

    assert refused.json["detail"].startswith("A link is mailed at most 5 times")
    assert refused.headers["retry-after"] == "3600"


def test_another_address_of_the_link_begins_no_new_count_of_the_link(api: Api, link: dict[str, Any]) -> None:
    for number in range(5):
        changes = {"client": {**draft()["client"], "email": f"kim{number}@acme.example"}}
        assert api.patch(f"{LINKS}/{link['id']}", changes, match="*").status == 200
        assert send(api, link).status == 200

    assert problem(send(api, link)) == (429, "too_many_sendings")


def test_a_repeated_request_and_a_refused_one_count_for_nothing(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    for _ in range(7):
        assert send(api, link, key="k-1").status == 200
    for number in range(4):
        assert send(api, link, key=f"k-{number + 2}").status == 200
    assert problem(send(api, link, key="k-9")) == (429, "too_many_sendings")
    customers.sign(link["url"])

    assert problem(send(api, link)) == (409, "link_not_pending")
    assert mailed(api) == 5


def test_sending_takes_two_calls_until_a_limit_is_near(api: Api, link: dict[str, Any]) -> None:
    send(api, link)
    with counting(dynamodb()) as calls:
        send(api, link)

    assert [call.operation for call in calls] == ["BatchGetItem", "TransactWriteItems"]


@pytest.mark.parametrize("days", [1, 2, 30])
def test_what_is_noted_does_not_grow(api: Api, link: dict[str, Any], days: int) -> None:
    for _ in range(days):
        for _ in range(5):
            assert send(api, link).status == 200
        api.clock.advance(timedelta(days=1))

    rows = {item["sk"]: item for item in api.table.items() if item["pk"].startswith("SENDINGS#")}
    assert rows.keys() == {"LINK", "ADDRESS"}
    assert all(len(row["sent"]) <= 10 for row in rows.values())
    until = {row["ttl"] for row in rows.values()}
    assert until == {int(api.clock.now.timestamp()) + 1}
