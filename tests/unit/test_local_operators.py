from collections.abc import Iterator

import boto3
import pytest

from local.operators import Access, AddressTakenError, make_operator
from shared.table import keys
from tests.engines import REGION, StoredTable


@pytest.fixture
def access(table: StoredTable) -> Iterator[Access]:
    cognito = boto3.client("cognito-idp", region_name=REGION)
    pool = cognito.create_user_pool(PoolName="example")["UserPool"]["Id"]
    yield Access(dynamodb=table.client, table_name=table.name, cognito=cognito, user_pool_id=pool)
    cognito.delete_user_pool(UserPoolId=pool)


def test_an_operator_is_a_person_with_a_sign_in(access: Access, table: StoredTable) -> None:
    person = make_operator(access, email="ann@vendor.example", name="Ann Hill")
    stored = table.item(*keys.person("ann@vendor.example"))
    assert stored is not None
    assert stored == {
        "pk": "PERSON#ann@vendor.example",
        "sk": "PERSON",
        "write_id": stored["write_id"],
        "email": "ann@vendor.example",
        "user_id": person.user_id,
        "operator_name": "Ann Hill",
        "memberships": {},
        "version": 0,
    }
    identity = table.item(*keys.identity(person.user_id))
    assert identity is not None
    assert identity["email"] == "ann@vendor.example"
    user = access.cognito.admin_get_user(UserPoolId=access.user_pool_id, Username="ann@vendor.example")
    attributes = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
    assert (attributes["email"], attributes["email_verified"]) == ("ann@vendor.example", "true")


def test_making_an_operator_again_changes_nothing(access: Access, table: StoredTable) -> None:
    first = make_operator(access, email="ann@vendor.example", name="Ann Hill")
    before = table.items()
    assert make_operator(access, email="ann@vendor.example", name="Ann Other") == first
    assert table.items() == before


def test_a_sign_in_that_was_lost_is_made_again(access: Access) -> None:
    make_operator(access, email="ann@vendor.example", name="Ann Hill")
    access.cognito.admin_delete_user(UserPoolId=access.user_pool_id, Username="ann@vendor.example")
    make_operator(access, email="ann@vendor.example", name="Ann Hill")
    user = access.cognito.admin_get_user(UserPoolId=access.user_pool_id, Username="ann@vendor.example")
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_a_partners_user_cannot_become_an_operator(access: Access, table: StoredTable) -> None:
    operator = make_operator(access, email="ann@vendor.example", name="Ann Hill")
    stored = table.item(*keys.person(operator.email))
    assert stored is not None
    table.put({**stored, "operator_name": None})
    with pytest.raises(AddressTakenError) as refusal:
        make_operator(access, email="ann@vendor.example", name="Ann Hill")
    assert refusal.value.detail == (
        "ann@vendor.example belongs to a partner's user. Operators need an address of their own."
    )
