"""Routes about who talks to clients about renewals, and one client's renewals as a whole."""

from functions.renewals import service
from functions.renewals.schemas import (
    ClientRenewalsAnswer,
    RenewalDefaultAnswer,
    RenewalOwnerAnswer,
    RenewalOwnerBody,
    RenewalSettingsBody,
)
from functions.renewals.service import RenewalDesk, owner_of
from shared.domain.clients import Client
from shared.http.routing import RoomRouter
from shared.program import program

router = RoomRouter()


def desk() -> RenewalDesk:
    """The caller's partner's."""
    exchange = router.exchange
    return RenewalDesk(exchange.session, exchange.partner_id, exchange.operation, program())


@router.get("/v1/renewals/settings", summary="The default renewal owner", tags=["Renewals"])
def read_settings() -> RenewalDefaultAnswer:
    """Who talks to clients about renewals, unless a client has an owner of its own."""
    settings = desk().defaults.find()
    router.exchange.tag(settings.version)
    return RenewalDefaultAnswer.of_settings(settings)


@router.put("/v1/renewals/settings", summary="Set the default renewal owner", tags=["Renewals"])
def change_settings(body: RenewalSettingsBody) -> RenewalDefaultAnswer:
    """Let the vendor mail clients with a copy to your user, or have your user alone told."""
    settings = service.change_settings(desk(), body.to_choice(), unchanged=router.exchange.require_match)
    router.exchange.tag(settings.version)
    return RenewalDefaultAnswer.of_settings(settings)


@router.get("/v1/clients/<client_id>/renewal-owner", summary="A client's renewal owner", tags=["Renewals"])
def read_owner(client_id: str) -> RenewalOwnerAnswer:
    """Who talks to this client about its renewals, and what the default says now."""
    here = desk()
    return _told(here, here.found(client_id))


@router.put("/v1/clients/<client_id>/renewal-owner", summary="Set a client's renewal owner", tags=["Renewals"])
def change_owner(client_id: str, body: RenewalOwnerBody) -> RenewalOwnerAnswer:
    """Give the client an owner of its own, or let it follow the default."""
    here = desk()
    client = service.change_owner(here, client_id, body.to_choice(), unchanged=router.exchange.require_match)
    return _told(here, client)


@router.get("/v1/clients/<client_id>/renewals", summary="A client's renewals", tags=["Renewals"])
def read_client_renewals(client_id: str) -> ClientRenewalsAnswer:
    """Each subscription as it is and as it will be, who decides at the client, and who tells whom."""
    here = desk()
    client, today = here.found(client_id), here.today()
    return ClientRenewalsAnswer.of_client(
        client, owner_of(here, client), partner_id=here.partner_id, today=today, program=here.program
    )


def _told(here: RenewalDesk, client: Client) -> RenewalOwnerAnswer:
    owner = owner_of(here, client)
    router.exchange.tag(owner.version)
    return RenewalOwnerAnswer.of(owner)
