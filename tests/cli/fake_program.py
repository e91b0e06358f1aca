"""A partner program small enough to read: the HTTP API and its user pool behind an httpx transport.

It checks what it is sent as strictly as the real ones: host, token, content type, key, page size and fields. A request
that the contract does not know is a failed assertion, not an answer.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

API_HOST = "0000beef.execute-api.localhost:4566"
POOL_HOST = "127.0.0.1:4567"
CLIENT_ID = "client-1"
EMAIL = "lena@north.example"
PASSWORD = "correct-horse-1"
LEAD_FIELDS = {"website", "company", "contact", "country"}
INSTANT = "2026-03-17T09:30:00.000000Z"

Interference = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response | None]
"""Stands between client and API: may answer itself, raise, or call on and change the answer. None: as usual."""


@dataclass
class FakeClock:
    """Seconds since the epoch; sleeping moves it and takes no time."""

    seconds: float = 1_790_000_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@dataclass
class FakeProgram:
    clock: FakeClock
    api_host: str = API_HOST
    pool_host: str = POOL_HOST
    client_id: str = CLIENT_ID
    limit: int = 50
    partners: dict[str, str] = field(default_factory=lambda: {"p-1": "North Star"})
    taken_by_others: set[str] = field(default_factory=set)
    registrations: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    interference: list[Interference | None] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=lambda: {EMAIL: PASSWORD})
    invited: set[str] = field(default_factory=set)
    access_tokens: dict[str, float] = field(default_factory=dict)
    refresh_tokens: set[str] = field(default_factory=set)
    _answers: dict[tuple[str, str], tuple[bytes, httpx.Response]] = field(default_factory=dict)
    _issued: int = 0

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def sent(self, path: str) -> list[httpx.Request]:
        return [request for request in self.requests if request.url.path == path]

    def batches(self) -> list[list[str]]:
        """The websites of each batch that was sent, in order, repetitions included."""
        sent = self.sent("/v1/registrations/batch")
        return [[item["website"] for item in json.loads(request.content)["items"]] for request in sent]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if "X-Amz-Target" in request.headers:
            return self._pool(request)
        interfere = self.interference.pop(0) if self.interference else None
        answer = interfere(request, lambda: self._api(request)) if interfere else None
        return answer or self._api(request)

    def _pool(self, request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        assert (request.headers["Host"], request.url.path) == (self.pool_host, "/")
        assert request.headers["Content-Type"] == "application/x-amz-json-1.1"
        service, _, action = request.headers["X-Amz-Target"].partition(".")
        assert service == "AWSCognitoIdentityProviderService"
        body = json.loads(request.content)
        assert body["ClientId"] == self.client_id
        if action == "RevokeToken":
            self.refresh_tokens.remove(body["Token"])
            return httpx.Response(200)
        if action == "RespondToAuthChallenge":
            return self._choose_password(body)
        assert action == "InitiateAuth"
        given = body["AuthParameters"]
        if body["AuthFlow"] == "REFRESH_TOKEN_AUTH":
            known = given["REFRESH_TOKEN"] in self.refresh_tokens
            return self._tokens() if known else _pool_error("NotAuthorizedException", "Refresh Token has expired")
        assert body["AuthFlow"] == "USER_PASSWORD_AUTH"
        if self.passwords.get(given["USERNAME"]) != given["PASSWORD"]:
            return _pool_error("NotAuthorizedException", "Incorrect username or password.")
        if given["USERNAME"] in self.invited:
            challenge = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "session-1", "ChallengeParameters": {}}
            return httpx.Response(200, json=challenge)
        return self._tokens(refresh=True)

    def _choose_password(self, body: dict[str, Any]) -> httpx.Response:
        assert body["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        assert body["Session"] == "session-1"
        email, password = body["ChallengeResponses"]["USERNAME"], body["ChallengeResponses"]["NEW_PASSWORD"]
        if len(password) < 12:
            return _pool_error(
                "InvalidPasswordException", "Password did not conform with policy: Password not long enough"
            )
        self.invited.remove(email)
        self.passwords[email] = password
        return self._tokens(refresh=True)

    def _tokens(self, *, refresh: bool = False) -> httpx.Response:
        self._issued += 1
        access = f"access-{self._issued}"
        self.access_tokens[access] = self.clock.now() + 3600
        result: dict[str, Any] = {"AccessToken": access, "ExpiresIn": 3600, "TokenType": "Bearer"}
        if refresh:
            result["RefreshToken"] = f"refresh-{self._issued}"
            self.refresh_tokens.add(result["RefreshToken"])
        return httpx.Response(200, json={"AuthenticationResult": result})

    def _api(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["Host"] == self.api_host
        scheme, _, token = request.headers["Authorization"].partition(" ")
        assert scheme == "Bearer"
        if self.access_tokens.get(token, 0) <= self.clock.now():
            return httpx.Response(401, json={"message": "Unauthorized"})
        if request.method == "GET":
            return self._read(request)
        assert request.method == "POST"
        assert request.headers["Content-Type"] == "application/json"
        assert len(request.content) <= 256 * 1024
        key = request.headers["Idempotency-Key"]
        assert 1 <= len(key) <= 255
        seen = self._answers.get((request.url.path, key))
        if seen:
            assert seen[0] == request.content, "an Idempotency-Key was used for another body"
            return seen[1]
        answer = self._write(request.url.path, json.loads(request.content))
        self._answers[request.url.path, key] = (request.content, answer)
        return answer

    def _read(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        if request.url.path == "/v1/me":
            return httpx.Response(200, json=self._me(request.headers.get("X-Partner-Id")))
        if request.url.path == "/v1/capacity":
            return httpx.Response(200, json=self.capacity())
        if request.url.path == "/v1/registrations.csv":
            lines = ["registered_domain,company", *(f"{name},Acme" for name in self.registrations)]
            return httpx.Response(200, content="".join(f"{line}\r\n" for line in lines).encode())
        assert request.url.path == "/v1/registrations"
        assert query.keys() <= {"limit", "cursor", "q", "search_by", "sort"}
        limit, start = int(query["limit"]), int(query.get("cursor", "0"))
        assert 1 <= limit <= 100
        rows = [row for row in self.registrations.values() if query.get("q", "") in row["registered_domain"]]
        more = start + limit < len(rows)
        return httpx.Response(
            200, json={"data": rows[start : start + limit], "next_cursor": str(start + limit) if more else None}
        )

    def _me(self, partner_id: str | None) -> dict[str, Any]:
        chosen = partner_id or (next(iter(self.partners)) if len(self.partners) == 1 else None)
        return {
            "user_id": "u-1",
            "email": EMAIL,
            "name": "Lena Nord",
            "role": "partner_member" if chosen else None,
            "partner_id": chosen,
            "partner_name": self.partners[chosen] if chosen else None,
            "memberships": [
                {"partner_id": one, "partner_name": name, "role": "partner_member"}
                for one, name in self.partners.items()
            ],
        }

    def capacity(self) -> dict[str, Any]:
        used = len(self.registrations)
        return {
            "tier": "untiered",
            "limit": self.limit,
            "used": used,
            "available": max(0, self.limit - used),
            "state": "within" if used < self.limit else "at_limit",
            "over_limit_since": None,
            "commission_withheld_from": None,
        }

    def _write(self, path: str, body: dict[str, Any]) -> httpx.Response:
        if path == "/v1/registrations":
            result = self._register(body)
            problem = result.get("problem")
            if problem:
                return httpx.Response(
                    problem["status"], json={**problem, "instance": "req-1"}, headers={"X-Request-Id": "req-1"}
                )
            return httpx.Response(201, json=result["registration"])
        if path == "/v1/registrations/batch":
            assert body.keys() == {"items"}
            assert 1 <= len(body["items"]) <= 100
            return httpx.Response(200, json={"results": [self._register(item) for item in body["items"]]})
        assert path == "/v1/registrations/deregister"
        assert body["confirm"] is True
        assert 1 <= len(body["domains"]) <= 100
        return httpx.Response(200, json={"results": list(self._deregister(body["domains"]))})

    def _deregister(self, domains: list[str]) -> Iterator[dict[str, Any]]:
        for domain in domains:
            found = self.registrations.pop(domain, None)
            yield {"domain": domain, "status": "deregistered" if found else "not_found", "restorable_until": None}

    def _register(self, item: dict[str, Any]) -> dict[str, Any]:
        assert item.keys() <= LEAD_FIELDS
        assert item["contact"].keys() == {"first_name", "last_name", "email"}
        domain = item["website"].removeprefix("https://").removeprefix("www.")
        if not item["company"]:
            wrong = [{"pointer": "#/company", "detail": "The company must not be empty."}]
            return _refused(422, "validation_failed", "The item is not valid.", errors=wrong)
        if "." not in domain:
            return _refused(422, "invalid_domain", "Give a full domain name.")
        if domain in self.registrations:
            return _refused(409, "already_registered", f"{domain} is one of your current registrations.")
        if domain in self.taken_by_others:
            return _refused(409, "domain_unavailable", f"{domain} is registered by another partner.")
        if len(self.registrations) >= self.limit:
            return _refused(409, "capacity_reached", "Deregister domains that you no longer pursue.")
        row = {"country": None, **item, "registered_domain": domain, "registered_at": INSTANT, "registered_by": "u-1"}
        self.registrations[domain] = {**row, "commission_eligible": True, "expires_at": None}
        return {"status": "registered", "registration": self.registrations[domain], "problem": None}


def _refused(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    problem = {
        "type": "about:blank",
        "title": "Not registered",
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
    return {"status": "refused", "registration": None, "problem": problem}


def _pool_error(kind: str, message: str) -> httpx.Response:
    return httpx.Response(400, json={"__type": kind, "message": message})
