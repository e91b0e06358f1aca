"""Operators and their authenticator app, where the deployment requires one of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from functions.vendor.api import router as vendor_router
from shared import settings
from shared.http.application import UncheckedOperatorsError, create_handler
from shared.http.sign_ins import user_pool as pool_client
from shared.table.values import Item
from tests.engines import REGION
from tests.events import api_event, subject_of
from tests.faults import failing
from tests.functions.client import ADMIN, OPERATOR, Api, problem
from tests.pools import pooled_user

AUDIT = "/v1/vendor/audit"
REPORT = "/v1/vendor/activities"


@pytest.fixture
def strict(api: Api, user_pool: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Operators need an app; the operator has a sign-in without one."""
    boto3.client("cognito-idp").admin_create_user(UserPoolId=user_pool, Username=OPERATOR)
    monkeypatch.setenv("REQUIRE_AUTHENTICATOR", "operators")
    settings.operators_need_authenticator.cache_clear()
    yield api
    settings.operators_need_authenticator.cache_clear()


def switch(pool_id: str, *, on: bool) -> None:
    """As the operator does it at the pool."""
    pooled_user(pool_id, OPERATOR, region=REGION).software_token_mfa_enabled = on


def ask(api: Api, *, signed_in: timedelta = timedelta(), path: str = AUDIT, **more: Any) -> Any:
    """A request of the operator, who has given the password so much later than the clock shows."""
    method = "POST" if path == REPORT else "GET"
    event = api_event(method, path, body={"activities": []} if method == "POST" else None, email=OPERATOR, **more)
    at = api.clock.now + signed_in
    event["requestContext"]["authorizer"]["jwt"]["claims"]["auth_time"] = str(int(at.timestamp()))
    return api.send(event)


def operator(api: Api) -> Item:
    item = api.table.item(f"PERSON#{subject_of(OPERATOR)}", "PERSON")
    assert item is not None
    return item


@pytest.mark.parametrize("path", [AUDIT, REPORT])
def test_an_operator_without_an_app_is_refused(strict: Api, path: str) -> None:
    before = strict.table.items()

    answer = ask(strict, path=path)

    assert problem(answer) == (403, "authenticator_required")
    assert "Set one up" in answer.json["detail"]
    assert strict.table.items() == before


def test_a_token_from_before_the_app_is_refused_and_one_from_after_it_serves(strict: Api, user_pool: str) -> None:
    switch(user_pool, on=True)

    before = ask(strict, signed_in=-timedelta(minutes=5))
    after = ask(strict, signed_in=timedelta(seconds=1))

    assert (problem(before), after.status) == ((403, "authenticator_required"), 200)
    assert "sign in again" in before.json["detail"]
    assert operator(strict)["authenticator_since"] == "2026-03-17T09:30:00.000000Z"


def test_who_switches_the_app_off_is_refused_with_every_token(strict: Api, user_pool: str) -> None:
    switch(user_pool, on=True)
    assert ask(strict, signed_in=timedelta(seconds=1)).status == 200
    switch(user_pool, on=False)

    assert problem(ask(strict, signed_in=timedelta(seconds=1))) == (403, "authenticator_required")
    assert "authenticator_since" not in operator(strict)

    strict.clock.advance(timedelta(minutes=1))
    switch(user_pool, on=True)
    assert problem(ask(strict, signed_in=-timedelta(seconds=30))) == (403, "authenticator_required")
    assert ask(strict, signed_in=timedelta(seconds=1)).status == 200


def test_an_answer_kept_for_an_operator_is_not_told_without_the_app(strict: Api, user_pool: str) -> None:
    switch(user_pool, on=True)
    key = {"Idempotency-Key": "k-1"}
    assert problem(ask(strict, path=REPORT, signed_in=timedelta(seconds=1), headers=key)) == (422, "validation_failed")
    switch(user_pool, on=False)

    assert problem(ask(strict, path=REPORT, signed_in=timedelta(seconds=1), headers=key)) == (
        403,
        "authenticator_required",
    )


def test_a_pool_that_does_not_answer_opens_nothing(strict: Api, user_pool: str) -> None:
    switch(user_pool, on=True)

    with failing(pool_client(), seed=1, never_sent=1.0):
        assert problem(ask(strict, signed_in=timedelta(seconds=1))) == (503, "unavailable")


def test_partners_users_and_the_operators_own_page_need_none(strict: Api) -> None:
    assert strict.get("/v1/capacity", email=ADMIN).status == 200
    assert strict.get("/v1/me", email=OPERATOR).json["role"] == "vendor_operator"


def test_where_nobody_is_required_to_have_one_the_pool_is_not_asked(api: Api) -> None:
    with failing(pool_client(), seed=1, never_sent=1.0):
        assert ask(api).status == 200


def test_a_room_of_operators_that_asks_nothing_of_them_does_not_start() -> None:
    with pytest.raises(UncheckedOperatorsError):
        create_handler([vendor_router])
