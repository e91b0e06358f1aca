"""What is signed is what was shown: a decision is about the terms of the page that was open, or it is not recorded."""

from typing import Any
from urllib.parse import quote_plus

import pytest

from shared.domain.links import LinkPlace
from shared.link_tokens import read_link_token
from shared.table import keys
from tests.functions.client import Api, problem
from tests.functions.confirmations.conftest import LINKS, Customer, draft, notices
from tests.functions.confirmations.link_desk import FORM, LinkDesk
from tests.reading import Reading

CHANGES: dict[str, dict[str, Any]] = {
    "company": {"client": {**draft()["client"], "company": "Acme AG"}},
    "contact": {"client": {**draft()["client"], "contact_name": "Kai Kern"}},
    "address of the contact": {"client": {**draft()["client"], "email": "kai@acme.example"}},
    "language": {"client": {**draft()["client"], "language": "en"}},
    "product": {"products": [{"product": "content_hub", "edition": "professional", "onboarding_type": "guided"}]},
    "another product": {"products": [*draft()["products"], {"product": "content_hub", "edition": "starter"}]},
    "edition": {"products": [{"product": "sales_hub", "edition": "enterprise", "onboarding_type": "guided"}]},
    "onboarding type": {
        "products": [{"product": "sales_hub", "edition": "professional", "onboarding_type": "customized"}]
    },
    "who provides the onboarding": {"providing_onboarding": False},
    "duration": {"estimated_onboarding_duration": "6_months"},
    "no duration": {"estimated_onboarding_duration": None},
}
DECISIONS = ("/sign", "/reject")


def row_of(api: Api, link: dict[str, Any]) -> dict[str, Any]:
    row = api.table.item(*keys.link("p-hill", link["id"]))
    assert row is not None
    return row


def edited(api: Api, link: dict[str, Any], changes: dict[str, Any]) -> None:
    assert api.patch(f"{LINKS}/{link['id']}", changes, match="*").status == 200


