"""Makes a vendor operator: the one kind of person that no route of the API can make, because it would take one to ask.

For a deployed stack: python -m local.operators --stack-name partnerdesk --email ann@vendor.example --name "Ann Hill",
with the AWS credentials of whoever administers it. The pool mails her a temporary password.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from msgspec.structs import replace

from shared.addresses import InvalidAddressError, sign_in_address
from shared.clock import utc_now
from shared.domain.operations import Operation
from shared.domain.people import Person, Role
from shared.errors import ProblemError
from shared.ids import new_id
from shared.table.people import move_person
from shared.table.persons import People, SignIn, stale
from shared.table.session import TableSession
from shared.table.transactions import Transaction

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient


class AddressTakenError(ProblemError):
    """The address belongs to somebody who is no operator."""

    status = 409
    code = "address_taken"
    title = "The address is taken"


@dataclass(frozen=True, kw_only=True)
class Access:
    """A deployed table and user pool, with clients that may write to them."""

    dynamodb: "DynamoDBClient"
    table_name: str
    cognito: "CognitoIdentityProviderClient"
    user_pool_id: str


def make_operator(access: Access, *, email: str, name: str) -> Person:
    """The person with a sign-in; whoever is an operator already stays as they are.

    A sign-in that the pool has lost is made anew. Raises AddressTakenError, and InvalidAddressError for what is no
    e-mail address.
    """
    email = sign_in_address(email)
    people = People(TableSession(client=access.dynamodb, table=access.table_name))
    holder = people.holder(email)
    person = people.find(holder.sub) if holder else None
    if holder and (person is None or not person.is_operator):
        raise AddressTakenError(f"{email} belongs to a partner's user. Operators need an address of their own.")
    sub = _sign_in(access, email, known=person.sub if person else None)
    if person is None:
        person = Person(sub=sub, email=email, user_id=new_id("u"), operator_name=name)
        transaction = Transaction(people.session, _operation(person))
        people.add(transaction, person, taken=stale)
        transaction.commit()
    elif person.sub != sub:
        transaction = Transaction(people.session, _operation(person))
        move_person(transaction, person, SignIn(sub, email))
        transaction.commit()
    return replace(person, sub=sub)


def _sign_in(access: Access, email: str, *, known: str | None) -> str:
    """The `sub` of the operator's sign-in, made where the pool has none.

    One that stands there and is no operator's may have a password that others know: it is made anew.
    """
    pool = access.cognito
    try:
        standing = pool.admin_get_user(UserPoolId=access.user_pool_id, Username=email)
    except pool.exceptions.UserNotFoundException:
        pass
    else:
        sub = _sub(standing["UserAttributes"])
        if sub == known:
            return sub
        pool.admin_delete_user(UserPoolId=access.user_pool_id, Username=email)
    made = pool.admin_create_user(
        UserPoolId=access.user_pool_id,
        Username=email,
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        DesiredDeliveryMediums=["EMAIL"],  # without it the pool would send a text message
    )
    return _sub(made["User"]["Attributes"])


def _sub(attributes: Iterable[Mapping[str, Any]]) -> str:
    return next(str(one["Value"]) for one in attributes if one["Name"] == "sub")


def _operation(person: Person) -> Operation:
    """Nobody calls: the new operator stands for the administrator at the machine."""
    operation_id = new_id("o")
    return Operation(
        id=operation_id, actor=person.user_id, actor_role=Role.VENDOR_OPERATOR, at=utc_now(), request_id=operation_id
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes a vendor operator of a deployed stack.")
    parser.add_argument("--stack-name", required=True)
    parser.add_argument("--email", required=True, help="also the user name")
    parser.add_argument("--name", required=True, help="as colleagues read it")
    arguments = parser.parse_args()
    stack = boto3.client("cloudformation").describe_stacks(StackName=arguments.stack_name)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    access = Access(
        dynamodb=boto3.client("dynamodb"),
        table_name=outputs["TableName"],
        cognito=boto3.client("cognito-idp"),
        user_pool_id=outputs["UserPoolId"],
    )
    try:
        person = make_operator(access, email=arguments.email, name=arguments.name)
    except AddressTakenError as error:
        sys.exit(error.detail)
    except InvalidAddressError as error:
        sys.exit(f"--email: {error.reason}")
    print(f"{person.email} can sign in with the temporary password that the pool has mailed.")


if __name__ == "__main__":
    main()
