"""A partner program with confirmation links."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.cli.fake_program import INSTANT, FakeProgram

LINKS = "/v1/confirmation-links"
FIELDS = {"name", "client", "products", "providing_onboarding", "estimated_onboarding_duration"}
PAGE = "<!doctype html><title>Acme bestätigt</title>"


@dataclass
class ProgramWithLinks(FakeProgram):
    """Links are made by `link_of`; the query of every list that was asked for is in `listed`."""

    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    listed: list[dict[str, str]] = field(default_factory=list)
    drafts: list[dict[str, Any]] = field(default_factory=list)

    def _api(self, request: httpx.Request) -> httpx.Response:
        if request.method != "DELETE":
            return super()._api(request)
        found = self.links.pop(request.url.path.removeprefix(f"{LINKS}/"), None)
        return httpx.Response(204) if found else _not_found()

    def _read(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == LINKS:
            return self._list(dict(request.url.params))
        if not path.startswith(f"{LINKS}/"):
            return super()._read(request)
        link_id, _, what = path.removeprefix(f"{LINKS}/").partition("/")
        if link_id not in self.links:
            return _not_found()
        if what == "preview":
            return httpx.Response(200, html=PAGE)
        assert what == ""
        return httpx.Response(200, json=self.links[link_id])

    def _list(self, query: dict[str, str]) -> httpx.Response:
        assert query.keys() <= {"limit", "cursor", "q", "status", "sort"}
        self.listed.append(query)
        limit, start = int(query["limit"]), int(query.get("cursor", "0"))
        assert 1 <= limit <= 100
        rows = [row for row in self.links.values() if query.get("status", row["status"]) == row["status"]]
        rows = [row for row in rows if query.get("q", "") in row["name"]]
        more = str(start + limit) if start + limit < len(rows) else None
        return httpx.Response(200, json={"data": rows[start : start + limit], "next_cursor": more})

    def _write(self, path: str, body: dict[str, Any]) -> httpx.Response:
        if not path.startswith(LINKS):
            return super()._write(path, body)
        _, _, rest = path.partition(LINKS)
        if rest in {"", "/preview"}:
            assert body.keys() <= FIELDS
            self.drafts.append(body)
            return self._added(body) if rest == "" else httpx.Response(200, html=PAGE)
        assert body == {}
        _, link_id, verb = rest.split("/")
        if link_id not in self.links:
            return _not_found()
        link = self.links[link_id]
        if verb == "clone":
            return self._added({name: link[name] for name in FIELDS})
        if link["status"] != "pending":
            detail = f"The link is {link['status']}; only a pending one can be changed, sent or removed."
            return _problem(409, "link_not_pending", "The link is not pending", detail)
        link |= {"send": {"sent_at": INSTANT, "delivery": "sent"}, "revoke": {"status": "revoked"}}[verb]
        return httpx.Response(200, json=link)

    def _added(self, draft: dict[str, Any]) -> httpx.Response:
        products = [{"onboarding_type": None, **product} for product in draft["products"]]
        link = link_of(len(self.links) + 1, **{**draft, "products": products})
        self.links[link["id"]] = link
        return httpx.Response(201, json=link)


def link_of(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"l-{number}",
        "name": f"Acme {number}",
        "status": "pending",
        "client": {
            "company": "Acme GmbH",
            "contact_name": "Kim Kern",
            "email": "kim@acme.example",
            "language": "de",
        },
        "products": [{"product": "sales_hub", "edition": "professional", "onboarding_type": "guided"}],
        "providing_onboarding": None,
        "estimated_onboarding_duration": None,
        "url": f"https://desk.example/c/token-{number}",
        "created_at": INSTANT,
        "created_by": "u-1",
        "expires_at": "2026-06-15T09:30:00Z",
        "sent_at": None,
        "delivery": None,
        "decided_at": None,
        "signer_name": None,
        "rejection_reason": None,
        **changes,
    }


def _not_found() -> httpx.Response:
    return _problem(404, "not_found", "Not found", "Nothing is known under this address.")


def _problem(status: int, code: str, title: str, detail: str) -> httpx.Response:
    problem = {"type": "about:blank", "status": status, "code": code, "title": title, "detail": detail}
    return httpx.Response(status, content=json.dumps({**problem, "instance": "req-1"}))
