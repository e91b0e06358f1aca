"""The vendor reports what clients use."""

from typing import Any

import pytest

from tests.client_factories import client_body, usage_body
from tests.functions.client import Api, problem

CLIENT = "/v1/vendor/clients/4711"
USAGE = "/v1/vendor/usage/4711"
NOTHING: dict[str, Any] = {"tools": [], "apps": [], "engagement": None}


def test_usage_is_said_as_a_whole(api: Api) -> None:
    api.put(CLIENT, client_body())

    created = api.put(USAGE, usage_body())
    updated = api.put(USAGE, {"tools": ["Forms"], "measured_on": "2026-03-17"})

    assert (created.status, created.json) == (201, {"result": "created", "hub_id": "4711", **usage_body()})
    assert (updated.status, updated.json) == (
        200,
        {"result": "updated", "hub_id": "4711", **NOTHING, "tools": ["Forms"], "measured_on": "2026-03-17"},
    )
    before = {**usage_body(), "score": 6, "areas": {"Marketing": 6, "Sales": 3}}
    del before["engagement"]
    after: dict[str, Any] = {"tools": ["Forms"], "apps": [], "score": None, "areas": {}, "measured_on": "2026-03-17"}
    [entry] = [item for item in api.table.items() if item.get("action") == "usage.changed"]
    assert (entry["pk"], entry["audit_object"], entry["before"], entry["after"]) == (
        "AUDIT#~5",
        "client/4711",
        before,
        after,
    )


def test_a_tool_named_twice_is_one_tool_in_its_first_place(api: Api) -> None:
    api.put(CLIENT, client_body())

    answer = api.put(USAGE, usage_body(tools=["Workflows", " Forms", "Forms ", "Workflows"]))

    assert answer.json["tools"] == ["Workflows", "Forms"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"measured_on": None}, "#/measured_on"),
        ({"measured_on": "2026-02-29"}, "#/measured_on"),
        ({"measured_on": 1_700_000_000}, "#/measured_on"),
        ({"tools": ["Forms", ""]}, "#/tools/1"),
        ({"tools": "Forms"}, "#/tools"),
        ({"apps": [f"App {number}" for number in range(201)]}, "#/apps"),
        ({"engagement": {"areas": {}}}, "#/engagement/score"),
        ({"engagement": {"score": 11}}, "#/engagement/score"),
        ({"engagement": {"score": -1}}, "#/engagement/score"),
        ({"engagement": {"score": 5.5}}, "#/engagement/score"),
        ({"engagement": {"score": "5"}}, "#/engagement/score"),
        ({"engagement": {"score": True}}, "#/engagement/score"),
        ({"engagement": {"score": 5, "areas": {"Sales": 11}}}, "#/engagement/areas/Sales"),
        ({"engagement": {"score": 5, "areas": {str(number): 1 for number in range(51)}}}, "#/engagement/areas"),
        ({"engagement": {"score": 5, "band": "high"}}, "#/engagement/band"),
    ],
)
def test_a_wrong_field_of_usage_is_named(api: Api, change: dict[str, Any], pointer: str) -> None:
    api.put(CLIENT, client_body())
    before = api.table.items()

    answer = api.put(USAGE, usage_body(**change))

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert api.table.items() == before
