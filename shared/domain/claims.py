"""Who claims an e-mail address at a client, and since when: changes of the facts of service.

Every function answers new facts and leaves the old ones as they are. Each can be repeated, and can come late: `at` is
the instant of the act, which decides what follows, not the instant at which it is written down.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from msgspec.structs import replace

from shared.domain.service import Claim, Service, Span, Worker

MOST_CLAIMS = 300
"""That stand at one client: a client is one item, which may hold 400 KB."""
MOST_ENDED_CLAIMS = 300
"""That are remembered at one client; of more, those that ended first are forgotten."""
MOST_SPANS = 24
"""Of tag or portal that are remembered; of more, the first are forgotten."""


def claim(
    service: Service,
    email: str,
    *,
    partner_id: str,
    user_id: str,
    at: datetime,
    tagged: bool,
    in_portal: bool,
    seen: Worker | None = None,
) -> Service:
    """The partner lists the address from now on. `seen` holds the activities of an address nobody has claimed yet."""
    worker = service.workers.get(email) or seen or Worker()
    if standing_claim(worker, partner_id=partner_id, user_id=user_id):
        return service
    # Clocks differ a little: whoever comes second stays second.
    since = max([at, *(one.span.since for one in worker.claims)])
    made = Claim(
        partner_id=partner_id, user_id=user_id, span=Span(since), tagged=_switched((), enabled=tagged, at=since)
    )
    portal = _switched(worker.in_portal, enabled=in_portal, at=at)
    return _with(service, email, replace(worker, claims=(*worker.claims, made), in_portal=portal))


def let_go(service: Service, email: str, *, partner_id: str, user_id: str, at: datetime) -> Service:
    """The partner lists the user's address no more."""
    return _ended(service, email, at=at, whose=lambda one: (one.partner_id, one.user_id) == (partner_id, user_id))


def partner_left(service: Service, *, partner_id: str, at: datetime) -> Service:
    """The partner lists no address at this client any more."""
    for email in list(service.workers):
        service = _ended(service, email, at=at, whose=lambda one: one.partner_id == partner_id)
    return service


def tag_changed(service: Service, email: str, *, partner_id: str, user_id: str, enabled: bool, at: datetime) -> Service:
    """The user is, or is no longer, marked as a partner employee."""
    worker = service.workers.get(email)
    if worker is None:
        return service
    claims = tuple(
        replace(one, tagged=_switched(one.tagged, enabled=enabled, at=max(at, one.span.since)))
        if (one.partner_id, one.user_id) == (partner_id, user_id) and one.span.until is None
        else one
        for one in worker.claims
    )
    return _with(service, email, replace(worker, claims=claims))


def portal_changed(service: Service, *, before: Collection[str], after: Collection[str], at: datetime) -> Service:
    """The client's portal lists other users; followed for addresses that somebody claims."""
    for email in set(before) ^ set(after):
        worker = service.workers.get(email)
        if worker and any(one.span.until is None for one in worker.claims):
            spans = _switched(worker.in_portal, enabled=email in after, at=at)
            service = _with(service, email, replace(worker, in_portal=spans))
    return service


def seen_active(service: Service, email: str, seen: Worker) -> Service:
    """What is known of the address's activities, where somebody claims it or has."""
    worker = service.workers.get(email)
    if worker is None:
        return service
    return _with(
        service,
        email,
        replace(
            worker,
            active_days=seen.active_days,
            last_qualifying_at=seen.last_qualifying_at,
            last_activity_at=seen.last_activity_at,
        ),
    )


def holder(worker: Worker | None, at: datetime) -> Claim | None:
    """Who may earn for the address: of the claims that stand at that instant, the first; of equals, the first noted."""
    standing = [one for one in worker.claims if one.span.holds(at)] if worker else []
    return min(standing, key=lambda one: one.span.since, default=None)


def holder_now(worker: Worker | None) -> Claim | None:
    """Who may earn for the address as things stand: of the claims that have not ended, the first.

    It asks no clock. A request that began before another may write after it, and then its own instant lies before that
    at which the other's claim begins.
    """
    standing = [one for one in worker.claims if one.span.until is None] if worker else []
    return min(standing, key=lambda one: one.span.since, default=None)


def standing_claim(worker: Worker | None, *, partner_id: str, user_id: str) -> Claim | None:
    """The user's claim that has not ended."""
    mine = (one for one in worker.claims if (one.partner_id, one.user_id) == (partner_id, user_id)) if worker else ()
    return next((one for one in mine if one.span.until is None), None)


def standing_claims(service: Service) -> int:
    """How many claims of all partners have not ended."""
    return sum(one.span.until is None for worker in service.workers.values() for one in worker.claims)


def claimed_by(service: Service, partner_id: str) -> bool:
    """Whether the partner has a claim at this client that has not ended."""
    claims = [one for worker in service.workers.values() for one in worker.claims]
    return any(one.partner_id == partner_id and one.span.until is None for one in claims)


def _ended(service: Service, email: str, *, at: datetime, whose: Callable[[Claim], bool]) -> Service:
    worker = service.workers.get(email)
    if worker is None:
        return service
    claims = tuple(
        replace(one, span=Span(one.span.since, max(at, one.span.since)))
        if whose(one) and one.span.until is None
        else one
        for one in worker.claims
    )
    if claims == worker.claims:
        return service
    portal = worker.in_portal
    if all(one.span.until for one in claims):
        portal = _switched(portal, enabled=False, at=at)
    return _forgetting(_with(service, email, replace(worker, claims=claims, in_portal=portal)))


def _switched(spans: Sequence[Span], *, enabled: bool, at: datetime) -> tuple[Span, ...]:
    """The spans once it is on, or off, from `at`; as they are where something later is known already."""
    last = spans[-1] if spans else None
    known_until = (last.until or last.since) if last else None
    is_on = last is not None and last.until is None
    if is_on == enabled or (known_until is not None and at < known_until):
        return tuple(spans)
    changed = [*spans, Span(at)] if enabled else [*spans[:-1], Span(spans[-1].since, at)]
    return tuple(span for span in changed if span.since != span.until)[-MOST_SPANS:]


def _forgetting(service: Service) -> Service:
    """Without the claims that ended first, where there are too many to keep."""
    ends = sorted(
        one.span.until for worker in service.workers.values() for one in worker.claims if one.span.until is not None
    )
    if len(ends) <= MOST_ENDED_CLAIMS:
        return service
    oldest = ends[-MOST_ENDED_CLAIMS]
    workers = {
        email: replace(
            worker, claims=tuple(one for one in worker.claims if one.span.until is None or one.span.until >= oldest)
        )
        for email, worker in service.workers.items()
    }
    return replace(service, workers={email: worker for email, worker in workers.items() if worker.claims})


def _with(service: Service, email: str, worker: Worker) -> Service:
    return replace(service, workers={**service.workers, email: worker})
