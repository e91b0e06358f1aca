"""Which employee works for which client, and what that earns."""

from datetime import timedelta

import pytest

from shared.domain.languages import Language
from shared.domain.people import Role
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem
from tests.functions.employees.conftest import EMPLOYEES, NIA, OF_NIA, Office

NIA_AS_USER = {
    "id": "u-nia",
    "email": NIA,
    "name": "Nia Nord",
    "role": "partner_member",
    "language": "en",
    "partner_employee": True,
    "status": "active",
}
NOT_LISTED = "The client's portal does not list the employee as a user. Request access; the client has to add them."


@pytest.mark.feature("A87", "A89", "A91")
def test_an_admin_marks_a_user_as_a_partner_employee(api: Api) -> None:
    path = "/v1/users/u-max/partner-employee"

    answer = api.put(path, {"enabled": True}, email=ADMIN)

    assert (answer.status, answer.headers["etag"], answer.json["partner_employee"]) == (200, '"v2"', True)
    assert api.get("/v1/users/u-max").json["partner_employee"] is True
    assert [one["id"] for one in api.get(EMPLOYEES).json["data"]] == ["u-max"]
    before = api.table.items()
    assert api.put(path, {"enabled": True}, email=ADMIN).headers["etag"] == '"v2"'
    assert api.table.items() == before
    assert problem(api.put(path, {"enabled": False}, email=ADMIN, match='"v1"')) == (412, "precondition_failed")
    assert api.put(path, {"enabled": False}, email=ADMIN, match='"v2"').json["partner_employee"] is False
    assert api.get(EMPLOYEES).json["data"] == []
    assert problem(api.put(path, {"enabled": True}, email=MEMBER)) == (403, "role_required")
    assert problem(api.put(path, {"enabled": 1}, email=ADMIN)) == (422, "validation_failed")


@pytest.mark.feature("A93", "A94")
def test_employees_are_listed_by_name_with_the_number_of_their_clients(office: Office) -> None:
    office.seed.client("4712")
    office.api.seed.user("ben@hill.example", name="Ben Blau")
    office.tag("u-ben")
    office.assign("4711", "4712")

    pages = office.api.pages(EMPLOYEES, limit="1")

    assert [[(one["name"], one["client_count"]) for one in page.json["data"]] for page in pages] == [
        [("Ben Blau", 0)],
        [("Nia Nord", 2)],
    ]
    assert pages[1].json["data"] == [{**NIA_AS_USER, "client_count": 2}]


@pytest.mark.feature("A88", "A95", "A96", "A97", "A98")
def test_clients_of_the_list_and_typed_hub_ids_are_assigned_one_by_one(office: Office) -> None:
    office.seed.client("4712", company="Beta")
    office.seed.client("4799", partners={"p-lake": "managed"})
    chosen = [
        {"client_id": "c-4711"},
        {"hub_id": "4712"},
        {"client_id": "c-4711"},
        {"hub_id": "4799"},
        {"hub_id": "no#hub"},
        {"client_id": "no client"},
        {"client_id": "c-4711", "hub_id": "4711"},
        "c-4711",
    ]

    answer = office.api.post(f"{OF_NIA}/clients", {"clients": chosen})

    results = answer.json["results"]
    assert results[:6] == [
        {"client_id": "c-4711", "hub_id": "4711", "status": "assigned"},
        {"client_id": "c-4712", "hub_id": "4712", "status": "assigned"},
        {"client_id": "c-4711", "hub_id": "4711", "status": "already_assigned"},
        {"client_id": None, "hub_id": "4799", "status": "not_found"},
        {"client_id": None, "hub_id": "no#hub", "status": "not_found"},
        {"client_id": "no client", "hub_id": None, "status": "not_found"},
    ]
    assert [(one["status"], one["problem"]["code"]) for one in results[6:]] == [("refused", "validation_failed")] * 2
    assert office.api.get(OF_NIA).json == {
        **NIA_AS_USER,
        "client_count": 2,
        "clients": [
            {
                "client_id": f"c-{hub_id}",
                "company": company,
                "assigned_at": "2026-03-17T09:30:00Z",
                "portal_access": access,
                "access_requested_at": None,
                "last_activity_at": None,
                "managed_credit": "none",
                "managed_credit_reason": reason,
                "managed_credit_detail": detail,
            }
            for hub_id, company, access, reason, detail in (
                (
                    "4711",
                    "Acme",
                    "granted",
                    "no_recent_activity",
                    "The employee has not published, created or edited anything in the client's portal lately.",
                ),
                ("4712", "Beta", "not_requested", "not_in_portal", NOT_LISTED),
            )
        ],
        "next_cursor": None,
    }
    assert [one["status"] for one in office.assign("4711", "4712")] == ["already_assigned"] * 2
    assert office.api.get(OF_NIA).json["client_count"] == 2


def test_the_clients_of_an_employee_come_in_pages(office: Office) -> None:
    for number in range(3):
        office.seed.client(f"480{number}", company=f"Company {number}")
    office.assign("4802", "4800", "4801")
    first = office.api.get(OF_NIA, query={"limit": "2"})

    second = office.api.get(OF_NIA, query={"limit": "2", "cursor": first.json["next_cursor"]})

    assert [one["company"] for one in (*first.json["clients"], *second.json["clients"])] == [
        "Company 0",
        "Company 1",
        "Company 2",
    ]
    assert second.json["next_cursor"] is None


