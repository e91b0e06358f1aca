from collections.abc import Iterator

import boto3
import pytest

from local.operators import Access, AddressTakenError, make_operator
from shared.addresses import InvalidAddressError
from shared.table import keys
from tests.engines import REGION, StoredTable
from tests.events import subject_of


@pytest.fixture
def access(table: StoredTable) -> Iterator[Access]:
    cognito = boto3.client("cognito-idp", region_name=REGION)
    pool = cognito.create_user_pool(PoolName="example")["UserPool"]["Id"]
    yield Access(dynamodb=table.client, table_name=table.name, cognito=cognito, user_pool_id=pool)
    cognito.delete_user_pool(UserPoolId=pool)


def test_an_operator_is_a_person_with_a_sign_in(access: Access, table: StoredTable) -> None:
    person = make_operator(access, email="ann@vendor.example", name="Ann Hill")
    sub = subject_of("ann@vendor.example")
    stored = table.item(*keys.person(sub))
    assert stored is not None
    assert stored == {
        "pk": f"PERSON#{sub}",
        "sk": "PERSON",
        "write_id": stored["write_id"],
        "sub": sub,
        "email": "ann@vendor.example",
        "user_id": person.user_id,
        "operator_name": "Ann Hill",
        "memberships": {},
        "invitations": {},
        "version": 0,
    }
    identity = table.item(*keys.identity(person.user_id))
    assert identity is not None
    assert (identity["sub"], identity["email"]) == (sub, "ann@vendor.example")
    user = access.cognito.admin_get_user(UserPoolId=access.user_pool_id, Username="ann@vendor.example")
    attributes = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
    assert (attributes["email"], attributes["email_verified"]) == ("ann@vendor.example", "true")


def test_making_an_operator_again_changes_nothing(access: Access, table: StoredTable) -> None:
    first = make_operator(access, email="ann@vendor.example", name="Ann Hill")
    before = table.items()
    assert make_operator(access, email="ann@vendor.example", name="Ann Other") == first
    assert table.items() == before


def test_an_operator_is_found_by_the_one_spelling_of_the_address(access: Access, table: StoredTable) -> None:
    person = make_operator(access, email=" Ann@VENDOR.example", name="Ann Hill")
    before = table.items()

    assert person.email == "ann@vendor.example"
    assert make_operator(access, email="ANN@vendor.example", name="Ann Hill") == person
    assert table.items() == before
    users = access.cognito.list_users(UserPoolId=access.user_pool_id)["Users"]
    assert [user["Username"] for user in users] == ["ann@vendor.example"]


@pytest.mark.parametrize("email", ["ann", "Ann Hill <ann@vendor.example>", "a@vendor.example, b@vendor.example"])
def test_what_is_no_address_makes_no_operator(access: Access, table: StoredTable, email: str) -> None:
    with pytest.raises(InvalidAddressError):
        make_operator(access, email=email, name="Ann Hill")
    assert table.items() == []


def test_a_sign_in_whose_password_somebody_knows_does_not_become_an_operators(access: Access) -> None:
    access.cognito.admin_create_user(UserPoolId=access.user_pool_id, Username="ann@vendor.example")
    assert make_operator(access, email="ann@vendor.example", name="Ann").sub == subject_of(
        "ann@vendor.example", generation=1
    )


def test_a_sign_in_that_was_lost_is_made_again(access: Access, table: StoredTable) -> None:
    make_operator(access, email="ann@vendor.example", name="Ann Hill")
    access.cognito.admin_delete_user(UserPoolId=access.user_pool_id, Username="ann@vendor.example")
    person = make_operator(access, email="ann@vendor.example", name="Ann Hill")
    user = access.cognito.admin_get_user(UserPoolId=access.user_pool_id, Username="ann@vendor.example")
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert person.sub == subject_of("ann@vendor.example", generation=1)
    assert table.item(*keys.person(person.sub)) is not None
    assert table.item(*keys.person(subject_of("ann@vendor.example"))) is None


def test_a_partners_user_cannot_become_an_operator(access: Access, table: StoredTable) -> None:
    operator = make_operator(access, email="ann@vendor.example", name="Ann Hill")
    stored = table.item(*keys.person(operator.sub))
    assert stored is not None
    table.put({**stored, "operator_name": None})
    with pytest.raises(AddressTakenError) as refusal:
        make_operator(access, email="ann@vendor.example", name="Ann Hill")
    assert refusal.value.detail == (
        "ann@vendor.example belongs to a partner's user. Operators need an address of their own."
    )
