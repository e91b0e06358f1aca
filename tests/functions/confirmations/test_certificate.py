"""The certificate of a decided link: who decided what and when, and the seal that proves it."""

import hashlib
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from functions.confirmations import customer
from shared.domain.links import LinkPlace
from shared.link_tokens import check_url, link_url
from shared.table import keys
from shared.table.client import dynamodb
from tests.audit_trails import chain_of, seals, trail
from tests.counting import READS, counting
from tests.events import Answer, api_event, call
from tests.functions.client import ADMIN, MEMBER, OPERATOR, RIVAL, Api, problem
from tests.functions.confirmations.conftest import LINKS, Customer, draft
from tests.reading import Reading

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


PROVES_NOTHING = "Diese Seite beweist nichts."


@pytest.mark.parametrize("name", ["signer_name", "terms", "decided_at"])
def test_an_entry_that_was_edited_after_its_sealing_proves_nothing(
    api: Api, customers: Customer, link: dict[str, Any], name: str
) -> None:
    customers.sign(link["url"])
    seal_all(api)
    [entry] = [item for item in trail(api.table) if item["action"] == "link.signed"]
    other = {"signer_name": "Somebody Else", "terms": {}, "decided_at": "2026-03-16T09:30:00.000000Z"}

    api.table.put({**entry, "after": {**entry["after"], name: other[name]}})

    page = of_customer(customers, link).body
    assert PROVES_NOTHING in page
    assert entry["id"] not in page
    assert "/check" not in page


