"""From a deal to the tier and its review, on the running stack."""

import json
from typing import Any

import pytest

from tests.system.conftest import Stack

ADMIN = "laura@lumen.example"


def invoke(stack: Stack, name: str, event: dict[str, Any]) -> Any:
    function = stack.description["functions"][name]
    answer = stack.aws("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
    content = answer["Payload"].read()
    assert "FunctionError" not in answer, content
    return json.loads(content)


@pytest.mark.feature("A35", "A44")
def test_the_example_deals_count_for_the_tier(stack: Stack) -> None:
    token = stack.token(ADMIN)
    tier = stack.call("GET", "/v1/tier", token=token)
    clients = stack.call("GET", "/v1/tier/points", token=token)

    assert (tier.status, clients.status) == (200, 200)
    rows = clients.body["data"]
    assert tier.body["points"]["sold"] == pytest.approx(sum(row["sold"] for row in rows))
    assert tier.body["points"]["sold"] >= 34  # 420 and 260 dollars a month, sourced

    told = invoke(stack, "tier_review", {"as_of": "2031-01-15", "dry_run": True})
    assert told["reviewed"] == 5
    assert {change["reason"] for change in told["changes"]} == {"not_certified"}
    assert stack.call("GET", "/v1/tier", token=token).body["credited_tier"] == tier.body["credited_tier"]
