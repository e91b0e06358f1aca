"""The API on an empty table, with the people that most tests need."""

import boto3
import pytest

from shared.domain.people import Role
from tests.clocks import StoppedClock
from tests.engines import StoredTable
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api


@pytest.fixture
def empty_api(table: StoredTable, clock: StoppedClock) -> Api:
    return Api(table=table, clock=clock)


@pytest.fixture
def api(empty_api: Api) -> Api:
    """Partner p-hill, untiered, with an admin and a member; its rival p-lake; and an operator of the vendor."""
    seed = empty_api.seed
    seed.partner("p-hill", name="Hill Consulting")
    seed.partner("p-lake", name="Lake & Co")
    seed.user(ADMIN, name="Ada Hill")
    seed.user(MEMBER, name="Max Moss", role=Role.PARTNER_MEMBER)
    seed.user(RIVAL, partner_id="p-lake", name="Rita Lake")
    seed.operator(OPERATOR)
    return empty_api


@pytest.fixture
def user_pool(table: StoredTable, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of an empty user pool that the functions use."""
    pool = boto3.client("cognito-idp").create_user_pool(PoolName="test", UsernameConfiguration={"CaseSensitive": False})
    pool_id = pool["UserPool"]["Id"]
    monkeypatch.setenv("USER_POOL_ID", pool_id)
    return pool_id
