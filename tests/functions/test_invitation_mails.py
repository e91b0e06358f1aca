"""First passwords and invitations by mail: again on demand, and told as not sent where the pool cannot mail."""

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from shared.http.sign_ins import user_pool as pool_client
from shared.table.values import Item
from tests.engines import REGION
from tests.events import subject_of
from tests.faults import Plan, Send, operation_of, planned, refusal
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem
from tests.pools import pooled

USERS = "/v1/users"
NIA: dict[str, Any] = {"email": "nia@hill.example", "name": "Nia Nord", "role": "partner_member"}
NOT_MAILED = [
    "CodeDeliveryFailureException",
    "InvalidEmailRoleAccessPolicyException",
    "LimitExceededException",
    "UserLambdaValidationException",
]


def refusing(code: str, *, made: bool = False) -> Plan:
    """A pool that cannot mail; with `made` it makes the sign-in all the same."""

    def plan(request: AWSPreparedRequest, send: Send) -> AWSResponse:
        if operation_of(request) != "AdminCreateUser":
            return send(request)
        if made:
            send(request)
        return refusal(request, code, "No mail went out.")

    return plan


def uncounted(api: Api) -> list[Item]:
    """All but how often the address was mailed: that is counted before the pool is asked."""
    return [item for item in api.table.items() if not item["pk"].startswith("SENDINGS#")]


def choose_password(pool_id: str, email: str) -> None:
    boto3.client("cognito-idp").admin_set_user_password(
        UserPoolId=pool_id, Username=email, Password="Chosen-one-1234!", Permanent=True
    )


def test_who_has_not_signed_in_gets_another_first_password(api: Api, user_pool: str) -> None:
    user = api.post(USERS, NIA).json

    answer = api.post(f"{USERS}/{user['id']}/resend-invitation")

    assert (answer.status, answer.json) == (200, user)
    assert list(pooled(user_pool, region=REGION).users) == ["nia@hill.example"]
    [entry] = [item for item in api.table.items() if item.get("action") == "user.invitation_resent"]
    assert (entry["partner_id"], entry["audit_object"], entry["audit_actor"]) == (
        "p-hill",
        f"user/{user['id']}",
        "u-ada",
    )


def test_who_has_signed_in_has_no_invitation(api: Api, user_pool: str) -> None:
    user_id = api.post(USERS, NIA).json["id"]
    choose_password(user_pool, NIA["email"])
    before = api.table.items()

    assert problem(api.post(f"{USERS}/{user_id}/resend-invitation")) == (409, "already_active")
    assert api.table.items() == before


def test_an_invitation_that_waits_is_mailed_again_though_the_person_signs_in_already(api: Api, user_pool: str) -> None:
    pool = boto3.client("cognito-idp")
    pool.admin_create_user(UserPoolId=user_pool, Username=RIVAL)
    choose_password(user_pool, RIVAL)
    api.post(USERS, {**NIA, "email": RIVAL})

    answer = api.post(f"{USERS}/u-rita/resend-invitation")

    assert (answer.status, answer.json["status"]) == (200, "invited")
    assert len([item for item in api.table.items() if item.get("kind") == "invited"]) == 2


def test_a_sign_in_that_the_pool_has_lost_is_made_anew(api: Api, user_pool: str) -> None:
    user_id = api.post(USERS, NIA).json["id"]
    boto3.client("cognito-idp").admin_delete_user(UserPoolId=user_pool, Username=NIA["email"])

    assert api.post(f"{USERS}/{user_id}/resend-invitation").status == 200

    second = subject_of(NIA["email"], generation=1)
    assert api.get("/v1/me", email=NIA["email"], sub=second).json["user_id"] == user_id
    assert problem(api.get("/v1/me", email=NIA["email"])) == (403, "not_a_member")
    assert api.patch(f"{USERS}/{user_id}", {"name": "Nia N."}, match="*").status == 200


