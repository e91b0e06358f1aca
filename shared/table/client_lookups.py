"""Many clients at once, for the breakdown of points and for checking it."""

from collections.abc import Iterator, Sequence

from shared.domain.clients import Client
from shared.table import keys
from shared.table.client_records import stored_client
from shared.table.session import TableSession

_CLIENTS_A_CALL = 1_000


def companies(session: TableSession, hub_ids: Sequence[str]) -> dict[str, str]:
    """The companies of these clients by hub id."""
    items = session.get_many([keys.client(hub_id) for hub_id in hub_ids])
    return {item["hub_id"]: item["profile"]["company"] for item in items if item is not None}


def known_clients(session: TableSession, hub_ids: Sequence[str]) -> list[Client]:
    """Those of them that are known, in the order asked for."""
    return [stored_client(item) for item in session.get_many([keys.client(one) for one in hub_ids]) if item]


def every_hub_id(session: TableSession, partner_id: str) -> Iterator[str]:
    """Of all the partner's clients, however many there are."""
    start = None
    while True:
        page = session.list_page(
            pk=keys.partner(partner_id).pk,
            prefix=keys.CLIENT_PREFIX,
            index=None,
            descending=False,
            limit=_CLIENTS_A_CALL,
            start=start,
        )
        yield from (item["hub_id"] for item in page.items)
        start = page.last
        if start is None:
            return
