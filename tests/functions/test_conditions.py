"""Headers of answers, and requests that hold for one version of an object only."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.client_factories import ClientSeed
from tests.events import Answer
from tests.factories import lead
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api, problem
from tests.functions.confirmations.conftest import LINKS, draft

LEADS = "/v1/registrations"
USERS = "/v1/users"


@pytest.fixture
def client_id(api: Api) -> str:
    seed = ClientSeed(table=api.table, at=api.clock.now)
    client_id = seed.client(partners={"p-hill": "sold_and_managed"})
    seed.subscription()
    return client_id


def readable(api: Api, client_id: str) -> list[str]:
    """One of each kind of object that has an ETag."""
    assert api.post(LEADS, lead("acme.example")).status == 201
    link = api.post(LINKS, draft()).json["id"]
    return [
        f"{LEADS}/acme.example",
        f"{LINKS}/{link}",
        f"{USERS}/u-max",
        "/v1/renewals/settings",
        f"/v1/clients/{client_id}/renewal-owner",
    ]


@pytest.mark.parametrize("spelling", ["{}", "W/{}", '"other", {}', ' "a,b" , W/{} ', "*"])
def test_an_object_that_is_known_is_not_sent_again(api: Api, client_id: str, spelling: str) -> None:
    for path in readable(api, client_id):
        read = api.get(path)
        for method in ("GET", "HEAD"):
            answer = api.request(method, path, known=spelling.format(read.headers["etag"]))

            assert (answer.status, answer.body) == (304, "")
            assert answer.headers.keys() == {"etag", "cache-control", "x-content-type-options", "x-request-id"}
            assert (answer.headers["etag"], answer.headers["cache-control"]) == (read.headers["etag"], "no-store")


@pytest.mark.parametrize("known", ['"other"', '"v11"', "v1", "", "W/", '""'])
def test_an_object_that_is_not_known_is_sent(api: Api, client_id: str, known: str) -> None:
    for path in readable(api, client_id):
        answer = api.get(path, known=known)

        assert answer.status == 200
        assert answer.json == api.get(path).json


def test_what_has_changed_is_sent_again(api: Api) -> None:
    api.post(LEADS, lead("acme.example"))
    known = api.get(f"{LEADS}/acme.example").headers["etag"]
    api.patch(f"{LEADS}/acme.example", {"company": "New"}, match=known)

    assert api.get(f"{LEADS}/acme.example", known=known).json["company"] == "New"


def test_what_nobody_may_read_is_not_said_to_be_unchanged(api: Api) -> None:
    api.post(LEADS, lead("acme.example"))

    assert problem(api.get(f"{LEADS}/acme.example", known="*", email=RIVAL)) == (404, "not_found")
    assert problem(api.get(f"{LEADS}/other.example", known="*")) == (404, "not_found")


def test_a_list_without_an_etag_is_sent_whatever_is_known(api: Api) -> None:
    assert api.get(LEADS, known="*").status == 200


def test_what_a_write_answers_is_sent_whatever_is_known(api: Api) -> None:
    assert api.post(LEADS, lead("acme.example"), known="*").status == 201


def a_link(api: Api) -> str:
    return f"{LINKS}/{api.post(LINKS, draft()).json['id']}"


def a_user(_: Api) -> str:
    return f"{USERS}/u-max"


REMOVABLE = [a_link, a_user]


@pytest.mark.usefixtures("user_pool")
@pytest.mark.parametrize("made", REMOVABLE)
@pytest.mark.parametrize("match", ['"other"', 'W/"v1"', "", '"v11"'])
def test_what_is_not_as_it_was_read_is_not_removed(api: Api, made: Callable[[Api], str], match: str) -> None:
    path = made(api)
    before = api.table.items()

    assert problem(api.delete(path, match=match)) == (412, "precondition_failed")
    assert api.table.items() == before
    assert api.get(path).status == 200


@pytest.mark.usefixtures("user_pool")
@pytest.mark.parametrize("made", REMOVABLE)
@pytest.mark.parametrize("match", [None, "*", "{}", '"other", {}'])
def test_what_is_as_it_was_read_is_removed(api: Api, made: Callable[[Api], str], match: str | None) -> None:
    path = made(api)
    tag = api.get(path).headers["etag"]

    assert api.delete(path, match=match and match.format(tag)).status == 204
    assert problem(api.get(path)) == (404, "not_found")


def test_a_link_that_was_changed_since_it_was_read_is_not_removed(api: Api) -> None:
    path = a_link(api)
    tag = api.get(path).headers["etag"]
    api.patch(path, {"name": "New"}, match=tag)

    assert problem(api.delete(path, match=tag)) == (412, "precondition_failed")
    assert api.get(path).json["name"] == "New"


def made(answer: Answer) -> str:
    assert answer.status == 201, answer.body
    return answer.headers["location"]


@pytest.mark.usefixtures("user_pool")
def test_whatever_is_made_says_where_it_can_be_read(api: Api) -> None:
    lead_at = made(api.post(LEADS, lead("müller.example")))
    link_at = made(api.post(LINKS, draft()))
    clone_at = made(api.post(f"{link_at}/clone"))
    user_at = made(api.post(USERS, {"email": "nia@hill.example", "name": "Nia Nord", "role": "partner_member"}))

    assert lead_at == f"{LEADS}/xn--mller-kva.example"
    assert [api.get(path).status for path in (lead_at, link_at, clone_at, user_at)] == [200] * 4
    assert clone_at != link_at


@pytest.mark.parametrize(
    ("path", "body"),
    [(LEADS, lead("acme.example")), (LINKS, draft())],
)
def test_a_repeated_request_is_told_the_same_place(api: Api, path: str, body: dict[str, Any]) -> None:
    first = api.post(path, body, key="one")

    assert made(api.post(path, body, key="one")) == made(first)


@pytest.mark.usefixtures("user_pool")
def test_a_put_that_makes_says_where_and_one_that_changes_does_not(api: Api) -> None:
    puts: list[tuple[str, dict[str, Any]]] = [
        ("/v1/vendor/partners/p-new", {"name": "New", "type": "solutions_partner"}),
        (
            "/v1/vendor/partners/p-new/users/u-new",
            {"email": "n@new.example", "name": "Nia", "role": "partner_admin"},
        ),
        ("/v1/vendor/clients/4711", {"company": "Acme"}),
        ("/v1/vendor/clients/4711/partners/p-new", {"relationship": "sold"}),
        (
            "/v1/vendor/subscriptions/s-1",
            {
                "hub_id": "4711",
                "product": "sales_hub",
                "edition": "starter",
                "mrr": {"amount": 100, "currency": "EUR"},
                "started_on": "2026-01-01",
            },
        ),
        ("/v1/vendor/usage/4711", {"measured_on": "2026-03-01"}),
        (
            "/v1/vendor/deals/d-1",
            {
                "partner_id": "p-new",
                "hub_id": "4711",
                "domain": "acme.example",
                "deal_type": "partner_sourced",
                "mrr": {"amount": 100, "currency": "EUR"},
                "closed_on": "2026-03-01",
            },
        ),
    ]
    for path, body in puts:
        first, again = api.put(path, body), api.put(path, body)

        assert (first.status, first.headers["location"]) == (201, path), first.body
        assert (again.status, "location" in again.headers) == (200, False)


def test_every_answer_is_for_its_caller_alone(api: Api) -> None:
    answers = [
        api.get(LEADS),
        api.get(LEADS, query={"limit": "0"}),
        api.get("/v1/registrations/none.example"),
        api.post(LEADS, lead("acme.example")),
        api.post(LEADS, "{"),
        api.post(f"{LEADS}/batch", {"items": [{}]}),
        api.get("/v1/registrations.csv"),
        api.get("/v1/me", email="nobody@hill.example"),
        api.request("HEAD", LEADS),
        api.request("TRACE", LEADS),
        api.get("/v1/registrations/a/b/c"),
        api.get("/v1/vendor/audit", email=OPERATOR),
        api.get(LEADS, email=MEMBER),
    ]
    for answer in answers:
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


CURSORS = [
    "", " ", "A", "\u00e9", "\u4e2d" * 400, "A" * 3_000, "A" * 7_000, "=" * 50, "a b", "%00", "\x00", "null", "-1",
    "eyJwayI6IlBBUlRORVIjcC1sYWtlIn0",
]  # fmt: skip


@pytest.mark.usefixtures("user_pool")
def test_a_cursor_that_is_none_of_ours_is_refused_by_every_list(api: Api, client_id: str) -> None:
    assert api.put(f"{USERS}/u-max/partner-employee", {"enabled": True}, email=ADMIN).status == 200
    lists = [
        LEADS, "/v1/clients", "/v1/renewals", LINKS, f"{a_link(api)}/events", USERS, "/v1/employees",
        "/v1/employees/u-max", "/v1/employees/u-max/activity", "/v1/transfer-requests", "/v1/tier/points",
        f"/v1/tier/points/{client_id}",
    ]  # fmt: skip
    operators = ["/v1/vendor/audit", "/v1/vendor/audit/verification"]
    for path, email in [*((path, ADMIN) for path in lists), *((path, OPERATOR) for path in operators)]:
        foreign = api.get(USERS, query={"limit": "1"}).json["next_cursor"] if path != USERS else "A"
        for cursor in [*CURSORS, foreign]:
            query = {"cursor": cursor, "partner_id": "p-hill"} if path in operators else {"cursor": cursor}

            assert problem(api.get(path, query=query, email=email)) == (400, "invalid_cursor"), (path, cursor)
