"""From a link to the mails about it, on the running stack: stream, relay, sweeper and inbox."""

import http.client
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import pytest

from local.server import find_server
from tests.system.conftest import Answer, Stack

PARTNER_USER = "heike@hafen.example"
CUSTOMER = "jonas.mueller@mueller-soehne.example"
LONGEST_WAIT = 30
"""Seconds until a test gives up; on an idle machine a mail takes two."""

Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None]) -> Found:
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        found = look()
        if found is not None:
            return found
        assert time.monotonic() < deadline, f"nothing after {LONGEST_WAIT} s"
        time.sleep(0.1)


def mails_to(stack: Stack, address: str) -> list[dict[str, Any]]:
    answer = stack.call("GET", "/_ministack/ses/messages")
    return [mail for mails in answer.body["messages"].values() for mail in mails if mail["To"] == [address]]


def mail_to(stack: Stack, address: str, *, about: str) -> dict[str, Any]:
    """The mail to the address whose subject holds the words."""
    return eventually(lambda: next((mail for mail in mails_to(stack, address) if about in mail["Subject"]), None))


def visit(stack: Stack, url: str, *, form: dict[str, str] | None = None) -> tuple[int, str]:
    """The status and the text with which the customer's page answers."""
    connection = http.client.HTTPConnection(stack.description["connect"], timeout=60)
    headers = {"Host": stack.description["host"]}
    try:
        if form is None:
            connection.request("GET", urlsplit(url).path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", urlsplit(url).path, urlencode(form), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def create_link(stack: Stack, *, company: str) -> Answer:
    token = stack.token(PARTNER_USER)
    catalogue = stack.call("GET", "/v1/products", token=token).body
    product = catalogue["products"][0]
    chosen = {"product": product["product"], "edition": product["editions"][-1]["edition"]}
    asked = {
        "name": f"{company} 2026",
        "client": {"company": company, "contact_name": "Jonas Müller", "email": CUSTOMER, "language": "de"},
        "products": [{**chosen, "onboarding_type": catalogue["onboarding_types"][-1]}],
        "providing_onboarding": False,
        "estimated_onboarding_duration": catalogue["estimated_onboarding_durations"][0],
    }
    return stack.call("POST", "/v1/confirmation-links", token=token, body=asked)


def send(stack: Stack, link_id: str) -> None:
    answer = stack.call("POST", f"/v1/confirmation-links/{link_id}/send", token=stack.token(PARTNER_USER))
    assert answer.status == 200, answer.body


@pytest.mark.parametrize(
    ("company", "action", "form", "told"),
    [
        ("Müller Nord", "sign", {"signer_name": "Jonas Müller"}, "Bestätigt: Müller Nord"),
        (
            "Müller Süd",
            "reject",
            {"signer_name": "Jonas Müller", "reason": "We chose another edition."},
            "Abgelehnt: Müller Süd",
        ),
    ],
)
def test_a_link_is_mailed_decided_and_told(
    stack: Stack, company: str, action: str, form: dict[str, str], told: str
) -> None:
    created = create_link(stack, company=company)
    assert created.status == 201, created.body
    send(stack, created.body["id"])

    asked = mail_to(stack, CUSTOMER, about=f"bittet um Ihre Bestätigung für {company}")
    [url] = set(re.findall(r"https?://\S+/c/\S+", asked["BodyText"]))
    assert url == created.body["url"]
    status, page = visit(stack, url)
    assert status == 200
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert visit(stack, f"{url}/{action}", form={**hidden, **form}) == (303, "")

    creator = mail_to(stack, PARTNER_USER, about=told)
    if "reason" in form:
        assert form["reason"] in creator["BodyText"]
    receipt = mail_to(stack, CUSTOMER, about="Beleg")
    assert company in receipt["BodyText"] or mails_to(stack, CUSTOMER)


def test_the_token_is_in_no_item_log_or_dead_letter(stack: Stack) -> None:
    created = create_link(stack, company="Müller West")
    send(stack, created.body["id"])
    mail_to(stack, CUSTOMER, about="Müller West")

    token = urlsplit(created.body["url"]).path.rpartition("/")[2]
    secret = token.partition(".")[2]
    places = {
        "table": stack.aws("dynamodb").scan(TableName=stack.description["table_name"])["Items"],
        "logs": list(logged(stack)),
        "dead letters": list(dead_letters(stack)),
    }
    assert [name for name, content in places.items() if secret in json.dumps(content, default=str)] == []
    assert places["logs"]


def logged(stack: Stack) -> Iterator[str]:
    logs = stack.aws("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]:
            yield event["message"]


def dead_letters(stack: Stack) -> Iterator[str]:
    queues = stack.aws("sqs")
    for url in queues.list_queues().get("QueueUrls", []):
        for message in queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            yield message["Body"]


def test_the_inbox_page_lists_and_shows_the_mails(stack: Stack) -> None:
    created = create_link(stack, company="Müller & Ost")
    send(stack, created.body["id"])
    mail = mail_to(stack, CUSTOMER, about="Müller & Ost")
    server = find_server(stack.place.home)
    assert server is not None
    url = server.inbox_url
    listed = read_page(url, "/")
    shown = read_page(url, f"/{mail['MessageId'].partition('@')[0]}")
    as_html = read_page(url, f"/{mail['MessageId'].partition('@')[0]}/html")
    assert read_page(url, "/nothing").status == 404
    assert read_page(url, "/", host="elsewhere.example").status == 421

    assert "Müller &amp; Ost" in listed.body
    assert created.body["url"] in shown.body
    assert as_html.body == mail["BodyHtml"]
    assert "sandbox" in as_html.headers["content-security-policy"]


def read_page(url: str, path: str, *, host: str | None = None) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(status=answer.status, headers=headers, body=answer.read().decode())
    finally:
        connection.close()
