"""Giving up domains and taking them back (A7, A8, A14, A19)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.domain.registrations import FormerRegistration
from shared.table.registrations import Registrations
from tests.factories import domains, lead
from tests.functions.client import MEMBER, RIVAL, Api, problem, tag

DEREGISTER = "/v1/registrations/deregister"
RESTORE = "/v1/registrations/acme.example/restore"


def deregister(api: Api, *names: str, **more: Any) -> Any:
    return api.post(DEREGISTER, {"domains": list(names), "confirm": True}, **more)


@pytest.mark.feature("A7", "A14", "A19")
def test_deregistered_domains_free_their_places(api: Api) -> None:
    api.seed.registrations(domains(50))

    answer = deregister(api, "lead-0001.example", "https://www.LEAD-0003.example/x", email=MEMBER)

    assert (answer.status, answer.json) == (
        200,
        {
            "results": [
                {
                    "domain": "lead-0001.example",
                    "status": "deregistered",
                    "restorable_until": "2026-03-24T09:30:00Z",
                },
                {
                    "domain": "https://www.LEAD-0003.example/x",
                    "status": "deregistered",
                    "restorable_until": "2026-03-24T09:30:00Z",
                },
            ]
        },
    )
    capacity = api.get("/v1/capacity").json
    assert (capacity["used"], capacity["available"], capacity["state"]) == (48, 2, "within")
    assert api.post("/v1/registrations", lead("lead-0001.example"), email=RIVAL).status == 201
    assert api.post("/v1/registrations", lead("new.example")).status == 201


def test_deregistering_leaves_the_former_lead_its_holding_and_an_audit_entry(api: Api) -> None:
    api.seed.registrations(["acme.example"])
    api.clock.advance(timedelta(days=2))
    before = api.table.items()

    deregister(api, "acme.example")

    after = api.table.items()
    gone = [(item["pk"], item["sk"]) for item in before if item not in after]
    assert gone == [
        ("DOMAIN#acme.example", "OWNER"),
        ("PARTNER#p-hill", "CAPACITY"),
        ("PARTNER#p-hill", "REGISTRATION#acme.example"),
    ]
    entry, counter, former = (item for item in after if item not in before)
    assert counter["slots_left"] == 50
    assert former == {
        "pk": "PARTNER#p-hill",
        "sk": "FORMER_REGISTRATION#acme.example",
        "registered_domain": "acme.example",
        "website": "https://www.acme.example/about",
        "company": "Company of acme.example",
        "contact": {"first_name": "Ann", "last_name": "Hill", "email": "ann.hill@contact.example"},
        "country": "DE",
        "registered_at": "2026-03-17T09:30:00.000000Z",
        "registered_by": "u-seed",
        "held_since": "2026-03-17T09:30:00.000000Z",
        "expires_at": None,
        "version": 1_773_739_800_000_000,
        "deregistered_at": "2026-03-19T09:30:00.000000Z",
        "holdings": [{"from": "2026-03-17T09:30:00.000000Z", "until": "2026-03-19T09:30:00.000000Z"}],
        "ttl": int((api.clock.now + timedelta(days=730)).timestamp()),
        "write_id": entry["write_id"],
    }
    assert (entry["action"], entry["audit_actor"], entry["after"]) == ("registration.deregistered", "u-ada", None)
    assert entry["before"]["company"] == "Company of acme.example"


@pytest.mark.parametrize("confirm", [{}, {"confirm": False}, {"confirm": None}, {"confirm": "yes"}])
@pytest.mark.feature("A8")
def test_nothing_is_deregistered_without_confirmation(api: Api, confirm: dict[str, Any]) -> None:
    api.seed.registrations(["acme.example"])
    before = api.table.items()

    answer = api.post(DEREGISTER, {"domains": ["acme.example"], **confirm})

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/confirm"]
    assert api.table.items() == before


def test_unknown_foreign_repeated_and_impossible_domains_are_not_found(api: Api) -> None:
    api.seed.registrations(["acme.example"])
    api.seed.registrations(["rival.example"], partner_id="p-lake")
    names: list[Any] = [
        "unknown.example", "rival.example", "acme.example", "www.acme.example", "co.uk", "", "x" * 300, "a#b.example", 7
    ]  # fmt: skip

    answer = deregister(api, *names)

    assert [(result["domain"], result["status"]) for result in answer.json["results"]] == [
        (name, "deregistered" if name == "acme.example" else "not_found") for name in names
    ]
    assert api.get("/v1/capacity", email=RIVAL).json["used"] == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"confirm": True}, "#/domains"),
        ({"domains": [], "confirm": True}, "#/domains"),
        ({"domains": "acme.example", "confirm": True}, "#/domains"),
        ({"domains": domains(101), "confirm": True}, "#/domains"),
        ({"domains": ["acme.example"], "confirm": True, "all": True}, "#/all"),
    ],
)
def test_a_malformed_list_fails_the_request(api: Api, body: Any, pointer: str) -> None:
    answer = api.post(DEREGISTER, body)

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.feature("A7")
def test_a_hundred_domains_are_deregistered_at_once(api: Api) -> None:
    api.seed.partner("p-hill", limit=100)
    api.seed.registrations(domains(100))

    answer = deregister(api, *domains(100))

    assert [result["status"] for result in answer.json["results"]] == ["deregistered"] * 100
    assert api.get("/v1/registrations").json == {"data": [], "next_cursor": None}
    assert api.get("/v1/capacity").json["used"] == 0
    assert not [item for item in api.table.items() if item["pk"].startswith("DOMAIN#")]


def test_a_lead_is_restored_as_it_was_until_the_last_moment_of_the_window(api: Api) -> None:
    api.seed.registrations(["acme.example"])
    known = api.patch("/v1/registrations/acme.example", {"company": "Acme"}, match="*").json
    deregister(api, "acme.example")
    api.clock.advance(timedelta(days=7))

    answer = api.post(RESTORE, email=MEMBER)

    assert (answer.status, answer.headers["etag"], answer.json) == (200, tag(2), known)
    assert api.get("/v1/registrations/acme.example").json == known
    assert api.get("/v1/capacity").json["used"] == 1
    row = api.table.item("PARTNER#p-hill", "REGISTRATION#acme.example")
    assert row is not None
    assert (row["registered_at"], row["held_since"]) == ("2026-03-17T09:30:00.000000Z", "2026-03-24T09:30:00.000000Z")
    [entry] = [item for item in api.table.items() if item.get("action") == "registration.restored"]
    assert (entry["audit_actor"], entry["before"], entry["after"]["company"]) == ("u-max", None, "Acme")


def test_a_lead_that_is_given_up_anew_while_it_is_restored_comes_back_as_it_was_given_up_last(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.seed.registrations(["acme.example"])
    deregister(api, "acme.example")
    api.clock.advance(timedelta(days=1))
    find_former = Registrations.find_former

    def found_and_then_changed(self: Registrations, domain: str) -> FormerRegistration | None:
        found = find_former(self, domain)
        monkeypatch.setattr(Registrations, "find_former", find_former)
        assert api.post(RESTORE, email=MEMBER).status == 200
        assert api.patch("/v1/registrations/acme.example", {"company": "Acme"}, match="*").status == 200
        deregister(api, "acme.example")
        return found

    monkeypatch.setattr(Registrations, "find_former", found_and_then_changed)
    answer = api.post(RESTORE)

    assert (answer.status, answer.json["company"]) == (200, "Acme")


def test_a_moment_after_the_window_a_lead_cannot_be_restored(api: Api) -> None:
    api.seed.registrations(["acme.example"])
    deregister(api, "acme.example")
    api.clock.advance(timedelta(days=7, microseconds=1))
    before = api.table.items()

    assert problem(api.post(RESTORE)) == (409, "restore_window_over")
    assert api.table.items() == before


def test_a_domain_taken_meanwhile_is_not_restored(api: Api) -> None:
    api.seed.registrations(["acme.example"])
    deregister(api, "acme.example")
    api.seed.registrations(["acme.example"], partner_id="p-lake")
    before = api.table.items()

    assert problem(api.post(RESTORE)) == (409, "domain_unavailable")
    assert api.table.items() == before


def test_without_room_nothing_is_restored(api: Api) -> None:
    api.seed.partner("p-hill", limit=1)
    api.seed.registrations(["acme.example"])
    deregister(api, "acme.example")
    api.seed.registrations(["other.example"])
    before = api.table.items()

    assert problem(api.post(RESTORE)) == (409, "capacity_reached")
    assert api.table.items() == before


@pytest.mark.parametrize("days", [0, 8])
def test_what_is_registered_is_not_restored(api: Api, days: int) -> None:
    api.seed.registrations(["acme.example"])
    deregister(api, "acme.example")
    assert api.post(RESTORE).status == 200
    api.clock.advance(timedelta(days=days))

    assert problem(api.post(RESTORE)) == (409, "already_registered")
    assert api.get("/v1/capacity").json["used"] == 1


@pytest.mark.parametrize("domain", ["acme.example", "co.uk", "a%23b.example"])
def test_what_was_never_registered_by_this_partner_is_not_restored(api: Api, domain: str) -> None:
    api.seed.registrations(["acme.example"])
    deregister(api, "acme.example")

    assert problem(api.post(f"/v1/registrations/{domain}/restore", email=RIVAL)) == (404, "not_found")


def test_every_time_of_holding_is_remembered(api: Api) -> None:
    api.seed.registrations(["acme.example"])
    for _ in range(2):
        api.clock.advance(timedelta(days=1))
        deregister(api, "acme.example")
        api.clock.advance(timedelta(days=1))
        assert api.post(RESTORE).status == 200
    api.clock.advance(timedelta(days=1))
    deregister(api, "acme.example")
    api.clock.advance(timedelta(days=1))
    api.post("/v1/registrations", lead("acme.example"))
    api.clock.advance(timedelta(days=1))
    deregister(api, "acme.example")

    former = api.table.item("PARTNER#p-hill", "FORMER_REGISTRATION#acme.example")
    assert former is not None
    days = [(one["from"][8:10], one["until"][8:10]) for one in former["holdings"]]
    assert days == [("17", "18"), ("19", "20"), ("21", "22"), ("23", "24")]


def test_a_lead_deregistered_while_it_is_read_by_another_is_freed_once(api: Api) -> None:
    api.seed.registrations(domains(30))

    first = deregister(api, *domains(30))
    second = deregister(api, *domains(30))

    assert {result["status"] for result in first.json["results"]} == {"deregistered"}
    assert {result["status"] for result in second.json["results"]} == {"not_found"}
    assert api.get("/v1/capacity").json["available"] == 50
