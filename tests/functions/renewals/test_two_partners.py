"""One client, two partners: one of them decides its renewals, and what it wrote stays with it."""

from datetime import date, timedelta
from typing import Any

import pytest

from functions.renewals import service
from functions.renewals.digests import digest_content
from functions.renewals.errors import NotResponsibleError
from functions.renewals.service import FoundRenewal, RenewalDesk, decide
from shared.domain.renewals import RenewalStatus
from shared.program import program
from shared.table.client_lists import Clients
from tests.client_factories import ClientSeed
from tests.factories import operation
from tests.functions.client import MEMBER, RIVAL, Api, problem
from tests.functions.renewals.renewal_world import RenewalWorld

TODAY = date(2026, 3, 17)
DECISION = "/v1/renewals/r-s-1/decision"
CANCEL = {"decision": "request_cancellation", "reason": "They are unhappy with us."}
OF_ACME = "/v1/clients/c-4711/renewals"


@pytest.fixture
def shared_client(seed: ClientSeed) -> str:
    """Acme, which p-hill sold to first and p-lake manages since; answers its id."""
    client_id = seed.client(partners={"p-hill": "sold", "p-lake": "managed"})
    seed.subscription()
    return client_id


def shown_decision(api: Api, *, email: str) -> Any:
    [subscription] = api.get(OF_ACME, email=email).json["subscriptions"]
    return subscription["decision"]


def written(api: Api) -> list[dict[str, Any]]:
    """All but the answers kept for a repeat."""
    return [item for item in api.table.items() if not item["pk"].startswith("REPLAY#")]


@pytest.mark.usefixtures("shared_client")
def test_who_only_sold_does_not_decide_for_who_manages(api: Api) -> None:
    before = written(api)

    refused = api.post(DECISION, CANCEL)

    assert problem(refused) == (409, "not_responsible")
    assert refused.json["detail"] == (
        "Another partner is responsible for this client's renewals and decides about them. "
        "Ask your renewal manager if that should be you."
    )
    assert written(api) == before
    assert api.post(DECISION, CANCEL, email=RIVAL).json["status"] == "cancellation_requested"


@pytest.mark.usefixtures("shared_client")
def test_even_the_decision_that_stands_is_not_the_others_to_take(api: Api) -> None:
    assert api.post(DECISION, CANCEL, email=RIVAL).status == 200

    for body in (CANCEL, {"decision": "confirm"}):
        assert problem(api.post(DECISION, body)) == (409, "not_responsible")


@pytest.mark.usefixtures("shared_client")
def test_the_other_partner_reads_the_decision_without_reason_and_name(api: Api) -> None:
    api.post(DECISION, CANCEL, email=RIVAL)

    known = {"decision": "request_cancellation", "decided_at": "2026-03-17T09:30:00Z"}
    assert shown_decision(api, email=RIVAL) == {**known, "reason": CANCEL["reason"], "decided_by": "u-rita"}
    assert shown_decision(api, email=MEMBER) == {**known, "reason": None, "decided_by": None}
    for path in ("/v1/renewals", OF_ACME, "/v1/clients/c-4711", "/v1/clients"):
        answer = api.get(path)
        assert (answer.status, "unhappy" in answer.body, "u-rita" in answer.body) == (200, False, False)


def test_who_becomes_responsible_later_does_not_read_the_reason_of_the_one_before(api: Api, seed: ClientSeed) -> None:
    seed.client(partners={"p-hill": "sold"})
    seed.subscription()
    assert api.post(DECISION, CANCEL).status == 200

    seed.relation("4711", "p-lake", "managed")

    known = {"decision": "request_cancellation", "decided_at": "2026-03-17T09:30:00Z"}
    assert shown_decision(api, email=RIVAL) == {**known, "reason": None, "decided_by": None}
    assert shown_decision(api, email=MEMBER) == {**known, "reason": CANCEL["reason"], "decided_by": "u-ada"}


@pytest.mark.usefixtures("shared_client")
def test_each_partner_sees_whether_it_is_the_one_who_decides(api: Api) -> None:
    def responsible(email: str) -> list[bool]:
        [row] = api.get("/v1/renewals", email=email).json["data"]
        whole = api.get(OF_ACME, email=email).json
        owner = api.get("/v1/clients/c-4711/renewal-owner", email=email).json
        return [row["responsible"], whole["responsible"], owner["responsible"]]

    assert responsible(MEMBER) == [False, False, False]
    assert responsible(RIVAL) == [True, True, True]

    api.post("/v1/clients/c-4711/end-services", {"confirm": True}, email=RIVAL)

    assert responsible(MEMBER) == [True, True, True]
    assert api.post(DECISION, {"decision": "confirm"}).json["responsible"] is True


@pytest.mark.usefixtures("shared_client")
@pytest.mark.parametrize(("email", "partner_id", "count"), [(MEMBER, "p-hill", 0), (RIVAL, "p-lake", 1)])
def test_dashboard_calendar_and_digest_ask_the_responsible_partner_alone(
    api: Api, email: str, partner_id: str, count: int
) -> None:
    assert api.get("/v1/dashboard", email=email).json["alerts"] == {"upcoming_renewal_decisions": count}
    assert api.get("/v1/renewals.ics", email=email).body.count("BEGIN:VEVENT") == count
    clients = Clients(ClientSeed(table=api.table).session, partner_id)
    digest = digest_content(clients, today=TODAY, rules=program().renewals)
    assert len(digest["renewals"] if digest else []) == count


def test_a_partner_that_stops_being_responsible_while_it_decides_is_refused(
    world: RenewalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.people.partner("p-lake", name="Lake & Co")
    world.clients.relation("4711", "p-hill", "sold")
    world.subscription("s-1", TODAY + timedelta(days=90))
    find, found = service.find_renewal, list[FoundRenewal]()

    def find_and_lose(desk: RenewalDesk, renewal_id: str, *, today: date) -> FoundRenewal:
        found.append(find(desk, renewal_id, today=today))
        if len(found) == 1:
            world.clients.relation("4711", "p-lake", "managed")
        return found[-1]

    monkeypatch.setattr(service, "find_renewal", find_and_lose)
    desk = RenewalDesk(world.session, "p-hill", operation(at=world.clock.now), program())

    with pytest.raises(NotResponsibleError):
        decide(desk, "r-s-1", RenewalStatus.CONFIRMED, reason=None, today=TODAY)

    assert [one.client.responsible_partner for one in found] == ["p-hill", "p-lake"]
    assert world.clients.found().subscriptions["s-1"].state.status is RenewalStatus.PENDING
