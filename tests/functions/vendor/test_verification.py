"""Verifying the audit trail as the vendor's operators do."""

from datetime import timedelta
from typing import Any

import pytest

from shared.table.values import Item
from tests.audit_trails import chain_of, seals, trail
from tests.events import Answer
from tests.factories import domains
from tests.functions.client import ADMIN, MEMBER, OPERATOR, Api, problem

PATH = "/v1/vendor/audit/verification"


@pytest.fixture
def sealed(api: Api) -> Api:
    """p-hill has three leads, p-lake has one; the trails of both are sealed."""
    api.seed.registrations(domains(3))
    api.seed.registrations(domains(1, word="other"), partner_id="p-lake")
    for partner_id in ("p-hill", "p-lake"):
        chain_of(api.table, partner_id).seal(trail(api.table, partner_id), now=api.clock.now)
    return api


def verify(api: Api, **query: str) -> Answer:
    return api.get(PATH, query=query, email=OPERATOR)


def pages(api: Api, **query: str) -> list[dict[str, Any]]:
    found = [verify(api, **query).json]
    while cursor := found[-1]["next_cursor"]:
        found.append(verify(api, **query, cursor=cursor).json)
    return found


def faults(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [fault for page in found for fault in page["faults"]]


def end_of(api: Api, partner_id: str) -> Item:
    return seals(api.table, partner_id)[-1]


def test_an_untouched_trail_is_verified_in_two_pages_first_the_chain_and_then_the_trail(sealed: Api) -> None:
    chain, rest = pages(sealed, partner_id="p-hill")

    end = end_of(sealed, "p-hill")
    assert {**chain, "next_cursor": None} == {
        "partner_id": "p-hill",
        "seals": 4,
        "entries": 0,
        "head": {"position": 4, "hash": end["hash"]},
        "faults": [],
        "waiting": [],
        "next_cursor": None,
    }
    assert rest == {
        "partner_id": "p-hill",
        "seals": 0,
        "entries": 4,
        "head": None,
        "faults": [],
        "waiting": [],
        "next_cursor": None,
    }


def test_every_partner_is_verified_in_turn(sealed: Api) -> None:
    found = pages(sealed, limit="2")

    assert [
        (page["partner_id"], page["seals"], page["entries"]) for page in found if page["seals"] or page["entries"]
    ] == [
        ("p-hill", 2, 0),
        ("p-hill", 2, 0),
        ("p-hill", 0, 2),
        ("p-hill", 0, 2),
        ("p-lake", 2, 0),
        ("p-lake", 0, 2),
    ]
    assert faults(found) == []
    heads = [(page["partner_id"], page["head"]["hash"]) for page in found if page["head"]]
    assert heads == [(partner_id, end_of(sealed, partner_id)["hash"]) for partner_id in ("p-hill", "p-lake")]


def test_a_fault_says_what_is_wrong_and_where(sealed: Api) -> None:
    entry = trail(sealed.table)[2]
    sealed.table.put({**entry, "audit_actor": "u-somebody-else"})

    assert faults(pages(sealed, partner_id="p-hill")) == [
        {
            "code": "entry_changed",
            "detail": "The entry does not say what it said when it was sealed.",
            "position": entry["seal_position"],
            "entry": {"entry_id": entry["id"], "at": "2026-03-17T09:30:00.000000Z"},
        }
    ]


def test_a_fault_of_the_chain_alone_names_no_entry(sealed: Api) -> None:
    end = end_of(sealed, "p-hill")
    sealed.table.put({**end, "sealed_at": "2026-01-01T00:00:00.000000Z"})

    assert faults(pages(sealed, partner_id="p-hill")) == [
        {
            "code": "seal_changed",
            "detail": "The seal is not what was written, or not by the product.",
            "position": 4,
            "entry": None,
        }
    ]


def test_entries_that_should_be_sealed_by_now_are_listed(sealed: Api) -> None:
    sealed.seed.registrations(domains(1, word="late"))
    [late] = [item for item in trail(sealed.table) if "seal_position" not in item]
    assert [page["waiting"] for page in pages(sealed, partner_id="p-hill")] == [[], []]

    sealed.clock.advance(timedelta(hours=1, seconds=1))

    found = pages(sealed, partner_id="p-hill")
    assert [page["waiting"] for page in found] == [
        [],
        [{"entry_id": late["id"], "at": "2026-03-17T09:30:00.000000Z"}],
    ]
    assert faults(found) == []


def test_new_entries_do_not_disturb_a_verification_that_is_under_way(sealed: Api) -> None:
    first = verify(sealed, partner_id="p-hill", limit="2").json
    sealed.seed.registrations(domains(3, word="late"))
    chain_of(sealed.table).seal(trail(sealed.table), now=sealed.clock.now)

    found = [first]
    while cursor := found[-1]["next_cursor"]:
        found.append(verify(sealed, partner_id="p-hill", limit="2", cursor=cursor).json)

    assert faults(found) == []
    assert sum(page["seals"] for page in found) == 7


def test_an_unknown_partner_has_no_trail_that_could_be_called_good(sealed: Api) -> None:
    for partner_id in ("p-none", "p#hill"):
        assert problem(verify(sealed, partner_id=partner_id)) == (404, "not_found")


def test_a_partner_of_whom_nothing_is_sealed_yet_has_no_fault(api: Api) -> None:
    chain, rest = pages(api, partner_id="p-hill")

    assert chain["head"] == {"position": 0, "hash": "0" * 64}
    assert (rest["entries"], rest["faults"]) == (1, [])


def test_without_any_chain_there_is_nothing_to_verify(api: Api) -> None:
    assert pages(api) == [
        {
            "partner_id": None,
            "seals": 0,
            "entries": 0,
            "head": None,
            "faults": [],
            "waiting": [],
            "next_cursor": None,
        }
    ]


def test_only_operators_verify(sealed: Api) -> None:
    for email in (ADMIN, MEMBER):
        assert problem(sealed.get(PATH, query={"partner_id": "p-hill"}, email=email)) == (403, "role_required")


def test_a_cursor_belongs_to_its_partner(sealed: Api) -> None:
    cursor = verify(sealed, partner_id="p-hill").json["next_cursor"]

    assert problem(verify(sealed, partner_id="p-lake", cursor=cursor)) == (400, "invalid_cursor")
    assert problem(verify(sealed, cursor=cursor)) == (400, "invalid_cursor")


def test_a_page_links_to_the_next_one(sealed: Api) -> None:
    answer = verify(sealed, partner_id="p-hill", limit="3")

    assert answer.headers["link"] == (
        f'<https://desk.example{PATH}?partner_id=p-hill&limit=3&cursor={answer.json["next_cursor"]}>; rel="next"'
    )


def test_verifying_changes_nothing(sealed: Api) -> None:
    before = sealed.table.items()
    pages(sealed, limit="1")

    assert sealed.table.items() == before
