"""The vendor reports clients, who serves them and what they use."""

from datetime import timedelta
from typing import Any

import pytest

from shared.table.values import Item
from tests.audit_trails import chain_of, seals, trail
from tests.client_factories import ClientSeed, client_body, usage_body
from tests.functions.client import ADMIN, OPERATOR, Api, problem

CLIENT = "/v1/vendor/clients/4711"
RELATION = f"{CLIENT}/partners/p-hill"
USAGE = "/v1/vendor/usage/4711"
LEAST: dict[str, Any] = {"company": "Acme"}
NOTHING_ELSE: dict[str, Any] = {
    "website": None,
    "country": None,
    "decision_maker": None,
    "contact_tier": None,
    "email_tier": None,
    "portal_users": [],
    "crm_url": None,
    "account_url": None,
}
NO_USAGE: dict[str, Any] = {"tools": [], "apps": [], "engagement": None}


@pytest.fixture
def seed(api: Api) -> ClientSeed:
    return ClientSeed(table=api.table)


def entries(api: Api, trail: str) -> list[Item]:
    """Of a trail, what the vendor's operator did, oldest first."""
    found = [item for item in api.table.items() if item["pk"] == f"AUDIT#{trail}"]
    return sorted(
        (one for one in found if one["audit_actor"] == "u-olivia"), key=lambda one: (one["at"], one["action"])
    )


def told(entry: Item) -> tuple[Any, ...]:
    return tuple(entry[name] for name in ("action", "audit_object", "before", "after"))


def test_a_new_client_is_created_with_all_that_was_said(api: Api, seed: ClientSeed) -> None:
    answer = api.put(CLIENT, client_body())

    assert (answer.status, answer.json) == (201, {"result": "created", "hub_id": "4711", **client_body()})
    assert (seed.found().version, seed.found().relations) == (1, {})
    [entry] = entries(api, "~5")
    assert told(entry) == ("client.created", "client/4711", None, client_body())
    assert (entry["audit_actor"], entry["actor_role"]) == ("u-olivia", "vendor_operator")


def test_every_put_says_the_whole_of_the_client_and_leaves_the_rest_of_it_alone(api: Api, seed: ClientSeed) -> None:
    seed.client()
    seed.subscription()
    seed.usage()
    before = seed.found()

    answer = api.put(CLIENT, LEAST)

    assert (answer.status, answer.json) == (200, {"result": "updated", "hub_id": "4711", **LEAST, **NOTHING_ELSE})
    after = seed.found()
    assert (after.relations, after.subscriptions, after.usage) == (
        before.relations,
        before.subscriptions,
        before.usage,
    )
    [entry] = entries(api, "~5")
    assert told(entry) == ("client.changed", "client/4711", client_body(), {**LEAST, **NOTHING_ELSE})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CLIENT, client_body()),
        (RELATION, {"relationship": "managed"}),
        (USAGE, usage_body()),
    ],
)
def test_an_import_repeated_changes_nothing(api: Api, seed: ClientSeed, path: str, body: dict[str, Any]) -> None:
    seed.client(partners={})
    first = api.put(path, body)
    before = api.table.items()
    api.clock.advance(timedelta(days=1))

    answer = api.put(path, body)

    assert (answer.status, answer.json) == (200, {**first.json, "result": "unchanged"})
    assert api.table.items() == before


@pytest.mark.parametrize(
    ("path", "least", "nothing_else"),
    [(CLIENT, LEAST, NOTHING_ELSE), (USAGE, {"measured_on": "2026-03-16"}, NO_USAGE)],
)
def test_null_and_left_out_are_the_same(
    api: Api, path: str, least: dict[str, Any], nothing_else: dict[str, Any]
) -> None:
    api.put(CLIENT, LEAST)
    api.put(path, least)
    nulls = dict.fromkeys(nothing_else)

    answer = api.put(path, {**least, **nulls})

    assert answer.json == {"result": "unchanged", "hub_id": "4711", **least, **nothing_else}


def test_addresses_are_stored_once_and_in_lower_case(api: Api) -> None:
    body = client_body(
        portal_users=["Eve@Acme.example", "zoe@acme.example", "eve@acme.example"],
        decision_maker={"name": "Dana Day", "email": "DANA@acme.example"},
    )

    answer = api.put(CLIENT, body)

    assert answer.json["portal_users"] == ["eve@acme.example", "zoe@acme.example"]
    assert answer.json["decision_maker"] == {"name": "Dana Day", "email": "dana@acme.example", "language": "en"}