def test_renaming_the_partner_and_rewriting_the_link_change_nothing_that_the_certificate_says(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    customers.reject(link["url"], reason="Not us.")
    seal_all(api)
    certificate = of_customer(customers, link).body
    renamed = {"name": "Other", "type": "solutions_provider", "time_zone": "Asia/Tokyo"}
    assert api.put("/v1/vendor/partners/p-hill", renamed).status == 200
    row = api.table.item(*keys.link("p-hill", link["id"]))
    assert row is not None
    terms = {**row["decision"]["terms"], "company": "Emca GmbH", "partner": "Other"}
    decision = {**row["decision"], "signer_name": "Else", "reason": "Else.", "terms": terms}

    api.table.put({**row, "decision": decision, "client": {**row["client"], "company": "Emca GmbH"}})

    assert of_customer(customers, link).body == certificate
    assert of_partner(api, link).body == certificate


@pytest.mark.parametrize(
    "changes", [{"decided_at": "2026-03-16T09:30:00.000000Z"}, {"status": "rejected", "reason": "Else."}]
)
def test_a_link_that_was_rewritten_to_another_decision_has_no_proof(
    api: Api, customers: Customer, link: dict[str, Any], changes: dict[str, Any]
) -> None:
    customers.sign(link["url"])
    seal_all(api)
    row = api.table.item(*keys.link("p-hill", link["id"]))
    assert row is not None

    api.table.put({**row, "decision": {**row["decision"], **changes}})

    page = of_customer(customers, link).body
    assert PROVES_NOTHING in page
    assert "/check" not in page


def test_the_certificate_says_when_the_link_was_sent_and_its_page_opened_and_how_to_recompute_the_digest(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    assert api.post(f"{LINKS}/{link['id']}/send").status == 200
    api.clock.advance(timedelta(minutes=10))
    opened = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', customers.open(link["url"]).body))
    api.clock.advance(timedelta(minutes=2))
    assert customers.send("POST", link["url"], path="/sign", form={**opened, "signer_name": "Kim"}).status == 303
    seal_all(api)

    page = Reading(of_customer(customers, link).body)

    [entry] = [item for item in trail(api.table) if item["action"] == "link.signed"]
    assert entry["after"]["sent_at"] == "2026-03-17T09:30:00.000000Z"
    assert entry["after"]["opened_at"] == "2026-03-17T09:40:00.000000Z"
    assert entry["after"]["terms"]["contact_email"] == "kim@acme.example"
    assert "Geschickt an kim@acme.example, 17. März 2026, 10:30 (Ortszeit Berlin)" in page.text
    assert "Seite geöffnet am 17. März 2026, 10:40 (Ortszeit Berlin)" in page.text
    [told] = [text for text in page.texts if text.startswith("{")]
    assert hashlib.sha256(told.encode()).hexdigest() == entry["after"]["terms_digest"] == opened["terms"]
    assert json.loads(told) == entry["after"]["terms"]


@pytest.mark.parametrize("mark", ["", "x", "2026-03-17T09:29:00.000000Z", "2026-03-17T09:29:00.000000Z~AA", "\u20ac~"])
def test_a_form_that_does_not_prove_when_its_page_was_opened_is_not_believed(
    api: Api, customers: Customer, link: dict[str, Any], mark: str
) -> None:
    customers.decide(link["url"], "/sign", {"signer_name": "Kim", "opened": mark})

    [entry] = [item for item in trail(api.table) if item["action"] == "link.signed"]
    assert entry["after"]["opened_at"] is None


def test_the_mark_of_another_links_page_is_not_believed(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    other = api.post(LINKS, draft()).json
    [foreign, _] = re.findall(r'name="opened" value="([^"]*)"', customers.open(other["url"]).body)

    assert customers.decide(link["url"], "/sign", {"signer_name": "Kim", "opened": foreign}).status == 303

    [entry] = [item for item in trail(api.table) if item["action"] == "link.signed"]
    assert entry["after"]["opened_at"] is None


def checking(customers: Customer, link: dict[str, Any]) -> str:
    """The address on the certificate, without its host."""
    found = re.search(r'<a class="address" href="https://desk.example([^"]+)"', of_customer(customers, link).body)
    assert found is not None
    return found[1]


def check(api: Api, path: str, *, method: str = "GET") -> Answer:
    place, _, query = path.partition("?")
    event = api_event(method, place, query=dict(parse_qsl(query)))
    return call(customer.create_handler(api.clock), event)


def test_whoever_has_the_certificate_checks_it_against_the_chain_and_can_do_no_more(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    customers.sign(link["url"])
    seal_all(api)
    path = checking(customers, link)
    before = api.table.items()

    answer = check(api, path)

    [entry] = [item for item in trail(api.table) if item["action"] == "link.signed"]
    assert answer.status == 200
    assert "Die Kette enthält diese Entscheidung unverändert." in answer.body
    assert entry["after"]["terms_digest"] in answer.body
    assert (check(api, path, method="HEAD").status, check(api, path, method="HEAD").body) == (200, "")
    token = path.removeprefix("/c/").partition("/")[0]
    unknown = customers.open(link_url(LinkPlace("p-hill", "l-none")))
    for other in ("", "/certificate", "/unsubscribe"):
        refused = check(api, f"/c/{token}{other}")
        assert (refused.status, refused.body) == (404, unknown.body)
    deciding = link["url"].removeprefix("https://desk.example")
    assert (check(api, f"{deciding}/check").status, check(api, f"{deciding}/check").body) == (404, unknown.body)
    assert check(api, path, method="POST").status == 405
    assert api.table.items() == before


@pytest.mark.parametrize("part", ["entry", "seal", "link", "hash", "nothing"])
def test_the_check_finds_what_was_changed_and_needs_no_row_of_the_link(
    api: Api, customers: Customer, link: dict[str, Any], part: str
) -> None:
    customers.sign(link["url"])
    seal_all(api)
    path = checking(customers, link)
    [entry] = [item for item in trail(api.table) if item["action"] == "link.signed"]
    if part == "entry":
        api.table.put({**entry, "after": {**entry["after"], "signer_name": "Else"}})
    elif part == "seal":
        [seal] = [item for item in seals(api.table) if item["moment"] == entry["sk"]]
        api.table.put({**seal, "entry_hash": "0" * 64})
    elif part == "link":
        api.table.remove([keys.link("p-hill", link["id"])])
    elif part == "hash":
        path = path[:-4] + "zzzz"

    holds = "Die Kette enthält diese Entscheidung unverändert." in check(api, path).body

    assert holds == (part in {"link", "nothing"})


def facts(page: str) -> list[tuple[str, str]]:
    """Every row of the page's lists of facts, in its order: what it is called and what it says."""
    rows = re.findall(r"<div><dt>(.*?)</dt> <dd>(.*?)</dd></div>", page, re.DOTALL)
    return [(name, " ".join(said.split())) for name, said in rows]


BESIDES = re.compile(
    r'<p class="lead">.*?</p>|<pre class="terms">.*?</pre>|<p>[^<]*Vendor Software[^<]*</p>', re.DOTALL
)
"""What a certificate says besides its facts: its first sentence, the text of the terms and the issuer."""


@pytest.mark.parametrize("outcome", ["signed", "rejected"])
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("is_sent", [True, False])
def test_the_check_shows_every_field_of_the_certificate_in_the_same_words(
    api: Api, customers: Customer, outcome: str, language: str, *, is_sent: bool
) -> None:
    link = api.post(LINKS, draft(client={**draft()["client"], "language": language})).json
    if is_sent:
        assert api.post(f"{LINKS}/{link['id']}/send").status == 200
    opened = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', customers.open(link["url"]).body))
    form = {**(opened if is_sent else {"terms": opened["terms"]}), "signer_name": "Kim <b>Kern", "reason": "Not us."}
    action = "/sign" if outcome == "signed" else "/reject"
    assert customers.send("POST", link["url"], path=action, form=form).status == 303
    seal_all(api)
    certificate = of_customer(customers, link).body

    page = check(api, checking(customers, link)).body

    assert facts(page) == facts(certificate)
    assert len(facts(page)) == (18 if outcome == "rejected" else 17)
    assert BESIDES.findall(page) == BESIDES.findall(certificate)
    assert len(BESIDES.findall(page)) == 3


@pytest.mark.parametrize("query", ["", "?hash="])
def test_a_check_without_a_hash_says_that_nothing_was_compared(
    api: Api, customers: Customer, link: dict[str, Any], query: str
) -> None:
    customers.sign(link["url"])
    seal_all(api)
    path = checking(customers, link)

    page = Reading(check(api, path.partition("?")[0] + query).body).text

    assert "Es wurde nichts verglichen." in page
    assert "kopieren Sie die ganze Adresse" in page
    assert "Die Kette enthält diese Entscheidung unverändert." not in page
    assert "Die Bescheinigung ist echt" not in page


def test_a_link_without_a_decision_has_nothing_to_check(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    path = check_url(LinkPlace("p-hill", link["id"]), "0" * 64).removeprefix("https://desk.example")
    unknown = customers.open(link_url(LinkPlace("p-hill", "l-none")))

    assert (check(api, path).status, check(api, path).body) == (404, unknown.body)
    customers.sign(link["url"])
    assert "noch nicht versiegelt" in check(api, path).body


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
