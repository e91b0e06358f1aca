"""The customer's page (A76, A80, A81)."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.links import LinkPlace
from shared.link_tokens import link_url
from shared.table.client import dynamodb
from shared.web.headers import security_headers
from tests.counting import counting
from tests.events import Answer
from tests.functions.client import Api
from tests.functions.confirmations.conftest import LINKS, Customer, draft, notices
from tests.functions.confirmations.link_desk import FORM, LinkDesk


def test_the_page_asks_in_the_customers_language_and_sets_no_cookie(customers: Customer, link: dict[str, Any]) -> None:
    answer = customers.open(link["url"])

    assert answer.status == 200
    assert '<html lang="de">' in answer.body
    assert "Hill Consulting bittet um Ihre Bestätigung" in answer.body
    assert "<script" not in answer.body
    assert answer.cookies == []
    assert {name.lower(): value for name, value in security_headers().items()}.items() <= answer.headers.items()


@pytest.mark.feature("A76", "A80")
def test_signing_is_recorded_told_to_the_creator_and_shown_ever_after(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    answer = customers.sign(link["url"], name="Kim Kern")

    assert (answer.status, answer.body) == (303, "")
    assert link["url"].endswith(answer.headers["location"])
    stored = api.get(f"{LINKS}/{link['id']}").json
    assert (stored["status"], stored["signer_name"], stored["decided_at"]) == (
        "signed",
        "Kim Kern",
        "2026-03-17T09:30:00Z",
    )
    receipt, told = notices(api)
    assert (receipt["kind"], receipt["email"]) == ("decision_receipt", "kim@acme.example")
    assert (told["kind"], told["user_id"]) == ("link_signed", "u-ada")
    page = customers.open(link["url"])
    assert page.status == 200
    assert "Kim Kern" in page.body
    assert "<form" not in page.body


@pytest.mark.feature("A76", "A81")
def test_rejecting_takes_a_reason_that_the_creator_is_told(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    assert customers.reject(link["url"], reason="Not us.\r\nAsk Lea.").status == 303

    stored = api.get(f"{LINKS}/{link['id']}").json
    assert (stored["status"], stored["rejection_reason"]) == ("rejected", "Not us.\nAsk Lea.")
    told = next(item for item in notices(api) if item["kind"] == "link_rejected")
    assert told["content"]["decision"]["reason"] == "Not us.\nAsk Lea."


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/sign", {"signer_name": " "}, "vollständigen Namen"),
        ("/sign", {}, "vollständigen Namen"),
        ("/reject", {"signer_name": "Kim Kern", "reason": ""}, "Grund"),
        ("/reject", {"signer_name": "", "reason": "Not us."}, "Not us."),
        ("/reject", {"signer_name": "Kim Kern", "reason": "x" * 501}, "500"),
        ("/sign", {"signer_name": "K" * 201}, "200"),
        ("/sign", {"signer_name": "Kim\u202eKern"}, "Namen"),
        ("/sign", {"signer_name": "\u200d"}, "Namen"),
    ],
)
def test_a_form_that_lacks_something_changes_nothing_and_says_what(
    api: Api, customers: Customer, link: dict[str, Any], path: str, form: dict[str, str], said: str
) -> None:
    before = api.table.items()
    terms = customers.terms(link["url"])
    answer = customers.send("POST", link["url"], path=path, form={"terms": terms, **form})

    assert answer.status == 422
    assert said in answer.body
    assert api.table.items() == before
    assert customers.sign(link["url"]).status == 303


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("/sign", "signer_name=%FF", "Bitte geben Sie den Namen in gewöhnlichen Buchstaben und in einer Zeile ein."),
        ("/sign", "signer_name=Kim%20%E4", "Bitte geben Sie den Namen in gewöhnlichen Buchstaben"),
        ("/sign", "signer_name=%ED%A0%80", "Bitte geben Sie den Namen in gewöhnlichen Buchstaben"),
        ("/reject", "signer_name=%FF&reason=Not+us.", "Bitte geben Sie den Namen in gewöhnlichen Buchstaben"),
        ("/reject", "signer_name=Kim+Kern&reason=%FF", "Bitte geben Sie den Grund als einfachen Text ein."),
        ("/reject", "signer_name=Kim+Kern&reason=Nicht%20f%FCr%20uns", "Bitte geben Sie den Grund als"),
        ("/sign", "signer_name=Kim+Kern&reason=%FF", "Ihr Browser hat etwas gesendet, das kein Text ist."),
        ("/sign", "signer_name=Kim+Kern&opened=%C3", "Ihr Browser hat etwas gesendet, das kein Text ist."),
        ("/reject", "signer_name=Kim+Kern&reason=No.&%FF=1", "Ihr Browser hat etwas gesendet, das kein Text ist."),
    ],
)
def test_a_field_that_is_not_utf_8_is_no_text_and_changes_nothing(
    api: Api, customers: Customer, link: dict[str, Any], path: str, fields: str, said: str
) -> None:
    before = api.table.items()

    answer = customers.send("POST", link["url"], path=path, form=f"terms={customers.terms(link['url'])}&{fields}")

    assert answer.status == 422
    assert said in answer.body
    assert "\ufffd" not in answer.body
    assert api.table.items() == before


def test_a_name_in_any_script_is_recorded_as_it_was_typed(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    assert customers.sign(link["url"], name=" Žofie Åsa 金 🙂 ").status == 303

    assert api.get(f"{LINKS}/{link['id']}").json["signer_name"] == "Žofie Åsa 金 🙂"


@pytest.mark.feature("A80", "A81")
@pytest.mark.parametrize(("first", "second"), [(Customer.sign, Customer.reject), (Customer.reject, Customer.sign)])
def test_the_other_decision_meets_the_standing_one(
    api: Api,
    customers: Customer,
    link: dict[str, Any],
    first: Callable[..., Answer],
    second: Callable[..., Answer],
) -> None:
    first(customers, link["url"])
    before = api.table.items()

    again, other = first(customers, link["url"]), second(customers, link["url"])

    assert (again.status, other.status) == (303, 409)
    assert "Kim Kern" in other.body
    assert api.table.items() == before


@pytest.mark.feature("A79")
def test_a_thousand_visits_and_forms_without_the_name_leave_every_byte_and_the_link_decides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("functions.confirmations.customer.report", lambda **_: None)
    desk = LinkDesk()
    desk.open()
    url = desk.create("Acme 2026").json["url"]
    before = desk.everything_written()

    gets = {(answer.status, answer.body) for answer in (desk.customer.open(url) for _ in range(1_000))}
    heads = {(answer.status, answer.body) for answer in (desk.customer.send("HEAD", url) for _ in range(1_000))}
    unsubscribe = desk.customer.send("GET", url, path="/unsubscribe")
    forms: list[dict[str, str]] = [{}, {"signer_name": ""}, {"signer_name": " ", "reason": "Not us."}]
    unnamed = [desk.customer.decide(url, path, form) for path in ("/sign", "/reject") for form in forms]

    assert [status for status, _ in gets] == [200]
    assert heads == {(200, "")}
    assert unsubscribe.status == 200
    assert {answer.status for answer in unnamed} == {422}
    assert desk.everything_written() == before
    assert desk.customer.sign(url).status == 303
    assert [row["link_status"] for row in desk.rows().values()] == ["signed"]


def test_whatever_does_not_work_answers_the_same_bytes(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    def other() -> dict[str, Any]:
        answer: dict[str, Any] = api.post(LINKS, draft()).json
        return answer

    revoked, deleted, expired = other(), other(), other()
    api.post(f"{LINKS}/{revoked['id']}/revoke")
    api.delete(f"{LINKS}/{deleted['id']}")
    api.clock.advance(timedelta(days=91))
    base, _, token = link["url"].rpartition("/")
    where, _, secret = token.partition(".")
    flipped = "B" if secret[0] == "A" else "A"
    urls = [
        revoked["url"],
        deleted["url"],
        expired["url"],
        f"{base}/{where}.{flipped}{secret[1:]}",
        f"{base}/{token}x",
        f"{base}/{where}",
        f"{base}/x",
        f"{base}/%00%ff",
        f"{base}/{token}/nothing",
        f"{base}/" + "y" * 3000,
    ]
    answers = [customers.open(url) for url in urls]
    answers += [customers.sign(url) for url in urls[:7]]

    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    headers = [{name: value for name, value in one.headers.items() if name != "x-request-id"} for one in answers]
    assert all(one == headers[0] for one in headers)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "", "GET, HEAD"), ("GET", "/sign", "POST"), ("DELETE", "/reject", "POST"), ("POST", "", "GET, HEAD")],
)
def test_a_wrong_verb_is_405_with_allow(
    customers: Customer, link: dict[str, Any], method: str, path: str, allowed: str
) -> None:
    answer = customers.send(method, link["url"], path=path)

    assert (answer.status, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["", "/sign", "/reject", "/certificate", "/check", "/unsubscribe", "/more"])
@pytest.mark.parametrize("token", ["", "a", "a" * 2_048, "%ff", "revoked"])
def test_an_address_that_opens_nothing_is_the_same_page_for_every_verb(
    api: Api, customers: Customer, link: dict[str, Any], method: str, path: str, token: str
) -> None:
    api.post(f"{LINKS}/{link['id']}/revoke")
    url = link["url"] if token == "revoked" else f"https://desk.example/c/{token}"
    unknown = customers.open(link_url(LinkPlace("p-hill", "l-none")))

    answer = customers.send(method, url + path, form="x" * 20_000 if method == "POST" else None)

    assert (answer.status, answer.body) == (404, "" if method == "HEAD" else unknown.body)
    assert "allow" not in answer.headers


def test_another_kind_of_body_is_refused(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    before = api.table.items()
    answer = customers.send("POST", link["url"], path="/sign", form="x" * 20_000)

    assert answer.status == 413
    assert api.table.items() == before


@pytest.mark.parametrize(("action", "status"), [("sign", "signed"), ("reject", "rejected"), ("unsubscribe", "pending")])
def test_a_reminder_that_goes_out_at_the_same_moment_hinders_nothing(action: str, status: str) -> None:
    desk = LinkDesk()
    desk.open()
    link = desk.create("Acme 2026").json
    desk.api.post(f"{LINKS}/{link['id']}/send")
    desk.clock.advance(timedelta(days=5))

    desk.memory.meanwhile = lambda: desk.run(desk.clock.now)
    if action == "unsubscribe":
        answer = desk.customer.send("POST", link["url"], path="/unsubscribe", form={})
    else:
        answer = desk.customer.decide(link["url"], f"/{action}", FORM)

    assert answer.status == (200 if action == "unsubscribe" else 303)
    [row] = desk.rows().values()
    assert (row["link_status"], row["reminders"]) == (status, 5 if action == "unsubscribe" else 1)
    assert [item["kind"] for item in desk.notices()][:2] == ["link_sent", "link_reminder"]


def test_opening_costs_one_call_and_deciding_two(customers: Customer, link: dict[str, Any]) -> None:
    with counting(dynamodb()) as calls:
        customers.open(link["url"])
        customers.sign(link["url"])

    assert [call.operation for call in calls] == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]


def test_no_token_stands_in_the_table_the_logs_or_the_metrics(
    api: Api, customers: Customer, capsys: pytest.CaptureFixture[str]
) -> None:
    link = api.post(LINKS, draft(), key="k-1").json
    path, token = f"{LINKS}/{link['id']}", link["url"].rpartition("/")[2]
    api.post(f"{path}/send", key="k-2")
    api.post(f"{path}/clone", key="k-3")
    customers.open(link["url"])
    customers.send("PUT", link["url"])
    customers.reject(link["url"])
    customers.sign(link["url"])

    told = capsys.readouterr()
    for secret in (token, token.partition(".")[2]):
        assert secret not in json.dumps(api.table.items(), default=str)
        assert secret not in told.out + told.err
