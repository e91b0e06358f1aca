"""Makes a vendor operator: the one kind of person that no route of the API can make, because it would take one to ask.

For a deployed stack: python -m local.operators --stack-name partnerdesk --email ann@vendor.example --name "Ann Hill",
with the AWS credentials of whoever administers it. The pool mails her a temporary password.
"""

import argparse
import contextlib
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from shared.clock import utc_now
from shared.domain.operations import Operation
from shared.domain.people import Person, Role
from shared.errors import ProblemError
from shared.ids import new_id
from shared.table.people import People
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
    """The person with a sign-in; whoever is an operator already stays as they are. Raises AddressTakenError."""
    session = TableSession(client=access.dynamodb, table=access.table_name)
    people = People(session)
    taken = AddressTakenError(f"{email} belongs to a partner's user. Operators need an address of their own.")
    person = people.find(email)
    if person is None:
        person = Person(email=email, user_id=new_id("u"), operator_name=name)
        transaction = Transaction(session, _operation(person))
        people.add(transaction, person, taken=lambda _: taken)
        transaction.commit()
    elif not person.is_operator:
        raise taken
    with contextlib.suppress(access.cognito.exceptions.UsernameExistsException):
        access.cognito.admin_create_user(
            UserPoolId=access.user_pool_id,
            Username=email,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
    return person


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
        make_operator(access, email=arguments.email, name=arguments.name)
    except AddressTakenError as error:
        sys.exit(error.detail)
    print(f"{arguments.email} can sign in with the temporary password that the pool has mailed.")


if __name__ == "__main__":
    main()
