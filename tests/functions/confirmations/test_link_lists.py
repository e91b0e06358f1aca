"""The dashboard's list of links: by status, searched and sorted."""

from datetime import timedelta
from typing import Any

import pytest

from tests.functions.client import Api
from tests.functions.confirmations.conftest import LINKS, Customer, draft


@pytest.mark.feature("A77", "A78")
def test_the_list_tracks_links_by_status(api: Api, customers: Customer) -> None:
    made = {name: api.post(LINKS, draft(name=name)).json for name in ("Ash", "Birch", "Cedar", "Dune", "Elm")}
    customers.sign(made["Birch"]["url"])
    customers.reject(made["Cedar"]["url"])
    api.post(f"{LINKS}/{made['Dune']['id']}/revoke")

    def names(**query: str) -> list[str]:
        return [link["name"] for page in api.pages(LINKS, limit="2", **query) for link in page.json["data"]]

    assert names(status="pending", sort="name") == ["Ash", "Elm"]
    assert names(status="signed") == ["Birch"]
    assert names(status="rejected") == ["Cedar"]
    assert names(status="revoked") == ["Dune"]
    assert names(status="expired") == []
    assert names(sort="-name") == ["Elm", "Dune", "Cedar", "Birch", "Ash"]
    assert sorted(names(sort="status")[:2]) == ["Ash", "Elm"]
    assert names(sort="status")[2:] == ["Cedar", "Dune", "Birch"]
    api.clock.advance(timedelta(days=91))
    assert names(status="pending") == []
    assert names(status="expired", sort="name") == ["Ash", "Elm"]


@pytest.mark.parametrize("text", ["acme 2026", "ACME GMBH", "kern", "kim@acme", "àcmé", "KÉRN"])
def test_the_list_is_searched_by_name_company_contact_and_address(api: Api, link: dict[str, Any], text: str) -> None:
    other = {"company": "Globex", "contact_name": "Lea Lux", "email": "lea@globex.example", "language": "en"}
    api.post(LINKS, draft(name="Globex", client=other))

    assert [one["id"] for one in api.get(LINKS, query={"q": text}).json["data"]] == [link["id"]]
