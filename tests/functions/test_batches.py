"""Registering up to 100 leads at once."""

from typing import Any

import pytest

from tests.factories import domains, lead
from tests.functions.client import RIVAL, Api, problem


def outcomes(answer: Any) -> list[str]:
    """What became of each item: `registered`, or the code of its problem."""
    assert answer.status == 200
    return [
        result["problem"]["code"] if result["status"] == "refused" else result["status"]
        for result in answer.json["results"]
    ]


def test_each_item_is_answered_in_the_order_sent(api: Api) -> None:
    api.seed.registrations(["own.example"])
    api.seed.registrations(["rival.example"], partner_id="p-lake")
    items = [
        lead("one.example"),
        lead("own.example"),
        lead("rival.example"),
        lead("free.example", website="gmail.com"),
        {"website": "two.example", "boss": 1},
        "acme.example",
        None,
        lead("shop.one.example"),
        lead("two.example"),
    ]

    answer = api.post("/v1/registrations/batch", {"items": items})

    assert outcomes(answer) == [
        "registered",
        "already_registered",
        "domain_unavailable",
        "invalid_domain",
        "validation_failed",
        "validation_failed",
        "validation_failed",
        "already_registered",
        "registered",
    ]
    assert answer.json["results"][0] == {
        "status": "registered",
        "registration": api.get("/v1/registrations/one.example").json,
    }
    assert answer.json["results"][2] == {
        "status": "refused",
        "problem": {
            "type": "about:blank",
            "title": "The domain is not available",
            "status": 409,
            "detail": "rival.example is registered by another partner. "
            "It becomes free when that partner deregisters it.",
            "code": "domain_unavailable",
            "instance": answer.headers["x-request-id"],
        },
    }
    assert [error["pointer"] for error in answer.json["results"][4]["problem"]["errors"]] == [
        "#/company",
        "#/contact",
        "#/boss",
    ]
    assert api.get("/v1/capacity").json["used"] == 3


@pytest.mark.feature("A13")
def test_earlier_items_win_the_last_places(api: Api) -> None:
    api.seed.partner("p-hill", limit=30)
    api.seed.registrations(["own.example"])
    api.seed.registrations(["rival.example"], partner_id="p-lake")
    names = domains(60)
    items = [lead("own.example"), *(lead(name) for name in names[:10]), lead("rival.example"), *map(lead, names[10:])]

    answer = api.post("/v1/registrations/batch", {"items": items})

    assert outcomes(answer) == [
        "already_registered",
        *["registered"] * 10,
        "domain_unavailable",
        *["registered"] * 19,
        *["capacity_reached"] * 31,
    ]
    capacity = api.get("/v1/capacity").json
    assert (capacity["used"], capacity["available"], capacity["state"]) == (30, 0, "at_limit")
    rows = [
        item for item in api.table.items() if item["sk"].startswith("REGISTRATION#") and item["pk"].endswith("hill")
    ]
    assert [row["registered_domain"] for row in rows] == [*names[:29], "own.example"]


def test_a_hundred_items_are_registered_with_one_audit_entry_each(api: Api) -> None:
    api.seed.partner("p-hill", limit=100)

    answer = api.post("/v1/registrations/batch", {"items": [lead(name) for name in domains(100)]})

    assert outcomes(answer) == ["registered"] * 100
    entries = [item for item in api.table.items() if item["pk"] == "AUDIT#p-hill"]
    assert sorted(one["audit_object"] for one in entries if one["action"] == "registration.created") == [
        f"registration/{name}" for name in domains(100)
    ]


def test_registering_the_same_batch_again_registers_nothing_twice(api: Api) -> None:
    body = {"items": [lead(name) for name in domains(30)]}
    api.post("/v1/registrations/batch", body)
    before = api.table.items()

    answer = api.post("/v1/registrations/batch", body)

    assert outcomes(answer) == ["already_registered"] * 30
    assert api.table.items() == before


def test_a_batch_over_the_limit_already_registers_nothing(api: Api) -> None:
    api.seed.partner("p-hill", limit=10)
    api.seed.registrations(domains(10))
    api.seed.partner("p-hill", limit=8)

    answer = api.post("/v1/registrations/batch", {"items": [lead("one.example"), lead("lead-0001.example")]})

    assert outcomes(answer) == ["capacity_reached", "already_registered"]
    assert api.get("/v1/capacity").json["used"] == 10


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/items"),
        ({"items": []}, "#/items"),
        ({"items": lead("acme.example")}, "#/items"),
        ({"items": [lead(name) for name in domains(101)]}, "#/items"),
        ({"items": [lead("acme.example")], "dry_run": True}, "#/dry_run"),
    ],
)
def test_only_a_malformed_envelope_fails_the_request(api: Api, body: Any, pointer: str) -> None:
    before = api.table.items()

    answer = api.post("/v1/registrations/batch", body)

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert api.table.items() == before


def test_two_partners_batches_share_no_place_and_no_domain(api: Api) -> None:
    names = domains(40)
    first = api.post("/v1/registrations/batch", {"items": [lead(name) for name in names[:25]]})
    second = api.post("/v1/registrations/batch", {"items": [lead(name) for name in names]}, email=RIVAL)

    assert outcomes(first) == ["registered"] * 25
    assert outcomes(second) == ["domain_unavailable"] * 25 + ["registered"] * 15
    assert [api.get("/v1/capacity", email=who).json["used"] for who in ("ada@hill.example", RIVAL)] == [25, 15]
