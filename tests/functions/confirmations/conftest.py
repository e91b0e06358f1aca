"""Confirmation links, and the customer who opens them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.confirmations import customer, reminders
from shared.link_tokens import read_link_token, stop_reminders_url
from shared.table.client import dynamodb
from shared.table.session import TableSession
from shared.table.values import Item
from tests.conftest import ENVIRONMENT
from tests.events import Answer, api_event, call
from tests.functions.client import Api

LINKS = "/v1/confirmation-links"
TERMS = re.compile(r'name="terms" value="([0-9a-f]{64})"')


@pytest.fixture(autouse=True)
def _vendor_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOR_NAME", "Vendor Software")


def draft(**changes: Any) -> dict[str, Any]:
    """The body that creates a link: what Kim Kern of Acme, who reads German, is asked to confirm."""
    return {
        "name": "Acme 2026",
        "client": {
            "company": "Acme GmbH",
            "contact_name": "Kim Kern",
            "email": "kim@acme.example",
            "language": "de",
        },
        "products": [{"product": "sales_hub", "edition": "professional", "onboarding_type": "guided"}],
        "providing_onboarding": True,
        "estimated_onboarding_duration": "1_month",
        **changes,
    }


@dataclass(frozen=True)
class Customer:
    """Somebody with a link's URL and a browser. A page stays open as it was until it is opened anew."""

    api: Api
    shown: dict[str, str] = field(default_factory=dict)
    """By URL, the terms that the forms of the open page bear."""

    def send(
        self,
        method: str,
        url: str,
        *,
        path: str = "",
        form: Mapping[str, str] | str | None = None,
        media_type: str = "application/x-www-form-urlencoded",
    ) -> Answer:
        """`form` as it is: what the open page's hidden fields hold is added by `sign` and `reject`."""
        if path == "/unsubscribe":
            opened = read_link_token(url.rpartition("/")[2])
            assert opened is not None
            url, path = stop_reminders_url(opened), ""
        place = url.removeprefix(ENVIRONMENT["PUBLIC_BASE_URL"]) + path
        body = form if isinstance(form, str) or form is None else urlencode(form)
        headers = {"Content-Type": media_type} if form is not None else {}
        answer = call(customer.create_handler(self.api.clock), api_event(method, place, body=body, headers=headers))
        if terms := TERMS.search(answer.body):
            self.shown[url] = terms[1]
        return answer

    def open(self, url: str) -> Answer:
        return self.send("GET", url)

    def terms(self, url: str) -> str:
        """Of the page that is open; it is opened first where it is not."""
        if url not in self.shown:
            self.open(url)
        return self.shown.get(url, "")

    def sign(self, url: str, name: str = "Kim Kern") -> Answer:
        return self.decide(url, "/sign", {"signer_name": name})

    def reject(self, url: str, name: str = "Kim Kern", reason: str = "Not us.") -> Answer:
        return self.decide(url, "/reject", {"signer_name": name, "reason": reason})

    def decide(self, url: str, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form of the page that is open."""
        return self.send("POST", url, path=path, form={"terms": self.terms(url), **form})


@pytest.fixture
def customers(api: Api) -> Customer:
    return Customer(api)


@pytest.fixture
def link(api: Api) -> dict[str, Any]:
    """A pending link of p-hill, not sent yet."""
    answer = api.post(LINKS, draft())
    assert answer.status == 201
    created: dict[str, Any] = answer.json
    return created


def notices(api: Api) -> list[Item]:
    """What waits in the outbox, the oldest first."""
    found = [item for item in api.table.items() if item["sk"] == "NOTICE"]
    return sorted(found, key=lambda item: (item["created_at"], item["kind"]))


Attend = Callable[[str], dict[str, int]]


@pytest.fixture
def attend(api: Api) -> Attend:
    """Runs the scheduled function for a day."""
    assert api.table.name

    def run(day: str) -> dict[str, int]:
        session = TableSession(dynamodb(), api.table.name)
        return reminders.attend_due({"as_of": day}, session=session, has_time=lambda: True, clock=api.clock)

    return run
