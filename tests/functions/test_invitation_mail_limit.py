"""Whatever happens at the same moment, an address is mailed five times in 24 hours about joining a partner."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from shared.http.sign_ins import user_pool as pool_client
from tests.events import Answer
from tests.faults import Plan, Send, operation_of, planned, refusal
from tests.functions.client import Api, problem

USERS = "/v1/users"
NIA: dict[str, Any] = {"email": "nia@hill.example", "name": "Nia Nord", "role": "partner_member"}
OTHERS = 9


def count_of(api: Api) -> Any:
    return api.table.item("SENDINGS#nia@hill.example", "INVITATIONS#p-hill")


def mailing(mails: list[str], *, meanwhile: Callable[[], object] = lambda: None) -> Plan:
    """Notes each mail that the pool is asked for; something happens before it goes out."""

    def plan(request: AWSPreparedRequest, send: Send) -> AWSResponse:
        if operation_of(request) != "AdminCreateUser":
            return send(request)
        meanwhile()
        mails.append(operation_of(request))
        return send(request)

    return plan


@pytest.mark.usefixtures("user_pool")
@pytest.mark.parametrize("key", [None, "k-1"])
def test_requests_that_cross_while_the_pool_mails_have_one_limit_together(api: Api, key: str | None) -> None:
    path = f"{USERS}/{api.post(USERS, NIA).json['id']}/resend-invitation"
    mails: list[str] = []
    answers: list[Answer] = []
    left = iter(range(OTHERS))

    def cross() -> None:
        while next(left, None) is not None:
            answers.append(api.post(path, key=key))

    with planned(mailing(mails, meanwhile=cross), pool_client()):
        answers.append(api.post(path, key=key))

    statuses = Counter(answer.status for answer in answers)
    assert statuses == ({200: 4, 429: 6} if key is None else {200: 1, 409: 9})
    assert len(mails) == statuses[200]
    assert len(count_of(api)["sent"]) == 1 + statuses[200]


@pytest.mark.usefixtures("user_pool")
def test_newcomers_who_are_added_at_the_same_moment_have_one_limit_together(api: Api) -> None:
    mails: list[str] = []
    left = iter(range(OTHERS))

    def cross() -> None:
        number = next(left, None)
        if number is not None:
            api.post(USERS, {**NIA, "email": f"nia+{number}@hill.example"})

    with planned(mailing(mails, meanwhile=cross), pool_client()):
        api.post(USERS, NIA)

    assert len(mails) == 5
    assert len(count_of(api)["sent"]) == 5


@pytest.mark.usefixtures("user_pool")
def test_a_mail_is_counted_before_the_pool_is_asked_and_stays_counted_where_it_fails(api: Api) -> None:
    user_id = api.post(USERS, NIA).json["id"]
    counted: list[int] = []

    def plan(request: AWSPreparedRequest, send: Send) -> AWSResponse:
        if operation_of(request) != "AdminCreateUser":
            return send(request)
        counted.append(len(count_of(api)["sent"]))
        return refusal(request, "CodeDeliveryFailureException", "No mail went out.")

    with planned(plan, pool_client()):
        answers = [problem(api.post(f"{USERS}/{user_id}/resend-invitation")) for _ in range(5)]

    assert answers == [(503, "invitation_not_mailed")] * 4 + [(429, "too_many_invitation_mails")]
    assert counted == [2, 3, 4, 5]


@pytest.mark.usefixtures("user_pool")
def test_a_request_repeated_under_its_key_after_a_failure_counts_once(api: Api) -> None:
    user_id = api.post(USERS, NIA).json["id"]

    def plan(request: AWSPreparedRequest, send: Send) -> AWSResponse:
        if operation_of(request) != "AdminCreateUser":
            return send(request)
        return refusal(request, "CodeDeliveryFailureException", "No mail went out.")

    with planned(plan, pool_client()):
        assert api.post(f"{USERS}/{user_id}/resend-invitation", key="k-1").status == 503
    assert len(count_of(api)["sent"]) == 2

    api.clock.advance(timedelta(seconds=29))
    early = api.post(f"{USERS}/{user_id}/resend-invitation", key="k-1")
    assert problem(early) == (409, "idempotency_in_progress")
    api.clock.advance(timedelta(seconds=1))
    for _ in range(3):
        assert api.post(f"{USERS}/{user_id}/resend-invitation", key="k-1").status == 200
    assert len(count_of(api)["sent"]) == 2
