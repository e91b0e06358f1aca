"""The weekly digest: who wants it gets one every Monday, and one click ends it."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from functions.renewals import digest, unsubscribe
from shared.domain.links import LinkPlace
from shared.link_tokens import DigestPlace, link_token, stop_digest_url
from shared.table.values import Item
from tests.client_factories import ClientSeed
from tests.events import Answer, api_event, call
from tests.functions.client import ADMIN, MEMBER, Api, problem
from tests.functions.notifications.outbox import RunContext

DIGEST = "/v1/renewals/digest"
MONDAY, NEXT_MONDAY = "2026-03-23", "2026-03-30"
ONE_CLICK = "List-Unsubscribe=One-Click"
MAX = DigestPlace("p-hill", "u-max")


def run(as_of: str, *, milliseconds_left: int = 60_000) -> dict[str, int]:
    return digest.lambda_handler({"as_of": as_of}, RunContext(milliseconds_left))


def digests(api: Api) -> list[Item]:
    return [item for item in api.table.items() if item.get("kind") == "renewal_digest"]


def turn_on(api: Api, email: str = MEMBER) -> None:
    assert api.put(DIGEST, {"weekly": True}, email=email).json == {"weekly": True}


def visit(
    api: Api, method: str, url: str, *, body: str | None = None, media_type: str = "application/x-www-form-urlencoded"
) -> Answer:
    headers = {"Content-Type": media_type} if body is not None else {}
    event = api_event(method, urlsplit(url).path, body=body, headers=headers)
    return call(unsubscribe.create_handler(api.clock), event)


def test_who_wants_it_no_more_says_so_to_the_api(api: Api) -> None:
    turn_on(api)

    for _ in range(2):
        assert api.put(DIGEST, {"weekly": False}, email=MEMBER).json == {"weekly": False}

    assert api.get(DIGEST, email=MEMBER).json == {"weekly": False}
    assert run(MONDAY) == {"posted": 0, "without_renewals": 0, "ended": 0}


@pytest.mark.usefixtures("acme")
def test_who_wants_the_digest_gets_one_every_monday(api: Api) -> None:
    assert api.get(DIGEST, email=MEMBER).json == {"weekly": False}
    turn_on(api)
    assert (api.get(DIGEST, email=MEMBER).json, api.get(DIGEST, email=ADMIN).json) == (
        {"weekly": True},
        {"weekly": False},
    )

    assert run("2026-03-22") == {"posted": 0, "without_renewals": 0, "ended": 0}
    assert run(MONDAY) == {"posted": 1, "without_renewals": 0, "ended": 0}
    assert run(MONDAY) == {"posted": 0, "without_renewals": 0, "ended": 0}
    assert run(NEXT_MONDAY)["posted"] == 1

    first, second = sorted(digests(api), key=lambda one: -one["content"]["renewals"][0]["days_to_decide"])
    assert (first["user_id"], first["email"]) == ("u-max", None)
    assert first["content"] == {
        "partner_name": "Hill Consulting",
        "more": False,
        "renewals": [
            {
                "renewal_id": "r-s-1",
                "company": "Acme",
                "product": "marketing_hub",
                "edition": "professional",
                "current_mrr": {"amount": 127200, "currency": "EUR"},
                "renewal_mrr": {"amount": 140000, "currency": "EUR"},
                "starts_on": "2026-06-15",
                "decision_deadline": "2026-05-01",
                "days_to_decide": 39,
            }
        ],
    }
    assert second["content"]["renewals"][0]["days_to_decide"] == 32


@pytest.mark.usefixtures("acme")
def test_weeks_without_a_run_are_made_up_for_by_one_digest(api: Api) -> None:
    turn_on(api)

    assert run("2026-04-08")["posted"] == 1
    assert run("2026-04-09")["posted"] == 0
    assert run("2026-04-13")["posted"] == 1


def test_a_week_with_nothing_to_decide_brings_no_mail(api: Api, seed: ClientSeed) -> None:
    seed.client()
    seed.subscription(renews_in=40)
    turn_on(api)

    assert run(MONDAY) == {"posted": 0, "without_renewals": 1, "ended": 0}
    assert digests(api) == []


@pytest.mark.usefixtures("acme", "user_pool")
def test_who_has_left_gets_none(api: Api) -> None:
    turn_on(api)
    assert api.delete("/v1/users/u-max").status == 204

    assert run(MONDAY) == {"posted": 0, "without_renewals": 0, "ended": 1}
    assert run(NEXT_MONDAY) == {"posted": 0, "without_renewals": 0, "ended": 0}


@pytest.mark.usefixtures("acme")
def test_what_a_run_has_no_time_for_the_next_takes(api: Api) -> None:
    turn_on(api)

    assert run(MONDAY, milliseconds_left=10)["posted"] == 0
    assert run(MONDAY)["posted"] == 1


def test_a_wish_that_is_none_is_refused(api: Api) -> None:
    for body in ({}, {"weekly": "yes"}, {"weekly": True, "daily": True}):
        assert problem(api.put(DIGEST, body, email=MEMBER)) == (422, "validation_failed")


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (ONE_CLICK, "application/x-www-form-urlencoded"),
        (f"--b\r\n\r\n{ONE_CLICK}\r\n--b--", "multipart/form-data; boundary=b"),
        (None, ""),
    ],
)
def test_one_click_ends_the_digest_and_looking_does_not(api: Api, body: str | None, media_type: str) -> None:
    turn_on(api)
    url = stop_digest_url(MAX)
    before = api.table.items()

    for method in ("GET", "HEAD"):
        assert visit(api, method, url).status == 200
    assert api.table.items() == before
    assert '<form class="card" method="post"' in visit(api, "GET", url).body

    ended = visit(api, "POST", url, body=body, media_type=media_type)
    assert ended.status == 200
    assert "No more digests" in ended.body
    assert api.get(DIGEST, email=MEMBER).json == {"weekly": False}
    assert visit(api, "POST", url, body=body, media_type=media_type).body == ended.body
    assert visit(api, "GET", url).body == ended.body
    assert run(MONDAY)["posted"] == 0


def test_whatever_opens_no_digest_answers_one_page(api: Api) -> None:
    token = stop_digest_url(MAX).rpartition("/")[2]
    where, _, secret = token.partition(".")
    unknown = [
        f"/d/{text}" for text in ("", "x", where, f"{where}.", f"{where}.{secret[::-1]}", link_token(LinkPlace(*MAX)))
    ]

    unknown.append("/d/" + "a" * 2_048)
    methods = ("GET", "POST", "PUT", "DELETE")
    answers = [visit(api, method, f"https://desk.example{path}") for path in unknown for method in methods]

    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    refused = visit(api, "DELETE", f"https://desk.example/d/{token}")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, POST")
    for answer in (*answers, refused, visit(api, "GET", stop_digest_url(MAX))):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["cache-control"] == "no-store"


def test_the_first_digest_comes_on_the_next_monday(api: Api) -> None:
    api.clock.now = datetime(2026, 3, 23, 0, 0, tzinfo=UTC)
    turn_on(api)

    [item] = [item for item in api.table.items() if item["sk"] == "DIGEST#u-max"]
    assert item["due_at"] == "2026-03-30T00:00:00.000000Z"
