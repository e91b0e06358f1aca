"""The system as `make up` starts it: reachable as stack.json says, with people who can sign in."""

import json
import socket

import pytest

from local.example_data import PARTNERS
from tests.system.conftest import Stack


def test_the_description_says_how_to_reach_the_stack(stack: Stack) -> None:
    port = stack.place.port
    assert set(stack.description) == {
        "base_url",
        "connect",
        "host",
        "endpoint_url",
        "region",
        "user_pool_id",
        "user_pool_client_id",
        "table_name",
        "inbox_url",
        "functions",
        "users",
    }
    assert stack.description["base_url"] == f"http://0000beef.execute-api.localhost:{port}"
    assert stack.description["connect"] == f"127.0.0.1:{port}"
    assert stack.description["host"] == f"0000beef.execute-api.localhost:{port}"
    assert stack.description["endpoint_url"] == f"http://127.0.0.1:{port}"
    assert stack.description["region"] == "eu-central-1"
    assert stack.description["inbox_url"] == f"http://127.0.0.1:{port}/_ministack/ses/messages"


def test_every_listed_user_can_sign_in_to_the_listed_partner(stack: Stack) -> None:
    seen = []
    for user in stack.description["users"]:
        headers = {"X-Partner-Id": user["partner_id"]} if user["partner_id"] else {}
        answer = stack.call("GET", "/v1/me", token=stack.token(user["email"]), headers=headers)
        seen.append(
            {"email": answer.body["email"], "role": answer.body["role"], "partner_id": answer.body["partner_id"]}
        )
    assert seen == [
        {"email": user["email"], "role": user["role"], "partner_id": user["partner_id"]}
        for user in stack.description["users"]
    ]


def test_the_example_leads_are_registered_and_one_partner_is_over_its_limit(stack: Stack) -> None:
    capacities = {}
    for partner in PARTNERS:
        answer = stack.call("GET", "/v1/capacity", token=stack.token(partner.users[0].email))
        capacities[partner.partner_id] = (answer.body["tier"], answer.body["used"], answer.body["state"])
    assert capacities == {
        "p-sparrow": ("untiered", 22, "within"),
        "p-hafen": ("silver", 28, "over_limit"),
        "p-lumen": ("gold", 12, "within"),
        "p-orchard": ("platinum", 18, "within"),
        "p-tide": ("diamond", 30, "within"),
    }


@pytest.mark.parametrize("token", [None, "nonsense", "a.b.c"])
def test_the_gateway_turns_away_who_is_not_signed_in(stack: Stack, token: str | None) -> None:
    assert stack.call("GET", "/v1/me", token=token).status == 401


def test_a_path_that_nobody_knows_is_answered_as_a_problem(stack: Stack) -> None:
    answer = stack.call("GET", "/v1/nothing", token=stack.token("sally@sparrow.example"))
    assert (answer.status, answer.body["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_browser_on_the_public_address_may_call_and_another_may_not(stack: Stack) -> None:
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization,if-none-match"}
    own = stack.call("OPTIONS", "/v1/me", headers={"Origin": stack.description["base_url"], **asks})
    assert own.status == 204
    assert own.headers["access-control-allow-origin"] == stack.description["base_url"]
    assert {"authorization", "if-match", "if-none-match"} <= set(own.headers["access-control-allow-headers"].split(","))
    read = stack.call("GET", "/openapi.json", headers={"Origin": stack.description["base_url"]})
    assert {"location", "etag"} <= set(read.headers["access-control-expose-headers"].split(","))
    foreign = stack.call("OPTIONS", "/v1/me", headers={"Origin": "https://elsewhere.example", **asks})
    assert "access-control-allow-origin" not in foreign.headers


def test_scheduled_functions_run_for_the_day_they_are_told(stack: Stack) -> None:
    assert "capacity_expiry" in stack.description["functions"]
    for name in stack.description["functions"].values():
        answer = stack.aws("lambda").invoke(FunctionName=name, Payload=json.dumps({"as_of": "2026-01-31"}))
        assert "FunctionError" not in answer, answer["Payload"].read()


def test_only_the_loopback_address_is_listened_on(stack: Stack) -> None:
    with socket.create_connection(("127.0.0.1", stack.place.port)):
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", stack.place.port))


def test_expired_items_leave_the_table_as_they_do_on_aws(stack: Stack) -> None:
    setting = stack.aws("dynamodb").describe_time_to_live(TableName=stack.description["table_name"])
    assert setting["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