@pytest.mark.usefixtures("user_pool")
def test_admins_alone_mail_again_and_only_to_their_own(api: Api) -> None:
    user_id = api.post(USERS, NIA).json["id"]
    path = f"{USERS}/{user_id}/resend-invitation"

    assert problem(api.post(path, email=MEMBER)) == (403, "role_required")
    assert problem(api.post(path, email=RIVAL)) == (404, "not_found")
    assert problem(api.post(f"{USERS}/u-nobody/resend-invitation")) == (404, "not_found")


@pytest.mark.parametrize("made", [False, True])
@pytest.mark.parametrize("code", NOT_MAILED)
def test_what_could_not_be_mailed_is_told_and_can_be_repeated(
    api: Api, user_pool: str, code: str, *, made: bool
) -> None:
    before = uncounted(api)

    with planned(refusing(code, made=made), pool_client()):
        answer = api.post(USERS, NIA)

    assert problem(answer) == (503, "invitation_not_mailed")
    assert answer.headers["retry-after"] == "60"
    assert uncounted(api) == before
    assert api.post(USERS, NIA).status == 201
    assert list(pooled(user_pool, region=REGION).users) == ["nia@hill.example"]


@pytest.mark.usefixtures("user_pool")
def test_under_its_key_too_a_refusal_of_the_pool_is_not_the_last_word(api: Api) -> None:
    with planned(refusing("CodeDeliveryFailureException"), pool_client()):
        refused = api.post(USERS, NIA, key="k-1")

    assert problem(refused) == (503, "invitation_not_mailed")
    api.clock.advance(timedelta(seconds=int(refused.headers["retry-after"])))
    assert api.post(USERS, NIA, key="k-1").status == 201


@pytest.mark.usefixtures("user_pool")
def test_the_vendors_upsert_is_told_so_too(api: Api) -> None:
    path = "/v1/vendor/partners/p-hill/users/u-nia"

    with planned(refusing("CodeDeliveryFailureException"), pool_client()):
        assert problem(api.put(path, NIA)) == (503, "invitation_not_mailed")

    assert api.put(path, NIA).json["result"] == "created"


@pytest.mark.usefixtures("user_pool")
def test_a_mail_that_is_sent_again_and_fails_is_told_so(api: Api) -> None:
    user_id = api.post(USERS, NIA, email=ADMIN).json["id"]
    before = uncounted(api)

    with planned(refusing("CodeDeliveryFailureException"), pool_client()):
        answer = api.post(f"{USERS}/{user_id}/resend-invitation")

    assert problem(answer) == (503, "invitation_not_mailed")
    assert uncounted(api) == before


@pytest.mark.usefixtures("user_pool")
def test_an_address_that_the_pool_refuses_is_named(api: Api) -> None:
    with planned(refusing("InvalidParameterException"), pool_client()):
        answer = api.post(USERS, NIA)

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/email"]


@pytest.mark.usefixtures("user_pool")
def test_an_address_is_mailed_five_times_a_day_whatever_becomes_of_the_user(api: Api) -> None:
    for _ in range(2):
        user_id = api.post(USERS, NIA).json["id"]
        assert api.post(f"{USERS}/{user_id}/resend-invitation").status == 200
        api.delete(f"{USERS}/{user_id}")
    user_id = api.post(USERS, NIA).json["id"]
    before = api.table.items()

    refused = api.post(f"{USERS}/{user_id}/resend-invitation")

    assert problem(refused) == (429, "too_many_invitation_mails")
    assert refused.headers["retry-after"] == "86400"
    assert "possible again from 18 March 2026, 09:30 UTC" in refused.json["detail"]
    assert api.table.items() == before
    assert api.post(USERS, NIA, email=RIVAL).status == 201  # another partner is another matter
    api.clock.advance(timedelta(days=1))
    assert api.post(f"{USERS}/{user_id}/resend-invitation").status == 200


def test_invitations_too_are_mailed_so_often_and_no_more(api: Api) -> None:
    for _ in range(5):
        assert api.post(USERS, {**NIA, "email": RIVAL}).status == 201
        api.post("/v1/me/memberships/p-hill/decline", email=RIVAL)

    assert problem(api.post(USERS, {**NIA, "email": RIVAL})) == (429, "too_many_invitation_mails")
