"""The HTTP API as the commands see it: signed in, patient, and with problems as errors."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx

from cli.exits import ApiFailedError, NotSignedInError, RefusedError, UnreachableError
from cli.patience import LATER_STATUSES, Patience
from cli.problems import Problem, read_problem
from cli.sign_ins import SignIn

UNAUTHORIZED = 401
PAGE_ROWS = 100
"""The most rows that the API gives in one page."""


class Api:
    """Every request may be sent again without harm: reads by nature, writes by their Idempotency-Key."""

    def __init__(
        self,
        *,
        http: httpx.Client,
        sign_in: SignIn,
        renew: Callable[[SignIn], SignIn],
        partner: str | None,
        patience: Patience,
        say: Callable[[str], None],
    ) -> None:
        self._http = http
        self._sign_in = sign_in
        self._renew = renew
        self._partner = partner
        self._patience = patience
        self._say = say

    @property
    def address(self) -> str:
        """The API's base address, as it names an import's state."""
        return str(self._http.headers.get("Host", self._http.base_url))

    def get(self, path: str, *, params: Mapping[str, str] | None = None) -> Any:
        return _decoded(self._request("GET", path, params=params))

    def get_tagged(self, path: str) -> tuple[Any, str]:
        """An editable object, and the ETag with which it may be changed."""
        response = self._request("GET", path)
        return _decoded(response), response.headers["ETag"]

    def get_bytes(self, path: str, *, params: Mapping[str, str] | None = None) -> bytes:
        return self._request("GET", path, params=params).content

    def post(self, path: str, body: Mapping[str, Any], *, idempotency_key: str | None = None) -> Any:
        """Without a key given, one is made for this call and kept over its retries."""
        return _decoded(self._request("POST", path, body=body, key=idempotency_key or str(uuid.uuid4())))

    def post_bytes(self, path: str, body: Mapping[str, Any]) -> bytes:
        """For what is answered with something else than JSON, such as a page."""
        return self._request("POST", path, body=body, key=str(uuid.uuid4())).content

    def put(self, path: str, body: Mapping[str, Any], *, match: str) -> Any:
        """Change an object over the version of the ETag. Sent again after a lost answer it is refused as stale."""
        return _decoded(self._request("PUT", path, body=body, match=match))

    def upsert(self, path: str, body: Mapping[str, Any]) -> Any:
        """Make or change an object of the vendor's by its own id; sent again it changes nothing."""
        return _decoded(self._request("PUT", path, body=body))

    def delete(self, path: str, *, params: Mapping[str, str] | None = None) -> None:
        """Sent again after a lost answer it may meet its own work: 404 then means that it is done."""
        self._request("DELETE", path, params=params)

    def pages(self, path: str, *, params: Mapping[str, str], rows: int | None) -> Iterator[dict[str, Any]]:
        """Pages of a list until `rows` rows (None: all of them), each `{"data": [...], "next_cursor": ...}`."""
        left = rows
        query = dict(params)
        while left is None or left > 0:
            query["limit"] = str(PAGE_ROWS if left is None else min(left, PAGE_ROWS))
            page = self.get(path, params=query)
            yield page
            if page["next_cursor"] is None:
                return
            query["cursor"] = page["next_cursor"]
            left = None if left is None else left - len(page["data"])

    def rows(
        self, path: str, *, params: Mapping[str, str], most: int | None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """The first rows of a list (None: all of them), and the cursor of the page behind them."""
        rows: list[dict[str, Any]] = []
        next_cursor = None
        for page in self.pages(path, params=params, rows=most):
            rows += page["data"]
            next_cursor = page["next_cursor"]
        return rows, next_cursor

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
        match: str | None = None,
    ) -> httpx.Response:
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if content is not None else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        if match is not None:
            headers["If-Match"] = match
        attempt, renewed = 1, False
        while True:
            try:
                request = self._http.build_request(
                    method, path, params=params, content=content, headers={**headers, **self._identity()}
                )
                response = self._http.send(request)
            except httpx.TransportError as error:
                attempt = self._wait(attempt, why=f"No answer ({type(error).__name__})", asked=None)
                continue
            if response.is_success:
                return response
            if response.status_code == UNAUTHORIZED and not renewed:
                self._sign_in, renewed = self._renew(self._sign_in), True
                continue
            problem = _problem_in(response)
            if response.status_code in LATER_STATUSES or (problem and problem.code == "idempotency_in_progress"):
                asked = self._patience.read_retry_after(response.headers.get("Retry-After"))
                attempt = self._wait(attempt, why=f"The API answered {response.status_code}", asked=asked)
                continue
            raise _error_of(response, problem)

    def _identity(self) -> dict[str, str]:
        if self._sign_in.is_expired(now=self._patience.now()):
            self._sign_in = self._renew(self._sign_in)
        identity = {"Authorization": f"Bearer {self._sign_in.access_token}"}
        if self._partner is not None:
            identity["X-Partner-Id"] = self._partner
        return identity

    def _wait(self, attempt: int, *, why: str, asked: float | None) -> int:
        """The number of the next attempt, after the wait before it."""
        pause = self._patience.pause_before(attempt + 1, asked=asked)
        if pause is None:
            advice = f"It asks to come back in {asked:.0f} seconds." if asked else "Check the network and try again."
            raise UnreachableError(f"{why} from {self.address} after {attempt} attempts. {advice}")
        self._say(f"{why}; trying again in {pause:.1f} s.")
        self._patience.sleep(pause)
        return attempt + 1


def _problem_in(response: httpx.Response) -> Problem | None:
    try:
        body = response.json()
    except ValueError:
        return None
    return read_problem(body, status=response.status_code, request_id=response.headers.get("X-Request-Id", ""))


def _error_of(response: httpx.Response, problem: Problem | None) -> Exception:
    if response.status_code == UNAUTHORIZED:
        return NotSignedInError("The API does not accept your sign-in. Run `partnerdesk login` again.")
    if problem is not None and response.is_client_error:
        return RefusedError(problem)
    request_id = response.headers.get("X-Request-Id", "none given")
    return ApiFailedError(
        f"The API failed: status {response.status_code}, request id {request_id}. "
        "Try again; if it stays, report the request id."
    )


def _decoded(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        raise ApiFailedError(
            f"{response.request.url} answered {response.status_code} with something else than JSON. Is this the API?"
        ) from None