@pytest.mark.feature("A80", "A81", "A84")
@pytest.mark.parametrize("path", DECISIONS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_decision_on_a_page_whose_terms_have_changed_records_nothing_and_shows_the_page_as_it_is_now(
    api: Api, customers: Customer, link: dict[str, Any], change: str, path: str
) -> None:
    customers.open(link["url"])
    shown = customers.terms(link["url"])
    edited(api, link, CHANGES[change])
    before = api.table.items()

    answer = customers.decide(link["url"], path, FORM)

    assert answer.status == 409
    assert api.table.items() == before
    assert customers.terms(link["url"]) != shown
    assert answer.body.count("<form") == 2
    assert ("Die Anfrage hat sich geändert" in answer.body) != (change == "language")
    assert 'value="Kim Kern"' in answer.body
    assert customers.decide(link["url"], path, FORM).status == 303


def test_the_page_says_that_the_terms_have_changed_and_what_was_not_recorded(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    customers.open(link["url"])
    edited(api, link, {"providing_onboarding": False})

    signing = Reading(customers.sign(link["url"]).body).text
    edited(api, link, {"providing_onboarding": True})
    rejecting = Reading(customers.reject(link["url"], reason="Nicht mit uns.").body)

    said = (
        "Die Anfrage hat sich geändert, seit Sie diese Seite geöffnet haben. "
        "Bitte lesen Sie sie in der jetzigen Fassung und entscheiden Sie darüber."
    )
    assert f"Ihre Bestätigung wurde nicht übernommen. {said}" in signing
    assert f"Ihre Ablehnung wurde nicht übernommen. {said}" in rejecting.text
    assert "\nNicht mit uns." in rejecting.texts


@pytest.mark.feature("A80", "A81", "A84")
@pytest.mark.parametrize("path", DECISIONS)
@pytest.mark.parametrize("terms", [None, "", "0" * 64, "%FF", "ab" * 4000])
def test_a_form_without_the_terms_of_the_link_records_nothing(
    api: Api, customers: Customer, link: dict[str, Any], path: str, terms: str | None
) -> None:
    before = api.table.items()
    form = "signer_name=Kim+Kern&reason=" + quote_plus("Not us.")

    answer = customers.send(
        "POST", link["url"], path=path, form=form + (f"&terms={terms}" if terms is not None else "")
    )

    assert answer.status == 409
    assert answer.body.count("<form") == 2
    assert api.table.items() == before


def test_the_terms_of_another_link_are_not_those_of_this_one(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    other = api.post(LINKS, draft(providing_onboarding=False)).json
    form = {"terms": customers.terms(other["url"]), **FORM}

    assert customers.send("POST", link["url"], path="/sign", form=form).status == 409
    assert api.get(f"{LINKS}/{link['id']}").json["status"] == "pending"


def test_a_partner_that_is_renamed_asks_under_another_name_than_was_read(
    api: Api, customers: Customer, link: dict[str, Any]
) -> None:
    customers.open(link["url"])
    renamed = {"name": "Hill & Dale", "type": "solutions_partner"}
    assert api.put("/v1/vendor/partners/p-hill", renamed).status == 200

    answer = customers.sign(link["url"])

    assert answer.status == 409
    assert "Hill &amp; Dale bittet um Ihre Bestätigung" in answer.body
    assert customers.sign(link["url"]).status == 303


@pytest.mark.feature("A80", "A81", "A84")
@pytest.mark.parametrize("path", DECISIONS)
def test_a_new_name_another_sending_and_an_edit_that_was_taken_back_hinder_nobody(
    api: Api, customers: Customer, link: dict[str, Any], path: str
) -> None:
    customers.open(link["url"])
    edited(api, link, {"name": "Acme, second try"})
    edited(api, link, CHANGES["company"])
    edited(api, link, {"client": draft()["client"]})
    assert api.post(f"{LINKS}/{link['id']}/send").status == 200

    assert customers.decide(link["url"], path, FORM).status == 303
    assert api.get(f"{LINKS}/{link['id']}").json["name"] == "Acme, second try"


@pytest.mark.parametrize("path", DECISIONS)
@pytest.mark.parametrize("change", ["company", "no duration"])
def test_an_edit_between_reading_and_writing_is_met_by_the_write_itself(change: str, path: str) -> None:
    desk = LinkDesk()
    desk.open()
    link = desk.create("Acme 2026").json
    desk.customer.open(link["url"])

    desk.memory.meanwhile = lambda: edited(desk.api, link, CHANGES[change])
    answer = desk.customer.decide(link["url"], path, FORM)

    assert answer.status == 409
    assert [row["link_status"] for row in desk.rows().values()] == ["pending"]
    assert list(desk.notices()) == []
    assert desk.customer.decide(link["url"], path, FORM).status == 303


@pytest.mark.parametrize("path", DECISIONS)
def test_a_new_name_or_an_edit_taken_back_between_reading_and_writing_hinders_nothing_and_is_not_lost(
    path: str,
) -> None:
    desk = LinkDesk()
    desk.open()
    link = desk.create("Acme 2026").json
    desk.customer.open(link["url"])

    def meanwhile() -> None:
        edited(desk.api, link, CHANGES["company"])
        edited(desk.api, link, {"client": draft()["client"], "name": "Acme, second try"})

    desk.memory.meanwhile = meanwhile
    answer = desk.customer.decide(link["url"], path, FORM)

    assert answer.status == 303
    [row] = desk.rows().values()
    assert (row["name"], row["version"]) == ("Acme, second try", 4)


def test_a_partner_renamed_between_reading_and_writing_is_met_by_the_write_itself() -> None:
    desk = LinkDesk()
    desk.open()
    link = desk.create("Acme 2026").json
    desk.customer.open(link["url"])
    profile = desk.memory.items["PARTNER#p-hill", "PROFILE"]

    desk.memory.meanwhile = lambda: profile.update(name="Hill & Dale")
    answer = desk.customer.sign(link["url"])

    assert answer.status == 409
    assert "Hill &amp; Dale" in answer.body
    assert [row["link_status"] for row in desk.rows().values()] == ["pending"]


@pytest.mark.feature("A80", "A81", "A84")
@pytest.mark.parametrize(("path", "status"), [("/sign", "signed"), ("/reject", "rejected")])
def test_the_decided_link_and_its_audit_entry_hold_the_terms_with_their_digest(
    api: Api, customers: Customer, link: dict[str, Any], path: str, status: str
) -> None:
    shown = customers.terms(link["url"])

    customers.decide(link["url"], path, FORM)

    terms = {
        "language": "de",
        "vendor": "Vendor Software",
        "partner": "Hill Consulting",
        "asked_by": "Ada Hill",
        "company": "Acme GmbH",
        "contact_name": "Kim Kern",
        "contact_email": "kim@acme.example",
        "products": [
            {
                "product": {"code": "sales_hub", "name": "Sales Hub"},
                "edition": {"code": "professional", "name": "Professional"},
                "onboarding": {"code": "guided", "name": "Geführtes Onboarding"},
            }
        ],
        "providing_onboarding": True,
        "onboarding_duration": {"code": "1_month", "name": "1 Monat"},
    }
    row = row_of(api, link)
    decision = {
        "status": status,
        "signer_name": "Kim Kern",
        "reason": "Not us." if status == "rejected" else None,
        "decided_at": "2026-03-17T09:30:00.000000Z",
        "terms": terms,
        "terms_digest": shown,
        "sent_at": None,
        "opened_at": None,
        "time_zone": "UTC",
    }
    assert (row["link_status"], row["decision"]) == (status, decision)
    [entry] = [item for item in api.table.items() if item.get("action") == f"link.{status}"]
    assert entry["after"] == decision


@pytest.mark.parametrize("path", DECISIONS)
def test_a_decided_page_keeps_the_names_of_the_decision(
    api: Api, customers: Customer, link: dict[str, Any], path: str
) -> None:
    customers.decide(link["url"], path, FORM)
    decided = customers.open(link["url"]).body

    assert api.put("/v1/vendor/partners/p-hill", {"name": "Other", "type": "solutions_partner"}).status == 200

    assert customers.open(link["url"]).body == decided


@pytest.mark.parametrize("path", DECISIONS)
def test_a_decided_link_takes_the_same_decision_about_other_terms_for_another_one(
    api: Api, customers: Customer, link: dict[str, Any], path: str
) -> None:
    customers.open(link["url"])
    old = customers.terms(link["url"])
    edited(api, link, CHANGES["company"])
    customers.open(link["url"])
    customers.decide(link["url"], path, FORM)
    before = api.table.items()

    same = customers.decide(link["url"], path, FORM)
    other = customers.send("POST", link["url"], path=path, form={"terms": old, **FORM})

    assert (same.status, other.status) == (303, 409)
    assert "Acme AG" in other.body
    assert "nicht übernommen" in other.body
    assert api.table.items() == before
    assert len(notices(api)) == 2


def test_the_digest_is_that_of_the_terms_alone(api: Api, customers: Customer, link: dict[str, Any]) -> None:
    clone = api.post(f"{LINKS}/{link['id']}/clone").json
    assert read_link_token(clone["url"].rpartition("/")[2]) == LinkPlace("p-hill", clone["id"])

    assert customers.terms(clone["url"]) == customers.terms(link["url"])


def test_a_preview_bears_no_terms_to_send(api: Api, link: dict[str, Any]) -> None:
    assert 'name="terms"' not in api.get(f"{LINKS}/{link['id']}/preview").body
    assert 'name="terms"' not in api.post(f"{LINKS}/preview", draft()).body
    assert problem(api.patch(f"{LINKS}/{link['id']}", {"terms": "0" * 64}, match="*")) == (422, "validation_failed")
