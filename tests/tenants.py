"""The whole API with two partners in it, for tests that send it thousands of requests."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from functions.reference.document import document
from local.dynoxide import is_left_out
from local.place import PROJECT
from tests.conftest import ENVIRONMENT
from tests.engines import StoredTable, dynoxide_engine, moto_engine
from tests.events import Answer
from tests.factories import Seed, domains, lead
from tests.gateway import Gateway, bearer
from tests.process import forget_process

ADMIN = "ada@hill.example"
RIVAL = "rita@lake.example"
OPERATOR = "olivia@vendor.example"

VERBS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True, kw_only=True)
class Tenants:
    """Partner p-hill with ADMIN, its rival p-lake with RIVAL, and the vendor's OPERATOR; both partners have leads."""

    gateway: Gateway
    table: StoredTable
    user_pool_id: str

    def request(self, email: str, method: str, path: str, **more: Any) -> Answer:
        headers = {**bearer(email), **more.pop("headers", {})}
        return self.gateway.request(method, path, headers=headers, **more)


@contextlib.contextmanager
def two_tenants(folder: Path | None = None) -> Iterator[Tenants]:
    """The environment of the functions is set while it is open.

    With a `folder` the table is on dynoxide, which is a program and several times as fast; sign-ins are always moto's.
    Where there is no dynoxide, moto has the table too.
    """
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("VENDOR_NAME", "Northstar")
        engine = stack.enter_context(moto_engine())
        if folder is not None and not is_left_out(PROJECT):
            engine = stack.enter_context(dynoxide_engine(folder))
            patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", str(engine.endpoint_url))
        pool_id = boto3.client("cognito-idp").create_user_pool(PoolName="test")["UserPool"]["Id"]
        patch.setenv("USER_POOL_ID", pool_id)
        forget_process()
        table = engine.create_table(ENVIRONMENT["TABLE_NAME"])
        seed = Seed(table=table)
        for partner_id, email in (("p-hill", ADMIN), ("p-lake", RIVAL)):
            seed.partner(partner_id, limit=1_000)
            seed.user(email, partner_id=partner_id)
        seed.operator(OPERATOR)
        tenants = Tenants(gateway=Gateway(), table=table, user_pool_id=pool_id)
        for partner_id, email in (("p-hill", ADMIN), ("p-lake", RIVAL)):
            leads = {"items": [lead(domain) for domain in domains(3, word=partner_id)]}
            tenants.request(email, "POST", "/v1/registrations/batch", body=leads)
        yield tenants


def operations() -> dict[str, dict[str, Any]]:
    """By route, such as `GET /v1/users/{user_id}`, the operations of the document that need a token."""
    return {
        f"{verb.upper()} {path}": operation
        for path, found in document()["paths"].items()
        for verb, operation in found.items()
        if verb in VERBS and operation["security"]
    }


def parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The operation's parameters, shared ones included."""
    shared = document()["components"]["parameters"]
    listed = operation.get("parameters", [])
    return [shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in listed]


def example_body(operation: dict[str, Any]) -> Any:
    """The body that the document shows; None where the operation takes none."""
    content = operation.get("requestBody", {}).get("content", {})
    return content["application/json"]["example"] if content else None
