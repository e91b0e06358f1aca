"""Reminders to the customer, and the end of what nobody answered."""

from datetime import timedelta
from typing import Any

import pytest

from shared.runs import UnfinishedRunError
from shared.table.client import dynamodb
from tests.faults import no_writes_of
from tests.functions.client import ADMIN, RIVAL, Api
from tests.functions.confirmations.conftest import LINKS, Attend, Customer, draft, notices


def reminded(api: Api) -> list[str]:
    """The days that were meant, of each reminder one."""
    days = sorted(item["as_of"] for item in api.table.items() if item.get("action") == "link.reminded")
    assert len(days) == sum(item["kind"] == "link_reminder" for item in notices(api))
    return days


def test_a_sent_link_is_reminded_of_after_five_days_then_every_two_at_most_five_times(
    api: Api, link: dict[str, Any], attend: Attend
) -> None:
    api.post(f"{LINKS}/{link['id']}/send")
    for day in range(17, 32):
        attend(f"2026-03-{day}")

    assert reminded(api) == ["2026-03-22", "2026-03-24", "2026-03-26", "2026-03-28", "2026-03-30"]


def test_a_run_that_is_repeated_or_late_reminds_once(api: Api, link: dict[str, Any], attend: Attend) -> None:
    api.post(f"{LINKS}/{link['id']}/send")
    counts = [attend(day) for day in ("2026-03-26", "2026-03-26", "2026-03-27")]

    assert [count["reminded"] for count in counts] == [1, 0, 0]
    assert reminded(api) == ["2026-03-26"]
    assert attend("2026-03-28")["reminded"] == 1


def test_a_link_that_was_never_mailed_is_not_reminded_of(api: Api, link: dict[str, Any], attend: Attend) -> None:
    assert link["sent_at"] is None
    assert attend("2026-05-01") == {"reminded": 0, "expired": 0}
    assert notices(api) == []


def test_a_decided_or_revoked_link_is_left_alone(
    api: Api, customers: Customer, link: dict[str, Any], attend: Attend
) -> None:
    other = api.post(f"{LINKS}/{link['id']}/clone").json
    for one in (link, other):
        api.post(f"{LINKS}/{one['id']}/send")
    customers.sign(link["url"])
    api.post(f"{LINKS}/{other['id']}/revoke")

    assert attend("2026-12-01") == {"reminded": 0, "expired": 0}


def test_sending_again_starts_the_reminders_anew(api: Api, link: dict[str, Any], attend: Attend) -> None:
    api.post(f"{LINKS}/{link['id']}/send")
    attend("2026-03-22")
    api.clock.advance(timedelta(days=6))
    api.post(f"{LINKS}/{link['id']}/send")

    assert attend("2026-03-27")["reminded"] == 0
    assert attend("2026-03-28")["reminded"] == 1


def test_an_unanswered_link_expires_and_its_creator_is_told(
    api: Api, customers: Customer, link: dict[str, Any], attend: Attend
) -> None:
    assert attend("2026-06-14") == {"reminded": 0, "expired": 0}
    assert attend("2026-06-15") == {"reminded": 0, "expired": 1}
    assert attend("2026-06-15") == {"reminded": 0, "expired": 0}

    [notice] = notices(api)
    assert (notice["kind"], notice["user_id"]) == ("link_expired", "u-ada")
    assert api.get(f"{LINKS}/{link['id']}").json["status"] == "expired"
    assert customers.open(link["url"]).status == 404


def test_what_fails_for_one_partner_is_done_for_the_others_and_makes_the_run_fail(
    api: Api, attend: Attend, caplog: pytest.LogCaptureFixture
) -> None:
    for email in (RIVAL, ADMIN, RIVAL, ADMIN):
        api.post(LINKS, draft(), email=email)

    with no_writes_of(dynamodb(), "p-lake"), pytest.raises(UnfinishedRunError, match=r": p-lake$"):
        attend("2026-06-15")

    assert [item["partner_id"] for item in notices(api)] == ["p-hill", "p-hill"]
    assert [record.partner_id for record in caplog.records if record.levelname == "ERROR"] == ["p-lake"]  # type: ignore[attr-defined]
    assert attend("2026-06-15") == {"reminded": 0, "expired": 2}


ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (ONE_CLICK, "application/x-www-form-urlencoded"),
        (
            '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
        (ONE_CLICK, "Multipart/Form-Data"),
        (ONE_CLICK, ""),
        ("", "application/x-www-form-urlencoded"),
    ],
)
def test_the_customer_can_end_the_reminders_and_still_decide(
    api: Api, customers: Customer, link: dict[str, Any], attend: Attend, body: str, media_type: str
) -> None:
    api.post(f"{LINKS}/{link['id']}/send")
    before = api.table.items()
    for method in ("GET", "HEAD"):
        assert customers.send(method, link["url"], path="/unsubscribe").status == 200
    assert api.table.items() == before

    answer = customers.send("POST", link["url"], path="/unsubscribe", form=body, media_type=media_type)

    assert (answer.status, "location" in answer.headers) == (200, False)
    assert "Sie werden nicht mehr daran erinnert" in answer.body
    assert attend("2026-05-01") == {"reminded": 0, "expired": 0}
    assert customers.sign(link["url"]).status == 303
