"""Each operation as a command for a shell, about objects of the example data."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

_ADMIN, _OPERATOR = "laura@lumen.example", "olivia@vendor.example"
_CALLERS = {"Vendor": _OPERATOR, "Transfer requests": "heike@hafen.example"}
_CALLER_OF = {
    "accept_invitation": "omar@orchard.example",
    "decline_invitation": "leo@lumen.example",
    "request_transfer": "odile@orchard.example",
}

_LISTS = {
    "link_id": "/v1/confirmation-links?status=pending",
    "transfer_id": "/v1/transfer-requests?direction=incoming",
}
"""Where ids are found that are made anew on each machine."""
_LIST_OF = {"read_certificate": "/v1/confirmation-links?status=signed"}
_FIRST_ID = """python3 -c "import json, sys; print(json.load(sys.stdin)['data'][0]['id'])\""""
_AUTHORIZATION = '-H "Authorization: Bearer $TOKEN"'


def caller_of(operation: Mapping[str, Any]) -> str:
    """Which user of the example data the command is for; empty where nobody has to sign in."""
    if not operation["security"]:
        return ""
    return _CALLER_OF.get(operation["operationId"]) or _CALLERS.get(operation["tags"][0], _ADMIN)


def curl(
    method: str, path: str, operation: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]], body: Any
) -> str:
    """A command for a shell that knows BASE_URL and TOKEN; before it, how to find the id of what it is about."""
    name = operation["operationId"]
    values = {one["name"]: one["example"] for one in parameters if "example" in one}
    found = [one for one in _LISTS if f"{{{one}}}" in path]
    commands = [_finding(one, _LIST_OF.get(name, _LISTS[one])) for one in found]
    values.update({one: f"${one.upper()}" for one in found})
    filled = re.sub(r"\{(\w+)\}", lambda match: values[match[1]], path)
    query = "&".join(
        f"{one['name']}={quote(one['example'])}" for one in parameters if one["in"] == "query" and "example" in one
    )
    verb = "" if method == "GET" else f"-X {method} "
    lines = [f'curl {verb}"$BASE_URL{filled}{"?" if query else ""}{query}"']
    if operation["security"]:
        lines.append(_AUTHORIZATION)
    if any(one["name"] == "If-Match" and one["required"] for one in parameters):
        lines.append("-H 'If-Match: *'")
    if method == "POST":
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if body is not None:
        sent = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
        lines += ["-H 'Content-Type: application/json'", f"-d '{sent}'"]
    return "\n".join([*commands, " \\\n  ".join(lines)])


def _finding(parameter: str, path: str) -> str:
    return f'{parameter.upper()}=$(curl -s "$BASE_URL{path}" {_AUTHORIZATION} \\\n  | {_FIRST_ID})'
