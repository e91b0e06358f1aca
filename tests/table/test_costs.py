"""What each request costs is what `docs/access-patterns.md` says."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import functions.capacity.expiry as daily_run
import shared.table
from shared.domain.people import Role
from shared.program import program
from shared.table.client import dynamodb
from tests.client_factories import ClientSeed, client_body, subscription_body, usage_body
from tests.clocks import StoppedClock
from tests.counting import counting
from tests.engines import StoredTable
from tests.events import subject_of
from tests.factories import Seed, domains, lead
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api, tag
from tests.functions.notifications.outbox import RunContext
from tests.table.employee_costs import EMPLOYEE_CASES
from tests.table.renewal_costs import RENEWAL_CASES
from tests.table.tier_costs import TIER_CASES

DOCUMENT = Path(__file__).parents[2] / "docs" / "access-patterns.md"
ROW = re.compile(
    r"(?m)^\| (?P<request>[^|]+?) \| (?P<calls>\d+) \| (?P<reads>[\d.]+) \| (?P<writes>[\d.]+) "
    r"\| (?P<patterns>[\d, ]+) \|$"
)
PATTERN = re.compile(r"^\| (\d+) \| [^|]+ \| `([\w.]+)` \|", re.MULTILINE)
BENEATH_THE_REPOSITORIES = {"attempts", "backoff", "client", "keys", "session", "transactions", "updates", "values"}

NIA = {"email": "nia@hill.example", "name": "Nia Nord", "role": "partner_member"}
NEW_PARTNER = {"name": "New", "type": "solutions_partner"}
HILL = {"name": "Hill Consulting", "type": "solutions_partner", "credited_tier": "gold"}
HUNDRED = domains(100)


@dataclass(frozen=True)
class Case:
    """One request, and what stands in the table before it."""

    send: Callable[[Api], Any]
    holds: Sequence[str] = ()
    before: Callable[[Api], object] = lambda _: None


def gave_up_acme(api: Api) -> None:
    api.post("/v1/registrations/deregister", {"domains": ["acme.example"], "confirm": True})


def repeated(send: Callable[[Api], Any]) -> Case:
    """The request when it has been made once already."""
    return Case(send, before=send)


def serve_acme(api: Api) -> None:
    """A client with one subscription."""
    seed = ClientSeed(table=api.table)
    seed.client()
    seed.subscription()
    seed.usage()


def sold_to_hundred(api: Api) -> None:
    seed = ClientSeed(table=api.table)
    for number in range(100):
        seed.client(f"{number}", company=f"Client {number:04}")


def save_partner(api: Api) -> Any:
    return api.put("/v1/vendor/partners/p-hill", HILL)


def save_user(api: Api) -> Any:
    return api.put("/v1/vendor/partners/p-hill/users/u-nia", NIA)


def hold_client(api: Api) -> None:
    """4711, which p-hill manages, with one subscription."""
    seed = ClientSeed(table=api.table)
    seed.client()
    seed.subscription()


def invite_rita(api: Api) -> None:
    api.get("/v1/me", email=RIVAL)
    api.post("/v1/users", {**NIA, "email": RIVAL})


def register_once(api: Api) -> Any:
    return api.post("/v1/registrations", lead("acme.example"), key="k-1")


CASES = {
    "the capacity": Case(lambda api: api.get("/v1/capacity"), holds=HUNDRED),
    "a page of 25 of 100 registrations": Case(lambda api: api.get("/v1/registrations"), holds=HUNDRED),
    "the same by company": Case(lambda api: api.get("/v1/registrations", query={"sort": "company"}), holds=HUNDRED),
    "a search in 100 registrations": Case(
        lambda api: api.get("/v1/registrations", query={"q": "lead-0042"}), holds=HUNDRED
    ),
    "100 registrations as CSV": Case(lambda api: api.get("/v1/registrations.csv"), holds=HUNDRED),
    "one registration": Case(lambda api: api.get("/v1/registrations/acme.example"), holds=["acme.example"]),
    "registering a lead": Case(lambda api: api.post("/v1/registrations", lead("acme.example"))),
    "registering a lead under a key": Case(register_once),
    "the same under the same key again": repeated(register_once),
    "registering at the limit": Case(
        lambda api: api.post("/v1/registrations", lead("acme.example")),
        before=lambda api: api.seed.partner("p-hill", limit=0),
    ),
    "a batch of 24": Case(
        lambda api: api.post("/v1/registrations/batch", {"items": [lead(name) for name in HUNDRED[:24]]})
    ),
    "a batch of 100": Case(
        lambda api: api.post("/v1/registrations/batch", {"items": [lead(name) for name in HUNDRED]})
    ),
    "a batch of 100 under a key": Case(
        lambda api: api.post("/v1/registrations/batch", {"items": [lead(name) for name in HUNDRED]}, key="k-1")
    ),
    "editing a registration": Case(
        lambda api: api.patch("/v1/registrations/acme.example", {"company": "Acme"}, match=tag()),
        holds=["acme.example"],
    ),
    "deregistering one": Case(
        lambda api: api.post("/v1/registrations/deregister", {"domains": ["acme.example"], "confirm": True}),
        holds=["acme.example"],
    ),
    "deregistering 100": Case(
        lambda api: api.post("/v1/registrations/deregister", {"domains": HUNDRED, "confirm": True}), holds=HUNDRED
    ),
    "restoring one": Case(
        lambda api: api.post("/v1/registrations/acme.example/restore"), holds=["acme.example"], before=gave_up_acme
    ),
    "who is calling": Case(lambda api: api.get("/v1/me")),
    "the users": Case(lambda api: api.get("/v1/users")),
    "one user": Case(lambda api: api.get("/v1/users/u-max")),
    "adding a new person": Case(lambda api: api.post("/v1/users", NIA)),
    "inviting a known person": Case(lambda api: api.post("/v1/users", {**NIA, "email": RIVAL})),
    "accepting an invitation": Case(
        lambda api: api.post("/v1/me/memberships/p-hill/accept", email=RIVAL), before=invite_rita
    ),
    "declining an invitation": Case(
        lambda api: api.post("/v1/me/memberships/p-hill/decline", email=RIVAL), before=invite_rita
    ),
    "changing a user": Case(lambda api: api.patch("/v1/users/u-max", {"name": "Max"}, match='"v1"')),
    "removing a user": Case(lambda api: api.delete("/v1/users/u-max")),
    "a page of 25 of 100 clients": Case(lambda api: api.get("/v1/clients"), before=sold_to_hundred),
    "the clients with a product": Case(
        lambda api: api.get("/v1/clients", query={"product": "sales_hub"}), before=sold_to_hundred
    ),
    "one client": Case(lambda api: api.get("/v1/clients/c-4711"), before=serve_acme),
    "the dashboard": Case(lambda api: api.get("/v1/dashboard"), before=serve_acme),
    "ending services": Case(
        lambda api: api.post("/v1/clients/c-4711/end-services", {"confirm": True}), before=serve_acme
    ),
    "making a partner": Case(lambda api: api.put("/v1/vendor/partners/p-new", NEW_PARTNER)),
    "changing a partner's tier": Case(save_partner),
    "a partner that is so already": repeated(save_partner),
    "making a partner's user": Case(save_user),
    "a partner's user who is so already": repeated(save_user),
    "moving a user to another address": Case(
        lambda api: api.put("/v1/vendor/partners/p-hill/users/u-nia", {**NIA, "email": "nia@else.example"}),
        before=save_user,
    ),
    "making a client": Case(lambda api: api.put("/v1/vendor/clients/4711", client_body())),
    "changing a client with a renewal": Case(
        lambda api: api.put("/v1/vendor/clients/4711", client_body(company="New")), before=hold_client
    ),
    "a client that is so already": Case(
        lambda api: api.put("/v1/vendor/clients/4711", client_body()), before=hold_client
    ),
    "relating a partner to it": Case(
        lambda api: api.put("/v1/vendor/clients/4711/partners/p-lake", {"relationship": "sold"}), before=hold_client
    ),
    "another subscription of it": Case(
        lambda api: api.put("/v1/vendor/subscriptions/s-2", subscription_body()), before=hold_client
    ),
    "the usage of it": Case(lambda api: api.put("/v1/vendor/usage/4711", usage_body()), before=hold_client),
    "a partner's audit trail": Case(
        lambda api: api.get("/v1/vendor/audit", email=OPERATOR, query={"partner_id": "p-hill"}), holds=HUNDRED
    ),
    "an actor's audit trail": Case(
        lambda api: api.get("/v1/vendor/audit", email=OPERATOR, query={"actor": "u-seed"}), holds=HUNDRED
    ),
    "an object's audit trail": Case(
        lambda api: api.get("/v1/vendor/audit", email=OPERATOR, query={"object": "registration/lead-0042.example"}),
        holds=HUNDRED,
    ),
    "a day's audit trail": Case(
        lambda api: api.get("/v1/vendor/audit", email=OPERATOR, query={"since": "2026-03-17T00:00:00Z"}), holds=HUNDRED
    ),
    **{name: Case(one.send, before=one.before) for name, one in EMPLOYEE_CASES.items()},
    **{name: Case(one.send, before=one.before) for name, one in TIER_CASES.items()},
    **{name: Case(one.send, before=one.before) for name, one in RENEWAL_CASES.items()},
    "the daily run with nothing due": Case(
        lambda _: daily_run.lambda_handler({"as_of": "2026-03-17"}, RunContext()), holds=HUNDRED
    ),
    "the daily run with 100 due": Case(
        lambda _: daily_run.lambda_handler({"as_of": "2100-01-01"}, RunContext()), holds=HUNDRED
    ),
}


@pytest.fixture
def api(table: StoredTable, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch) -> Api:
    """Two partners with their people, and the user pool left out: it is no part of the table."""
    monkeypatch.setattr("shared.http.sign_ins._call", _pool_answer)
    seed = Seed(table=table)
    seed.partner("p-hill", limit=100, name="Hill Consulting")
    seed.partner("p-lake", name="Lake & Co")
    seed.user(ADMIN, name="Ada Hill")
    seed.user(MEMBER, name="Max Moss", role=Role.PARTNER_MEMBER)
    seed.user(RIVAL, partner_id="p-lake", name="Rita Lake")
    seed.operator(OPERATOR)
    return Api(table=table, clock=clock)


def _pool_answer(operation: str, **arguments: Any) -> dict[str, Any] | None:
    """A sign-in where one is made."""
    if operation != "admin_create_user":
        return None
    return {"User": {"Attributes": [{"Name": "sub", "Value": subject_of(arguments["Username"])}]}}


def documented() -> dict[str, tuple[int, float, float]]:
    """Calls, read units and write units of each request, from the document's table."""
    rows = ROW.finditer(DOCUMENT.read_text(encoding="utf-8"))
    return {row["request"]: (int(row["calls"]), float(row["reads"]), float(row["writes"])) for row in rows}


