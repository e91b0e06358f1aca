"""Example confirmation links in every status, made as partner and customer would make them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

LINKS = "/v1/confirmation-links"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
LONG_AGO = timedelta(days=100)
"""So much later, a link that nobody answered has expired."""


class Caller(Protocol):
    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any: ...

    def page(self, path: str) -> str: ...

    def post_form(self, path: str, form: str) -> None: ...


class Schedule(Protocol):
    def run(self, function: str, event: dict[str, str]) -> None: ...


def make_links(creator: Caller, schedule: Schedule) -> None:
    """One link in each status: a draft that was never sent, pending, signed, rejected, revoked and expired ones.

    Does nothing where the partner has links already: the run that lets one expire would end the others too.
    """
    if creator.call("GET", LINKS)["data"]:
        return
    _create(creator, "Willow Bakery 2025", company="Willow Bakery", contact="Wanda Willow", language="en")
    later = datetime.now(tz=UTC) + LONG_AGO
    schedule.run("link_reminders", {"as_of": later.date().isoformat()})
    signed = _create(creator, "Tanne Logistik", company="Tanne Logistik GmbH", contact="Tobias Tanne", language="de")
    _decide(creator, signed, "sign", signer_name="Tobias Tanne")
    rejected = _create(creator, "Yarrow Clinic", company="Yarrow Clinic", contact="Yara Yarrow", language="en")
    _decide(creator, rejected, "reject", signer_name="Yara Yarrow", reason="We bought this without any partner.")
    revoked = _create(creator, "Zeder Energie", company="Zeder Energie AG", contact="Zoe Zeder", language="de")
    creator.call("POST", f"{LINKS}/{revoked['id']}/revoke")
    sent = _create(creator, "Ulmen Bücher", company="Ulmen Bücher GmbH", contact="Uwe Ulmen", language="de")
    creator.call("POST", f"{LINKS}/{sent['id']}/send")
    _create(creator, "Vetch Dairy, to be sent", company="Vetch Dairy", contact="Vera Vetch", language="en")


def _create(creator: Caller, name: str, *, company: str, contact: str, language: str) -> dict[str, Any]:
    word = company.split(maxsplit=1)[0].lower()
    made: dict[str, Any] = creator.call(
        "POST",
        LINKS,
        {
            "name": name,
            "client": {
                "company": company,
                "contact_name": contact,
                "email": f"{contact.split(maxsplit=1)[0].lower()}@{word}.example",
                "language": language,
            },
            "products": [
                {"product": "marketing_hub", "edition": "professional", "onboarding_type": "guided"},
                {"product": "sales_hub", "edition": "starter"},
            ],
            "providing_onboarding": True,
            "estimated_onboarding_duration": "2_months",
        },
    )
    return made


def _decide(creator: Caller, link: dict[str, Any], action: str, **form: str) -> None:
    path = urlsplit(link["url"]).path
    hidden = dict(_HIDDEN.findall(creator.page(path)))
    creator.post_form(f"{path}/{action}", urlencode({**hidden, **form}))
