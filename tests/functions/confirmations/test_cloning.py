"""A link made from another one."""

from datetime import timedelta
from typing import Any

import pytest

from tests.functions.client import Api, problem
from tests.functions.confirmations.conftest import LINKS, Customer, draft
from tests.functions.conftest import ChangeProgram


@pytest.mark.feature("A85")
@pytest.mark.parametrize("status", ["pending", "signed", "revoked", "expired"])
def test_a_clone_is_pending_with_the_same_content_and_another_url(
    api: Api, customers: Customer, link: dict[str, Any], status: str
) -> None:
    match status:
        case "signed":
            customers.sign(link["url"])
        case "revoked":
            api.post(f"{LINKS}/{link['id']}/revoke")
        case "expired":
            api.clock.advance(timedelta(days=91))
    answer = api.post(f"{LINKS}/{link['id']}/clone")

    assert (answer.status, answer.json["status"]) == (201, "pending")
    assert answer.json["id"] != link["id"]
    assert answer.json["url"] != link["url"]
    assert {name: answer.json[name] for name in draft()} == draft()
    assert customers.open(answer.json["url"]).status == 200


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("sales_hub = [", "sales_cloud = [", "The catalogue no longer has sales_hub"),
        (
            'sales_hub = ["starter", "professional",',
            'sales_hub = ["starter",',
            "The catalogue no longer has sales_hub professional",
        ),
        ('"guided", ', "", "What it says of onboarding does not fit the program any more"),
    ],
)
def test_what_the_program_no_longer_has_cannot_be_cloned(
    api: Api, link: dict[str, Any], change_program: ChangeProgram, old: str, new: str, cause: str
) -> None:
    change_program(old, new)
    if new.startswith("sales_cloud"):  # a name for what no product is would be a fault of the file
        change_program('sales_hub = "Sales Hub"\n', "")
    before = api.table.items()

    answer = api.post(f"{LINKS}/{link['id']}/clone")

    assert problem(answer) == (409, "link_not_clonable")
    assert answer.json["title"] == "The program no longer allows what the link asks"
    assert answer.json["detail"] == f"{cause}. Make a new link instead, of what GET /v1/products lists."
    assert api.table.items() == before