def repository_methods() -> set[str]:
    """What reads or writes the table: repositories' methods, and functions that are given a session or transaction."""
    found = {"Replay.keep"}
    for module_info in pkgutil.iter_modules(shared.table.__path__):
        if module_info.name in BENEATH_THE_REPOSITORIES:
            continue
        module = importlib.import_module(f"shared.table.{module_info.name}")
        for name, member in vars(module).items():
            if name.startswith("_") or getattr(member, "__module__", None) != module.__name__:
                continue
            if inspect.isclass(member) and "session" in getattr(member, "__struct_fields__", ()):
                methods = [method for method, value in vars(member).items() if inspect.isfunction(value)]
                found |= {f"{name}.{method}" for method in methods if not method.startswith("_")}
            elif inspect.isfunction(member) and {"session", "transaction"} & set(inspect.signature(member).parameters):
                found.add(name)
    return found


def test_every_repository_method_is_a_numbered_pattern() -> None:
    patterns = PATTERN.findall(DOCUMENT.read_text(encoding="utf-8"))

    assert [int(number) for number, _ in patterns] == list(range(1, len(patterns) + 1))
    assert sorted(method for _, method in patterns) == sorted(repository_methods())


def test_every_request_names_patterns_that_exist() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    named = {int(number) for row in ROW.finditer(text) for number in row["patterns"].split(", ")}

    assert named <= {int(number) for number, _ in PATTERN.findall(text)}


def test_every_request_of_the_document_is_counted_and_none_is_missing() -> None:
    assert list(documented()) == list(CASES)


@pytest.mark.parametrize("engine", ["dynoxide"], indirect=True)
@pytest.mark.parametrize("name", CASES)
def test_a_warm_process_makes_the_calls_of_the_document(api: Api, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[name]
    if "due" in name:
        rules = program().capacity
        expiry = replace(rules.registration_expiry, enabled=True)
        expiring = replace(rules, registration_expiry=expiry)
        monkeypatch.setattr("tests.factories.program", lambda: replace(program(), capacity=expiring))
    api.seed.registrations(case.holds)
    api.get("/v1/capacity")  # the process has met the caller before
    case.before(api)

    with counting(dynamodb()) as calls:
        answer = case.send(api)

    assert getattr(answer, "status", 200) < 500
    spent = (len(calls), sum(call.read_units for call in calls), sum(call.write_units for call in calls))
    assert spent == documented()[name]
