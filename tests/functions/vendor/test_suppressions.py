"""Addresses that are not mailed any more, as the vendor's operators see them and lift them."""

from typing import Any
from urllib.parse import quote

import pytest

from shared.table.clients import AllClients
from shared.table.suppressions import Suppressions
from tests.client_factories import ClientSeed
from tests.functions.client import ADMIN, OPERATOR, Api, problem

NOBODY = "nobody@acme.example"
DANA = "dana@acme.example"


def path(email: str) -> str:
    return f"/v1/vendor/suppressions/{quote(email, safe='')}"


def suppress(api: Api, email: str) -> None:
    Suppressions(api.seed.session).add(email, reason="bounce", notice_id="n-1", at=api.clock.now)


def test_an_operator_reads_why_an_address_gets_no_mail(api: Api) -> None:
    suppress(api, NOBODY)

    answer = api.get(path(NOBODY), email=OPERATOR)

    assert (answer.status, answer.json) == (
        200,
        {"email": NOBODY, "reason": "bounce", "notice_id": "n-1", "suppressed_at": "2026-03-17T09:30:00Z"},
    )


@pytest.mark.parametrize(
    "email",
    [NOBODY, "no+body%23@acme.example", "o'neill&co=1@acme.example", "a#b/c?d`e@acme.example", "/@acme.example"],
)
def test_an_address_is_mailed_again_once_its_suppression_is_lifted(api: Api, email: str) -> None:
    suppress(api, email)
    suppress(api, "somebody@acme.example")

    answer = api.delete(path(email.upper()), email=OPERATOR)

    assert (answer.status, answer.body) == (204, "")
    suppressions = Suppressions(api.seed.session)
    assert (suppressions.holds(email), suppressions.holds("somebody@acme.example")) == (False, True)
    [entry] = api.get("/v1/vendor/audit", query={"object": f"suppression/{email}"}, email=OPERATOR).json["data"]
    assert entry == {
        "id": entry["id"],
        "as_of": None,
        "at": "2026-03-17T09:30:00Z",
        "partner_id": None,
        "actor": {"user_id": "u-olivia", "role": "vendor_operator"},
        "action": "suppression.lifted",
        "object": f"suppression/{email}",
        "before": {
            "email": email,
            "reason": "bounce",
            "notice_id": "n-1",
            "suppressed_at": "2026-03-17T09:30:00.000000Z",
            "hub_ids": [],
        },
        "after": None,
        "request_id": answer.headers["x-request-id"],
    }


def test_the_clients_of_an_address_that_is_lifted_can_be_told_of_renewals_again(api: Api) -> None:
    seed = ClientSeed(table=api.table)
    for hub_id, email in (("4711", DANA), ("4712", DANA), ("4713", NOBODY)):
        seed.client(hub_id, decision_maker={"name": "Dana Day", "email": email, "language": "en"})
        seed.subscription(f"s-{hub_id}", hub_id=hub_id)
    seed.bounce(DANA, "4711", "4712")
    seed.bounce(NOBODY, "4713")

    answer = api.delete(path(DANA), email=OPERATOR)

    assert answer.status == 204
    shown = {row["client_id"]: row["flags"] for row in api.get("/v1/renewals").json["data"]}
    assert shown == {"c-4711": [], "c-4712": [], "c-4713": ["decision_maker_undeliverable"]}
    [entry] = [one for one in api.table.items() if one.get("action") == "client.decision_maker_deliverable"][1:]
    assert (entry["audit_object"], entry["audit_actor"]) == ("client/4712", "u-olivia")
    assert (entry["before"], entry["after"]) == ({"bounced": DANA}, {"bounced": None})


def test_a_client_that_names_somebody_else_meanwhile_is_left_alone(api: Api) -> None:
    seed = ClientSeed(table=api.table)
    seed.client()
    seed.bounce(DANA, "4711")
    seed.client(decision_maker={"name": "No Body", "email": NOBODY, "language": "en"})
    seed.bounce(NOBODY, "4711")

    assert api.delete(path(DANA), email=OPERATOR).status == 204

    assert seed.found().bounced == NOBODY


def test_a_client_that_shows_the_suppression_meanwhile_is_cleared_too(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = ClientSeed(table=api.table)
    for hub_id in ("4711", "4712"):
        seed.client(hub_id)
    seed.bounce(DANA, "4711")
    save = AllClients.save

    def overtaken(*arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(AllClients, "save", save)
        seed.bounce(DANA, "4712")
        return save(*arguments, **more)

    monkeypatch.setattr(AllClients, "save", overtaken)

    assert api.delete(path(DANA), email=OPERATOR).status == 204
    assert (seed.found("4711").bounced, seed.found("4712").bounced) == (None, None)


def test_an_address_that_is_not_suppressed_is_not_found(api: Api) -> None:
    before = api.table.items()

    for answer in (api.get(path(NOBODY), email=OPERATOR), api.delete(path(NOBODY), email=OPERATOR)):
        assert problem(answer) == (404, "not_found")
        assert answer.json["detail"] == "The address is not suppressed: it is mailed like any other."
    assert api.table.items() == before


@pytest.mark.parametrize("email", ["a#b@acme.example", "a/b@acme.example"])
def test_an_operator_reads_about_an_address_whatever_stands_before_its_at_sign(api: Api, email: str) -> None:
    suppress(api, email)

    answer = api.get(path(email), email=OPERATOR)

    assert (answer.status, answer.json["email"]) == (200, email)
    assert problem(api.put(path(email), {}, email=OPERATOR)) == (405, "method_not_allowed")


def test_what_is_no_address_is_refused(api: Api) -> None:
    for method in ("GET", "DELETE"):
        answer = api.request(method, path("nobody"), email=OPERATOR)
        assert problem(answer) == (422, "validation_failed")
        assert [error["pointer"] for error in answer.json["errors"]] == ["#/path/email"]


def test_a_partner_lifts_nothing(api: Api) -> None:
    suppress(api, NOBODY)

    assert problem(api.delete(path(NOBODY), email=ADMIN)) == (403, "role_required")
    assert Suppressions(api.seed.session).holds(NOBODY)
