"""Routes by which the vendor reports its clients, who serves them, what they subscribe to and what they use."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.vendor import clients_service as service
from functions.vendor.clients_answers import ClientAnswer, RelationAnswer, SubscriptionAnswer, UsageAnswer
from functions.vendor.clients_schemas import ClientBody, RelationBody, SubscriptionBody, UsageBody
from functions.vendor.errors import (
    ClientTooLargeError,
    SubscriptionElsewhereError,
    UnknownClientError,
    UnknownPartnerError,
)
from functions.vendor.upserts import upserted
from shared.http.routing import RoomRouter, refuses
from shared.http.schemas import VendorId
from shared.program import program
from shared.table import keys

router = RoomRouter()


HubIdInPath = Annotated[VendorId, Path()]
PartnerIdInPath = Annotated[VendorId, Path()]
SubscriptionIdInPath = Annotated[VendorId, Path()]


def _one_client(_: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.client(path["hub_id"])]


def _one_relation(_: str, path: Mapping[str, str]) -> Sequence[keys.Key]:
    return [keys.client(path["hub_id"]), keys.partner(path["partner_id"])]


READ_AHEAD = MappingProxyType(
    {
        "PUT /v1/vendor/clients/{hub_id}": _one_client,
        "PUT /v1/vendor/clients/{hub_id}/partners/{partner_id}": _one_relation,
        "PUT /v1/vendor/usage/{hub_id}": _one_client,
    }
)


@router.put(
    "/v1/vendor/clients/<hub_id>",
    summary="Make or change a client",
    tags=["Vendor"],
    openapi_extensions=refuses(ClientTooLargeError),
)
def save_client(hub_id: HubIdInPath, body: ClientBody) -> Response[ClientAnswer]:
    """Say what a client is. Who serves it, what it pays for and what it uses have routes of their own."""
    exchange = router.exchange
    client, outcome = service.save_client(
        exchange.session, exchange.operation, hub_id=hub_id, profile=body.to_profile(), rules=program()
    )
    return upserted(outcome, ClientAnswer.of(hub_id, client.profile, result=outcome), path=router.current_event.path)


@router.put(
    "/v1/vendor/clients/<hub_id>/partners/<partner_id>",
    summary="Relate a partner to a client",
    tags=["Vendor"],
    openapi_extensions=refuses(ClientTooLargeError, UnknownClientError, UnknownPartnerError),
)
def save_relation(hub_id: HubIdInPath, partner_id: PartnerIdInPath, body: RelationBody) -> Response[RelationAnswer]:
    """Say whether the partner sold to the client, manages it, or both. The client is then in the partner's list.

    A partner that had ended its services is related anew, from now on.
    """
    exchange = router.exchange
    client, outcome = service.save_relation(
        exchange.session,
        exchange.operation,
        hub_id=hub_id,
        partner_id=partner_id,
        relationship=body.relationship,
        rules=program(),
    )
    return upserted(
        outcome,
        RelationAnswer.of(hub_id, partner_id, client.relations[partner_id], result=outcome),
        path=router.current_event.path,
    )


@router.put(
    "/v1/vendor/subscriptions/<subscription_id>",
    summary="Make or change a subscription",
    tags=["Vendor"],
    openapi_extensions=refuses(ClientTooLargeError, SubscriptionElsewhereError, UnknownClientError),
)
def save_subscription(subscription_id: SubscriptionIdInPath, body: SubscriptionBody) -> Response[SubscriptionAnswer]:
    """Say what a client pays for, and when it renews.

    While the renewal's day is ahead, a moved day leaves the partner's decision as it is. Once it has come, another
    `renews_on` begins the next renewal, undecided.
    """
    exchange = router.exchange
    client, outcome = service.save_subscription(
        exchange.session,
        exchange.operation,
        hub_id=body.hub_id,
        subscription=body.to_subscription(subscription_id),
        rules=program(),
    )
    saved = client.subscriptions[subscription_id]
    return upserted(outcome, SubscriptionAnswer.of(body.hub_id, saved, result=outcome), path=router.current_event.path)


@router.put(
    "/v1/vendor/usage/<hub_id>",
    summary="Say what a client uses",
    tags=["Vendor"],
    openapi_extensions=refuses(ClientTooLargeError, UnknownClientError),
)
def save_usage(hub_id: HubIdInPath, body: UsageBody) -> Response[UsageAnswer]:
    """Say which tools and apps a client uses and how engaged it is, as measured on a day."""
    exchange = router.exchange
    usage = body.to_usage()
    _, outcome = service.save_usage(exchange.session, exchange.operation, hub_id=hub_id, usage=usage, rules=program())
    return upserted(outcome, UsageAnswer.of(hub_id, usage, result=outcome), path=router.current_event.path)
