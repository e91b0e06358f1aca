"""The facts of service as the table keeps them, inside the client's item."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.clock import instant, instant_text
from shared.domain.money import Money
from shared.domain.service import Claim, Service, Span, Worker


def service_record(service: Service) -> dict[str, Any]:
    return {
        "workers": {email: worker_record(one) for email, one in service.workers.items()},
        "managed": {partner_id: _span_records(spans) for partner_id, spans in service.managed.items()},
        "mrr": {
            subscription_id: [[day.isoformat(), money.record()] for day, money in steps]
            for subscription_id, steps in service.mrr.items()
        },
        "growth": [[day.isoformat(), is_growth] for day, is_growth in service.growth],
    }


def stored_service(item: Mapping[str, Any]) -> Service:
    return Service(
        workers={email: _worker(one) for email, one in sorted(item["workers"].items())},
        managed={partner_id: _spans(spans) for partner_id, spans in sorted(item["managed"].items())},
        mrr={
            subscription_id: tuple((date.fromisoformat(day), Money(**money)) for day, money in steps)
            for subscription_id, steps in sorted(item["mrr"].items())
        },
        growth=tuple((date.fromisoformat(day), is_growth) for day, is_growth in item["growth"]),
    )


def worker_record(worker: Worker) -> dict[str, Any]:
    """All that is known of one address."""
    return {
        "claims": [
            {
                "partner_id": claim.partner_id,
                "user_id": claim.user_id,
                "span": _span_record(claim.span),
                "tagged": _span_records(claim.tagged),
            }
            for claim in worker.claims
        ],
        "in_portal": _span_records(worker.in_portal),
        "active_days": [[first.isoformat(), last.isoformat()] for first, last in worker.active_days],
        "last_qualifying_at": instant_text(worker.last_qualifying_at) if worker.last_qualifying_at else None,
        "last_activity_at": instant_text(worker.last_activity_at) if worker.last_activity_at else None,
    }


def _worker(item: Mapping[str, Any]) -> Worker:
    qualifying, any_activity = item["last_qualifying_at"], item["last_activity_at"]
    return Worker(
        claims=tuple(
            Claim(
                partner_id=claim["partner_id"],
                user_id=claim["user_id"],
                span=_span(claim["span"]),
                tagged=_spans(claim["tagged"]),
            )
            for claim in item["claims"]
        ),
        in_portal=_spans(item["in_portal"]),
        active_days=tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in item["active_days"]),
        last_qualifying_at=instant(qualifying) if qualifying else None,
        last_activity_at=instant(any_activity) if any_activity else None,
    )


def _span_record(span: Span) -> list[str | None]:
    return [instant_text(span.since), instant_text(span.until) if span.until else None]


def _span_records(spans: tuple[Span, ...]) -> list[list[str | None]]:
    return [_span_record(span) for span in spans]


def _span(item: list[str | None]) -> Span:
    since, until = item
    return Span(instant(since or ""), instant(until) if until else None)


def _spans(items: list[list[str | None]]) -> tuple[Span, ...]:
    return tuple(_span(item) for item in items)