def test_a_client_with_a_new_name_takes_its_place_by_that_name(office: Office) -> None:
    for number in range(3):
        office.seed.client(
            f"480{number}", company=f"Company {number}", partners={"p-hill": "managed", "p-lake": "sold"}
        )
    office.assign("4802", "4800", "4801")
    office.assign("4800", email=RIVAL)

    office.seed.client("4800", company="Zebra", partners={})

    first = office.api.get(OF_NIA, query={"limit": "2"}).json
    second = office.api.get(OF_NIA, query={"limit": "2", "cursor": first["next_cursor"]}).json
    assert [one["company"] for one in (*first["clients"], *second["clients"])] == ["Company 1", "Company 2", "Zebra"]
    assert {row["company"] for row in office.rows("ASSIGNMENT#u-nia#4800")} == {"Zebra"}
    assert office.rows("CASCADE#") == []
    assert office.reasons() == dict.fromkeys(("c-4800", "c-4801", "c-4802"), "not_in_portal")


@pytest.mark.feature("A92", "A99", "A101")
def test_credit_is_earned_once_all_conditions_hold_and_ends_with_each(office: Office) -> None:
    office.seed.client("4712", company="Beta")
    assert office.assign("4712")[0]["status"] == "assigned"
    told: list[str | None] = []

    def note() -> None:
        told.append(office.reasons()["c-4712"])

    note()
    office.seed.client("4712", company="Beta", portal_users=[NIA])
    note()
    office.act("4712", kind="view")
    note()
    office.act("4712", ago=timedelta(days=90), activity_id="e-2")
    note()
    office.tag(enabled=False)
    note()
    office.tag()
    note()
    office.seed.relation("4712", "p-hill", "sold")
    note()
    office.seed.relation("4712", "p-hill", "sold_and_managed")
    office.api.clock.advance(timedelta(seconds=1))
    note()

    assert told == [
        "not_in_portal",
        "no_recent_activity",
        "no_recent_activity",
        None,
        "not_tagged",
        None,
        "relationship_not_managed",
        "no_recent_activity",
    ]


def test_an_activity_from_before_the_assignment_counts(office: Office) -> None:
    office.act("4711")

    office.assign("4711")

    assert office.reasons() == {"c-4711": None}


@pytest.mark.feature("A106", "A107", "A108", "A109", "A110")
def test_the_second_partner_of_an_address_earns_nothing_and_learns_the_ways_out_but_not_from_whom(
    office: Office,
) -> None:
    lake = {"name": "Lake & Co", "type": "solutions_partner", "email_domain": "lake.example"}
    office.api.put("/v1/vendor/partners/p-lake", lake)
    office.act("4711")
    office.assign("4711")

    answer = office.api.post(f"{OF_NIA}/clients", {"clients": [{"hub_id": "4711"}]}, email=RIVAL)

    [result] = answer.json["results"]
    assert (result["status"], result["problem"]["code"]) == (
        "assigned_without_credit",
        "email_already_with_another_partner",
    )
    assert result["problem"]["detail"] == (
        "You earn no managed credit by this address. Three ways lead out: ask the other partner to remove the "
        "employee's access to the client (a transfer request does that), make a new address for the employee on your "
        "own e-mail domain, lake.example, and add it as a user, or ask the employee for another address."
    )
    seen = [
        answer.body,
        *(office.api.get(path, email=RIVAL).body for path in (OF_NIA, f"{OF_NIA}/activity", EMPLOYEES)),
    ]
    assert all(word not in body for body in seen for word in ("Hill Consulting", "p-hill", "Ada", "u-ada"))
    assert office.reasons(email=RIVAL) == {"c-4711": "email_with_another_partner"}
    assert office.reasons() == {"c-4711": None}

    office.remove("4711")

    assert office.reasons(email=RIVAL) == {"c-4711": None}


def test_another_address_is_the_other_way_out(office: Office) -> None:
    office.assign("4711")
    office.assign("4711", email=RIVAL)
    office.api.seed.user("nia@lake.example", partner_id="p-lake", role=Role.PARTNER_MEMBER, user_id="u-nia-2")
    office.tag("u-nia-2", email=RIVAL)

    assert office.assign("4711", user_id="u-nia-2", email=RIVAL)[0]["status"] == "assigned"


def test_the_employee_is_told_of_all_clients_of_a_request_in_one_mail(office: Office) -> None:
    office.api.seed.user("kai@hill.example", name="Kai", language=Language.GERMAN)
    office.seed.client("4712", company="Beta")

    office.assign("4711", "4712", "4711", user_id="u-kai")
    office.assign("4711", "4712", user_id="u-kai")
    office.assign("4711", user_id="u-ada")

    [notice] = office.notices("employee_assigned")
    assert (notice["user_id"], notice["content"]) == (
        "u-kai",
        {"partner_name": "Hill Consulting", "companies": ["Acme", "Beta"], "assigned_by": "Ada Hill"},
    )
