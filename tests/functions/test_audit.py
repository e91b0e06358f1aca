"""The audit trail as the vendor reads it."""

from datetime import timedelta
from typing import Any

import pytest

from shared.table.client import dynamodb
from tests.counting import counting
from tests.factories import domains, lead
from tests.functions.client import MEMBER, OPERATOR, RIVAL, Api, problem

AUDIT = "/v1/vendor/audit"


def trail(api: Api, **query: str) -> list[dict[str, Any]]:
    """Every entry that the filter finds, over all pages."""
    entries: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        answer = api.get(AUDIT, email=OPERATOR, query={**query, **({"cursor": cursor} if cursor else {})})
        assert answer.status == 200
        entries.extend(answer.json["data"])
        cursor = answer.json["next_cursor"]
        if cursor is None:
            return entries


@pytest.fixture
def history(api: Api) -> Api:
    """Four changes, an hour apart from ten o'clock on: two of p-hill by two people, one of p-lake, one of p-hill."""
    requests: list[dict[str, Any]] = [
        {"method": "POST", "path": "/v1/registrations", "body": lead("acme.example")},
        {
            "method": "PATCH",
            "path": "/v1/registrations/acme.example",
            "body": {"company": "Acme"},
            "match": "*",
            "email": MEMBER,
        },
        {"method": "POST", "path": "/v1/registrations", "body": lead("beta.example"), "email": RIVAL},
        {
            "method": "POST",
            "path": "/v1/registrations/deregister",
            "body": {"domains": ["acme.example"], "confirm": True},
        },
    ]
    for request in requests:
        api.clock.advance(timedelta(hours=1))
        assert api.request(**request).status in {200, 201}
    return api


SINCE = {"since": "2026-03-17T10:00:00Z"}


def test_an_entry_says_who_did_what_when_and_what_it_was_before(history: Api) -> None:
    entry = trail(history, object="registration/acme.example", actor="u-max")[0]

    known = {name: lead("acme.example")[name] for name in ("website", "company", "contact", "country")}
    assert entry == {
        "id": entry["id"],
        "at": "2026-03-17T11:30:00Z",
        "as_of": None,
        "partner_id": "p-hill",
        "actor": {"user_id": "u-max", "role": "partner_member"},
        "action": "registration.changed",
        "object": "registration/acme.example",
        "before": known,
        "after": {**known, "company": "Acme"},
        "request_id": entry["request_id"],
    }


@pytest.mark.parametrize(
    ("query", "hours"),
    [
        ({}, [13, 12, 11, 10]),
        ({"partner_id": "p-hill"}, [13, 11, 10]),
        ({"partner_id": "p-lake"}, [12]),
        ({"actor": "u-ada"}, [13, 10]),
        ({"actor": "u-max"}, [11]),
        ({"object": "registration/acme.example"}, [13, 11, 10]),
        ({"object": "registration/acme.example", "actor": "u-ada"}, [13, 10]),
        ({"partner_id": "p-lake", "actor": "u-ada"}, []),
        ({"partner_id": "p-hill", "object": "registration/beta.example"}, []),
        ({"partner_id": "p-none"}, []),
        ({"actor": "a#b"}, []),
    ],
    ids=str,
)
@pytest.mark.parametrize("limit", ["1", "100"])
def test_the_trail_is_read_newest_first_by_partner_actor_and_object(
    history: Api, query: dict[str, str], hours: list[int], limit: str
) -> None:
    entries = trail(history, **query, **SINCE, limit=limit)

    assert [int(entry["at"][11:13]) for entry in entries] == hours


@pytest.mark.parametrize(
    "by", [{}, {"partner_id": "p-hill"}, {"actor": "u-ada"}, {"object": "registration/acme.example"}]
)
def test_since_is_included_and_until_is_not(history: Api, by: dict[str, str]) -> None:
    entries = trail(history, **by, since="2026-03-17T10:30:00Z", until="2026-03-17T13:30:00Z")

    hours = [int(entry["at"][11:13]) for entry in entries]
    assert hours[-1] == 10
    assert 13 not in hours


def test_instants_may_have_an_offset(history: Api) -> None:
    entries = trail(history, since="2026-03-17T13:30:00+01:00", until="2026-03-17T14:31:00+01:00")

    assert [int(entry["at"][11:13]) for entry in entries] == [13, 12]