@pytest.mark.parametrize("website", ["acme.example", "www.acme.example/shop", "HTTP://acme.example:8080/a?b=c#d"])
def test_a_website_is_kept_as_people_write_it(api: Api, website: str) -> None:
    assert api.put(CLIENT, client_body(website=website)).json["website"] == website


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"company": None}, "#/company"),
        ({"company": "  "}, "#/company"),
        ({"company": "A\x07B"}, "#/company"),
        ({"website": "javascript:alert(1)"}, "#/website"),
        ({"website": "ftp://acme.example"}, "#/website"),
        ({"website": "acme.example:8080"}, "#/website"),
        ({"website": "https:///acme"}, "#/website"),
        ({"crm_url": "acme.example"}, "#/crm_url"),
        ({"crm_url": "javascript://acme.example/%0aalert(1)"}, "#/crm_url"),
        ({"crm_url": "https://vendor.example@evil.example/"}, "#/crm_url"),
        ({"crm_url": "https://evil.example\\@vendor.example/"}, "#/crm_url"),
        ({"crm_url": "https://[::1"}, "#/crm_url"),
        ({"crm_url": "https://acme.example:0x1"}, "#/crm_url"),
        ({"account_url": "https://acme .example"}, "#/account_url"),
        ({"account_url": "https://acme.example/\n"}, None),
        ({"account_url": "https://acme.example/\nb"}, "#/account_url"),
        ({"account_url": "https://acme.example/" + "a" * 2000}, "#/account_url"),
        ({"country": "de"}, "#/country"),
        ({"country": "XX"}, "#/country"),
        ({"decision_maker": {"name": "Dana"}}, "#/decision_maker/email"),
        ({"decision_maker": {"name": "Dana", "email": "dana"}}, "#/decision_maker/email"),
        ({"decision_maker": {"name": "D", "email": "d@a.example", "language": "fr"}}, "#/decision_maker/language"),
        ({"contact_tier": 2000}, "#/contact_tier"),
        ({"email_tier": ""}, "#/email_tier"),
        ({"portal_users": ["eve@acme.example", "eve"]}, "#/portal_users/1"),
        ({"portal_users": "eve@acme.example"}, "#/portal_users"),
        ({"portal_users": [f"user-{number}@acme.example" for number in range(501)]}, "#/portal_users"),
        ({"hub_id": "4711"}, "#/hub_id"),
        ({"bounced": None}, "#/bounced"),
    ],
)
def test_a_wrong_field_of_a_client_is_named(api: Api, change: dict[str, Any], pointer: str | None) -> None:
    before = api.table.items()

    answer = api.put(CLIENT, client_body(**change))

    if pointer is None:
        assert answer.status == 201
        return
    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert api.table.items() == before


def test_five_hundred_portal_users_fit(api: Api) -> None:
    users = [f"user-{number}@{'long-' * 10}name.example" for number in range(500)]

    assert api.put(CLIENT, client_body(portal_users=users)).json["portal_users"] == users
    assert api.put(CLIENT, client_body(portal_users=users[:-1])).json["result"] == "updated"


def test_a_related_partner_has_the_client_in_its_list(api: Api) -> None:
    api.put(CLIENT, client_body())

    answer = api.put(RELATION, {"relationship": "sold_and_managed"})

    relation = {"relationship": "sold_and_managed", "since": "2026-03-17T09:30:00Z"}
    assert (answer.status, answer.json) == (
        201,
        {"result": "created", "hub_id": "4711", "partner_id": "p-hill", **relation},
    )
    row = api.table.item("PARTNER#p-hill", "CLIENT#4711")
    assert row is not None
    assert (row["company"], row["relationship"]) == ("Acme", "sold_and_managed")
    [entry] = entries(api, "p-hill")
    stored = {**relation, "since": "2026-03-17T09:30:00.000000Z", "owner": None, "owner_version": 1_773_739_800_000_000}
    assert told(entry) == ("client_relation.created", "client/4711", None, stored)


