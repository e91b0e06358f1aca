"""What the vendor tells of employees' work, and what partners see of it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.functions.client import ADMIN, OPERATOR, problem
from tests.functions.employees.conftest import NIA, OF_NIA, Office

ACTIVITIES = "/v1/vendor/activities"


def activity(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"e-{number}",
        "hub_id": "4711",
        "employee_email": NIA,
        "kind": "publish",
        "occurred_at": "2026-03-17T09:00:00Z",
        **changes,
    }


def record(office: Office, *activities: Any, **more: Any) -> list[Any]:
    answer = office.api.post(ACTIVITIES, {"activities": list(activities)}, email=OPERATOR, **more)
    assert answer.status == 200, answer.body
    results: list[Any] = answer.json["results"]
    return results


def test_each_activity_is_recorded_once_and_a_wrong_one_fails_alone(office: Office) -> None:
    office.seed.client("4712")
    told = [
        activity(1),
        activity(2, hub_id="4712", kind="view"),
        activity(1, kind="edit"),
        activity(3, hub_id="unknown"),
        activity(4, occurred_at="2026-03-17T09:30:01Z"),
        activity(5, employee_email="nobody"),
        {"id": "e-6"},
        7,
        activity(8, occurred_at="2026-03-17T09:30:00Z", employee_email="Nia@HILL.example"),
    ]

    results = record(office, *told)

    assert [(one["id"], one["status"]) for one in results] == [
        ("e-1", "recorded"),
        ("e-2", "recorded"),
        ("e-1", "already_recorded"),
        ("e-3", "refused"),
        ("e-4", "refused"),
        ("e-5", "refused"),
        ("e-6", "refused"),
        (None, "refused"),
        ("e-8", "recorded"),
    ]
    codes = [one["problem"]["code"] for one in results if one["status"] == "refused"]
    assert codes == ["unknown_client", *["validation_failed"] * 4]
    assert results[4]["problem"]["errors"] == [
        {"pointer": "#/occurred_at", "detail": "The time of the activity must not lie in the future."}
    ]
    before = office.api.table.items()
    assert [one["status"] for one in record(office, activity(1), activity(8))] == ["already_recorded"] * 2
    assert office.api.table.items() == before


def test_a_hundred_activities_of_one_client_are_recorded_together(office: Office) -> None:
    office.assign("4711")

    results = record(office, *(activity(number, employee_email=f"n{number}@acme.example") for number in range(100)))

    assert {one["status"] for one in results} == {"recorded"}
    assert len(office.rows("ACTIVITY#n")) == 100


def test_with_a_key_the_answer_is_the_same_again(office: Office) -> None:
    first = record(office, activity(1), key="k-1")

    assert record(office, activity(1), key="k-1") == first


@pytest.mark.feature("A87")
def test_a_partner_sees_what_its_employee_did_at_each_client(office: Office) -> None:
    office.seed.client("4712", company="Beta")
    office.assign("4711", "4712")
    record(
        office,
        activity(1, kind="edit", occurred_at="2026-03-16T08:00:00Z"),
        activity(2, kind="view"),
        activity(3, kind="view", occurred_at="2026-03-15T08:00:00Z"),
    )

    answer = office.api.get(f"{OF_NIA}/activity", email=ADMIN)

    assert answer.json == {
        "data": [
            {
                "client_id": "c-4711",
                "company": "Acme",
                "last_activity_at": "2026-03-17T09:00:00Z",
                "last_qualifying_activity_at": "2026-03-16T08:00:00Z",
                "counts": {"edit": 1, "view": 2},
                "recent": [
                    {"kind": "view", "occurred_at": "2026-03-17T09:00:00Z"},
                    {"kind": "edit", "occurred_at": "2026-03-16T08:00:00Z"},
                    {"kind": "view", "occurred_at": "2026-03-15T08:00:00Z"},
                ],
            },
            {
                "client_id": "c-4712",
                "company": "Beta",
                "last_activity_at": None,
                "last_qualifying_activity_at": None,
                "counts": {},
                "recent": [],
            },
        ],
        "next_cursor": None,
    }
    assert office.clients()[0]["last_activity_at"] == "2026-03-17T09:00:00Z"


def test_only_the_vendor_tells_activities(office: Office) -> None:
    assert problem(office.api.post(ACTIVITIES, {"activities": [activity(1)]})) == (403, "role_required")
    wrong_bodies: list[Any] = [{}, {"activities": []}, {"activities": [activity(1)] * 101}, {"activities": {}}]
    for wrong in wrong_bodies:
        assert problem(office.api.post(ACTIVITIES, wrong, email=OPERATOR)) == (422, "validation_failed")


def test_an_old_activity_told_late_does_not_end_what_a_newer_one_earns(office: Office) -> None:
    office.assign("4711")
    office.act("4711", ago=timedelta(days=10), activity_id="e-new")
    office.act("4711", ago=timedelta(days=200), activity_id="e-old")

    assert office.reasons() == {"c-4711": None}