def test_pages_lose_and_repeat_nothing_of_what_happened_at_once(api: Api) -> None:
    api.seed.registrations(domains(23))

    for query in ({"partner_id": "p-hill"}, {"actor": "u-seed"}, {"since": "2026-03-16T00:00:00Z"}):
        whole = [entry["id"] for entry in trail(api, **query, limit="100")]
        assert [entry["id"] for entry in trail(api, **query, limit="4")] == whole
        assert len(set(whole)) == len(whole) >= 23


def test_days_are_paged_one_after_the_other(api: Api) -> None:
    for day in range(1, 26, 3):
        api.seed.registrations([f"day-{day}.example"], at=api.clock.now - timedelta(days=day))

    entries = trail(api, since="2026-02-19T00:00:00Z", until="2026-03-17T00:00:00Z", limit="5")

    assert [entry["object"] for entry in entries] == [f"registration/day-{day}.example" for day in range(1, 26, 3)]


def test_the_trail_of_all_partners_begins_90_days_before_its_end(api: Api) -> None:
    for days in (89, 91):
        api.seed.registrations([f"day-{days}.example"], at=api.clock.now - timedelta(days=days))

    everyone, one = trail(api), trail(api, actor="u-seed", object="registration/day-91.example")

    assert [entry["object"] for entry in everyone if entry["object"].startswith("registration/")] == [
        "registration/day-89.example"
    ]
    assert [entry["object"] for entry in one] == ["registration/day-91.example"]


def test_a_page_of_a_quiet_time_costs_seven_days(api: Api) -> None:
    with counting(dynamodb()) as calls:
        answer = api.get(AUDIT, email=OPERATOR, query={"until": "2026-01-01T00:00:00Z"})

    assert (answer.json["data"], answer.json["next_cursor"] is None) == ([], False)
    assert [call.operation for call in calls].count("Query") == 7 * 4


def test_the_link_header_names_the_next_page(history: Api) -> None:
    answer = history.get(AUDIT, email=OPERATOR, query={"partner_id": "p-hill", "limit": "1"})

    assert answer.headers["link"] == (
        f"<https://desk.example/v1/vendor/audit?partner_id=p-hill&limit=1"
        f'&cursor={answer.json["next_cursor"]}>; rel="next"'
    )


@pytest.mark.parametrize("query", [{"partner_id": "p-lake"}, {"actor": "u-ada"}, {"since": "2026-03-17T10:00:00Z"}, {}])
def test_a_cursor_is_refused_under_another_filter(history: Api, query: dict[str, str]) -> None:
    first = history.get(AUDIT, email=OPERATOR, query={"partner_id": "p-hill", "limit": "1"})

    answer = history.get(AUDIT, email=OPERATOR, query={**query, "cursor": first.json["next_cursor"]})

    assert problem(answer) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"since": "yesterday"}, "#/query/since"),
        ({"since": "2026-03-17"}, "#/query/since"),
        ({"since": "2026-03-17T10:00:00"}, "#/query/since"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "#/query/since"),
        ({"until": "9999-12-31T23:59:59-14:00"}, "#/query/until"),
        ({"since": "2026-03-17T10:00:00Z", "until": "2026-03-17T10:00:00Z"}, "#/query/since"),
        ({"until": "0001-01-01T00:00:00Z"}, "#/query/until"),
        ({"since": "9999-12-31T23:59:59Z"}, "#/query/since"),
        ({"action": "user.added"}, "#/query/action"),
        ({"limit": "0"}, "#/query/limit"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, query: dict[str, str], pointer: str) -> None:
    answer = api.get(AUDIT, email=OPERATOR, query=query)

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("until", ["2100-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_days_to_come_are_not_looked_at(history: Api, until: str) -> None:
    answer = history.get(AUDIT, email=OPERATOR, query={"until": until, "limit": "4", **SINCE})

    assert [int(entry["at"][11:13]) for entry in answer.json["data"]] == [13, 12, 11, 10]


def test_reading_leaves_no_trace(history: Api) -> None:
    before = history.table.items()
    trail(history, **SINCE)

    assert history.table.items() == before