def test_a_changed_relationship_keeps_since_when_it_has_been(api: Api, seed: ClientSeed) -> None:
    seed.client(partners={"p-hill": "sold", "p-lake": "managed"})
    api.clock.advance(timedelta(days=30))

    answer = api.put(RELATION, {"relationship": "managed"})

    assert answer.json == {
        "result": "updated",
        "hub_id": "4711",
        "partner_id": "p-hill",
        "relationship": "managed",
        "since": "2026-03-17T09:30:00Z",
    }
    assert {one: relation.relationship for one, relation in seed.found().relations.items()} == {
        "p-hill": "managed",
        "p-lake": "managed",
    }
    [entry] = entries(api, "p-hill")
    assert (entry["before"]["relationship"], entry["after"]["relationship"]) == ("sold", "managed")


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        (RELATION, {"relationship": "sold"}, (404, "unknown_client")),
        (f"{CLIENT}/partners/p-unknown", {"relationship": "sold"}, (404, "not_found")),
        (USAGE, usage_body(), (404, "unknown_client")),
    ],
)
def test_what_is_said_of_somebody_unknown_is_refused(
    api: Api, path: str, body: dict[str, Any], refusal: tuple[int, str]
) -> None:
    before = api.table.items()

    assert problem(api.put(path, body)) == refusal
    assert api.table.items() == before


@pytest.mark.parametrize("body", [{}, {"relationship": None}, {"relationship": "friend"}, {"relationship": "SOLD"}])
def test_a_relationship_is_one_of_three(api: Api, body: dict[str, Any]) -> None:
    api.put(CLIENT, client_body())

    answer = api.put(RELATION, body)

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/relationship"]


@pytest.mark.parametrize("hub_id", ["4711%20", "-4711", "x" * 65, "~5"])
def test_an_id_that_no_vendor_gives_is_refused(api: Api, hub_id: str) -> None:
    assert problem(api.put(f"/v1/vendor/clients/{hub_id}", client_body())) == (422, "validation_failed")


def test_the_audit_trail_of_a_client_names_no_partner_but_that_of_its_relations(api: Api) -> None:
    api.put(CLIENT, client_body())
    api.clock.advance(timedelta(minutes=1))
    api.put(RELATION, {"relationship": "sold"})
    api.clock.advance(timedelta(minutes=1))
    api.put(USAGE, usage_body())

    whole = api.get("/v1/vendor/audit", email=OPERATOR, query={"object": "client/4711"}).json["data"]
    partners = api.get("/v1/vendor/audit", email=OPERATOR, query={"partner_id": "p-hill", "actor": "u-olivia"})

    assert [(one["action"], one["partner_id"]) for one in whole] == [
        ("usage.created", None),
        ("client_relation.created", "p-hill"),
        ("client.created", None),
    ]
    assert [one["action"] for one in partners.json["data"]] == ["client_relation.created"]


def test_what_the_vendor_says_of_clients_is_sealed_and_verified_like_the_rest(api: Api) -> None:
    api.put(CLIENT, client_body())
    api.put("/v1/vendor/clients/4712", client_body())
    for one in ("~5", "~6"):
        chain_of(api.table, one).seal(trail(api.table, one), now=api.clock.now)
    end = seals(api.table, "~5")[-1]

    everything = verified(api)
    [chain, rest] = verified(api, partner_id="~5")

    assert [(page["partner_id"], page["seals"], page["entries"], page["faults"]) for page in everything] == [
        ("~5", 1, 0, []),
        ("~5", 0, 1, []),
        ("~6", 1, 0, []),
        ("~6", 0, 1, []),
    ]
    assert chain["head"] == {"position": 1, "hash": end["hash"]}
    assert (rest["entries"], rest["waiting"]) == (1, [])


def verified(api: Api, **query: str) -> list[dict[str, Any]]:
    """Every page of the verification."""
    path = "/v1/vendor/audit/verification"
    pages = [api.get(path, email=OPERATOR, query=query).json]
    while cursor := pages[-1]["next_cursor"]:
        pages.append(api.get(path, email=OPERATOR, query={**query, "cursor": cursor}).json)
    return pages


def test_partners_report_no_clients(api: Api) -> None:
    assert problem(api.put(CLIENT, client_body(), email=ADMIN)) == (403, "role_required")
