"""How large the parts of a client may be, so that its one item stays below DynamoDB's 400 KB whoever changes it.

The vendor's reports have one part of it, and are refused beyond that. The facts about who works for the client have
another: of them the oldest are forgotten, so that whatever ends something can always be written. Sizes are those of the
item as JSON, which is never shorter than the item is stored.
"""

import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from shared.domain.clients import Client
from shared.domain.service import Service, Worker
from shared.table.client_records import client_record
from shared.table.service_records import worker_record

MOST_REPORTED = 210_000
"""What the vendor reports of a client, with all that may be decided about its renewals."""
MOST_OF_A_REPORT = 160_000
"""One report: the audit trail keeps what was said before beside what is said now, in one item."""
MOST_WORKERS = 180_000
"""Who works for the client, and has."""
MOST_STANDING = 165_000
"""Of it, who works for the client now; the rest is left for what becomes known of them."""

_DECISION = 2_200
"""A decision about a renewal with the longest reason, and the notices sent about it."""
_CHOICE = 600
"""A partner's own choice of who is told of renewals."""
_A_WORKER = 330
"""All that is known as of now of an address, beside itself and who claims it."""
_A_CLAIM = 150


def size_of(record: Mapping[str, Any]) -> int:
    """In bytes of UTF-8, as JSON."""
    return len(json.dumps(record, ensure_ascii=False).encode())


def reported_size(client: Client) -> int:
    """What the vendor has said of the client, and what partners may add to it."""
    record = client_record(replace(client, service=replace(client.service, workers={})))
    for one in record["subscriptions"].values():
        one["state"] = None
    renewals = sum(1 for one in client.subscriptions.values() if one.renews_on)
    return size_of(record) + renewals * _DECISION + len(client.relations) * _CHOICE


def has_room_for_workers(service: Service) -> bool:
    """Whether everybody who works for the client has room, whatever becomes known of them."""
    return sum(_standing_size(email, one) for email, one in service.workers.items()) <= MOST_STANDING


def fitted(service: Service) -> Service:
    """The facts without the oldest where there are too many: what ended first, then what preceded the present."""
    sizes = {email: _size(email, one) for email, one in service.workers.items()}
    surplus = sum(sizes.values()) - MOST_WORKERS
    if surplus <= 0:
        return service
    workers = dict(service.workers)
    ended = [
        (one.span.until, email, one)
        for email, worker in workers.items()
        for one in worker.claims
        if one.span.until is not None
    ]
    for _, email, claim in sorted(ended, key=lambda found: found[0]):
        if surplus <= 0:
            break
        worker = workers.pop(email)
        claims = tuple(one for one in worker.claims if one is not claim)
        if claims:
            workers[email] = replace(worker, claims=claims)
        size = _size(email, workers[email]) if claims else 0
        surplus -= sizes[email] - size
        sizes[email] = size
    for email, worker in list(workers.items()):
        if surplus <= 0:
            break
        workers[email] = _as_of_now(worker)
        surplus -= sizes[email] - _size(email, workers[email])
    return replace(service, workers=workers)


def _size(email: str, worker: Worker) -> int:
    return size_of({email: worker_record(worker)})


def _standing_size(email: str, worker: Worker) -> int:
    standing = [one for one in worker.claims if one.span.until is None]
    if not standing:
        return 0
    named = sum(len(one.partner_id.encode()) + len(one.user_id.encode()) + _A_CLAIM for one in standing)
    return len(email.encode()) + _A_WORKER + named


def _as_of_now(worker: Worker) -> Worker:
    return replace(
        worker,
        claims=tuple(replace(one, tagged=one.tagged[-1:]) for one in worker.claims),
        in_portal=worker.in_portal[-1:],
        active_days=worker.active_days[-1:],
    )
