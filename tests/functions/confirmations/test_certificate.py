"""The certificate of a decided link: who decided what and when, and the seal that proves it."""

from typing import Any

import pytest

from shared.domain.links import LinkPlace
from shared.link_tokens import link_url
from shared.table.client import dynamodb
from tests.audit_trails import chain_of, seals, trail
from tests.counting import READS, counting
from tests.events import Answer
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api, problem
from tests.functions.confirmations.conftest import LINKS, Customer

NOT_SEALED = "noch nicht versiegelt"


def seal_all(api: Api) -> None:
    chain_of(api.table).seal(trail(api.table), now=api.clock.now)


def of_customer(customers: Customer, link: dict[str, Any], *, method: str = "GET") -> Answer:
    return customers.send(method, link["url"], path="/certificate")


def of_partner(api: Api, link: dict[str, Any], **more: Any) -> Answer:
    return api.get(f"{LINKS}/{link['id']}/certificate", **more)


def test_a_signed_link_has_a_certificate_with_the_seal_of_the_decision(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    customers.sign(link["url"], name="Kim <b>Kern")
    seal_all(api)

    answer = of_customer(customers, link)

    [entry] = [item for item in trail(api.table) if item["action"] == "link.signed"]
    [seal] = [item for item in seals(api.table) if item["moment"] == entry["sk"]]
    assert answer.status == 200
    assert '<html lang="de">' in answer.body
    for shown in ("Kim &lt;b&gt;Kern", "Hill Consulting", "Acme GmbH", link["id"], "2026-03-17T09:30:00.000000Z"):
        assert shown in answer.body
    for proof in (entry["id"], seal["entry_hash"], seal["previous_hash"]):
        assert f"<code>{proof}</code>" in answer.body
    assert f"<dd>{seal['position']}</dd>" in answer.body
    assert NOT_SEALED not in answer.body


def test_a_rejected_link_has_a_certificate_with_the_reason(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    customers.reject(link["url"], reason="Not us.")
    seal_all(api)

    page = of_customer(customers, link).body

    [entry] = [item for item in trail(api.table) if item["action"] == "link.rejected"]
    assert "Not us." in page
    assert f"<code>{entry['id']}</code>" in page


def test_the_partner_reads_the_same_certificate(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    customers.sign(link["url"])
    seal_all(api)
    page = of_customer(customers, link).body

    for email in (ADMIN, MEMBER):
        answer = of_partner(api, link, email=email)
        assert (answer.status, answer.body) == (200, page)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_before_the_seal_the_certificate_says_so(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    customers.sign(link["url"])

    answer = of_customer(customers, link)

    assert answer.status == 200
    assert NOT_SEALED in answer.body
    seal_all(api)
    assert NOT_SEALED not in of_customer(customers, link).body


def test_an_entry_that_was_edited_after_its_sealing_is_never_shown_as_sealed(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    customers.sign(link["url"])
    seal_all(api)
    [entry] = [item for item in trail(api.table) if item["action"] == "link.signed"]

    api.table.put({**entry, "after": {**entry["after"], "signer_name": "Somebody Else"}})

    page = of_customer(customers, link).body
    assert NOT_SEALED in page
    assert entry["id"] not in page


def test_the_decided_page_leads_to_the_certificate(customers: Customer, link: dict[str, Any]) -> None:
    assert "/certificate" not in customers.open(link["url"]).body

    customers.sign(link["url"])

    path = link["url"].removeprefix("https://desk.example")
    assert f'<a href="{path}/certificate">' in customers.open(link["url"]).body
    assert f'<a href="{path}/certificate">' in customers.reject(link["url"]).body


def test_without_a_decision_there_is_no_certificate(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    unknown = customers.open(link_url(LinkPlace("p-hill", "l-none")))
    before = of_customer(customers, link)

    assert (before.status, before.body) == (404, unknown.body)
    assert problem(of_partner(api, link)) == (409, "link_not_decided")
    assert of_partner(api, link).json["detail"] == (
        "The link is pending; only a signed or rejected one has a certificate."
    )
    api.post(f"{LINKS}/{link['id']}/revoke")
    assert of_customer(customers, link).body == unknown.body


def test_nobody_else_reads_the_certificate(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    customers.sign(link["url"])

    assert problem(of_partner(api, link, email=RIVAL)) == (404, "not_found")
    assert problem(of_partner(api, link, email=OPERATOR)) == (403, "role_required")
    assert problem(api.get(f"{LINKS}/l-none/certificate")) == (404, "not_found")


def test_the_certificate_is_only_read(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    customers.sign(link["url"])
    before = api.table.items()

    head = of_customer(customers, link, method="HEAD")
    assert (head.status, head.body) == (200, "")
    refused = customers.send("POST", link["url"], path="/certificate", form={"signer_name": "Kim Kern"})
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")
    assert api.table.items() == before


@pytest.mark.parametrize("sealed", [True, False])
def test_a_certificate_takes_three_reads_at_most(
    api: Api, customers: Customer, link: dict[str, Any], *, sealed: bool
) -> None:
    customers.sign(link["url"])
    if sealed:
        seal_all(api)

    with counting(dynamodb()) as calls:
        of_customer(customers, link)

    assert [call.operation for call in calls] == ["BatchGetItem", "Query", *(["GetItem"] if sealed else [])]
    assert {call.operation for call in calls} <= READS
