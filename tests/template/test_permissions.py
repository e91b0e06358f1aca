"""What functions ask of the table against what their roles allow: that each difference is found, in both directions."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.translation import Template, raw_template
from tests.engines import StoredTable
from tests.factories import Seed
from tests.functions.client import ADMIN, Api
from tests.permissions import Permission, Recorder, asked_for, entries, faults, function_of, granted

NOTICES = "RenewalNoticesFunction"


@pytest.fixture
def raw() -> Template:
    """template.yaml, to be changed."""
    return raw_template()


def of_table(raw: Template, role: str) -> Any:
    """The statement of a role about the table itself."""
    [policy] = raw["Resources"][role]["Properties"]["Policies"]
    return policy["PolicyDocument"]["Statement"][0]


def of_indexes(raw: Template, role: str) -> Any:
    [policy] = raw["Resources"][role]["Properties"]["Policies"]
    return policy["PolicyDocument"]["Statement"][1]


def test_what_is_used_as_it_is_granted_is_no_fault(raw: Template) -> None:
    assert faults(granted(raw), raw, whole_run=True) == []


def test_an_action_that_is_used_and_not_granted_is_a_fault(raw: Template) -> None:
    used = granted(raw)
    of_table(raw, "RenewalNoticesRole")["Action"].remove("dynamodb:UpdateItem")

    for whole_run in (False, True):
        assert faults(used, raw, whole_run=whole_run) == [
            "RenewalNoticesFunction is not allowed dynamodb:UpdateItem on the table."
        ]


def test_an_index_that_is_used_and_not_granted_is_a_fault(raw: Template) -> None:
    used = granted(raw)
    of_indexes(raw, "RenewalNoticesRole")["Resource"] = []

    assert faults(used, raw, whole_run=False) == [
        "RenewalNoticesFunction is not allowed dynamodb:Query on the index due."
    ]


def test_a_permission_that_a_whole_run_never_used_is_a_fault_and_says_nothing_of_a_part(raw: Template) -> None:
    used = granted(raw)
    of_table(raw, "RenewalNoticesRole")["Action"].append("dynamodb:DeleteItem")
    of_indexes(raw, "RenewalNoticesRole")["Resource"].append({"Fn::Sub": "${Table.Arn}/index/by_name"})

    assert faults(used, raw, whole_run=True) == [
        "RenewalNoticesFunction is allowed dynamodb:DeleteItem on the table and never uses it.",
        "RenewalNoticesFunction is allowed dynamodb:Query on the index by_name and never uses it.",
    ]
    assert faults(used, raw, whole_run=False) == []


def test_a_transaction_needs_what_its_actions_need() -> None:
    actions: list[Any] = [{"Put": {}}, {"Update": {}}, {"Delete": {}}, {"ConditionCheck": {}}, {"Put": {}}]

    assert set(asked_for("TransactWriteItems", {"TransactItems": actions})) == {
        ("PutItem", ""),
        ("UpdateItem", ""),
        ("DeleteItem", ""),
        ("ConditionCheckItem", ""),
    }
    assert list(asked_for("Query", {"IndexName": "due"})) == [("Query", "due")]


def test_every_deployed_function_has_an_entry_by_which_it_is_known(raw: Template) -> None:
    functions = [name for name, one in raw["Resources"].items() if one["Type"] == "AWS::Serverless::Function"]

    assert sorted(entries().values()) == sorted(functions)
    assert entries()["functions.renewals.notices"] == NOTICES
    assert function_of("GET", "/v1/clients/c-1/renewals") == "RenewalsFunction"
    assert function_of("PUT", "/v1/vendor/deals/d-1") == "VendorReportsFunction"


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    made = Recorder()
    made.start()
    yield made
    made.stop()


def test_what_a_request_asks_of_the_table_is_recorded_for_its_function_and_the_tests_own_calls_are_not(
    recorder: Recorder, table: StoredTable, clock: Any
) -> None:
    seed = Seed(table=table)
    seed.partner("p-hill", name="Hill Consulting")
    seed.user(ADMIN, name="Ada Hill")
    assert recorder.used == set()

    assert Api(table=table, clock=clock).get("/v1/registrations").status == 200

    assert {one.function for one in recorder.used} == {"CapacityFunction"}
    assert Permission("CapacityFunction", "Query", "") in recorder.used
