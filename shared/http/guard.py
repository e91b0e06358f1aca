"""What every request must pass before anything else reads it: sizes, encodings and shapes that would harm a parser.

Powertools' validation answers 500 to some raw inputs; none of them gets past this guard.
"""

import base64
import json
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from shared.errors import BodyTooLargeError, MalformedRequestError, UnsupportedMediaTypeError, ValidationError

JSON = "application/json"
"""The one media type of the API's bodies. Those that end in `+json`, such as JSON Patch, mean something else."""
FORM = "application/x-www-form-urlencoded"

MOST_BYTES = 256 * 1024
DEEPEST_NESTING = 32
LONGEST_NUMBER = 20
LONGEST_PATH = 2_048

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?')


def guard(event: Mapping[str, Any], *, accepts: frozenset[str], most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """The event with its body decoded to text. Raises the ProblemError that says what is wrong with the request."""
    path = event["rawPath"]
    if len(path) > LONGEST_PATH:
        raise MalformedRequestError(f"The path is longer than {LONGEST_PATH} characters.")
    _check_utf8(path, "path")
    _check_utf8(event.get("rawQueryString", "").replace("+", " "), "query string")
    guarded = dict(event)
    text = _body_text(event, accepts, most_bytes)
    guarded["body"], guarded["isBase64Encoded"] = text, False
    return guarded


def _body_text(event: Mapping[str, Any], accepts: frozenset[str], most_bytes: int) -> str | None:
    body = event.get("body")
    if not body:
        return None
    if len(body) > most_bytes * 4 // 3 + 4:
        raise _too_large(most_bytes)
    media_type = _media_type(event.get("headers", {}), accepts)
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
        text: str = raw.decode("utf-8-sig")  # some senders put a byte order mark before everything they write
    except ValueError:
        raise MalformedRequestError("The body is not UTF-8 text.") from None
    if len(raw) > most_bytes:
        raise _too_large(most_bytes)
    if media_type == JSON:
        _check_json(text)
    return text


def _too_large(most_bytes: int) -> BodyTooLargeError:
    return BodyTooLargeError(f"Send at most {most_bytes // 1024} KB a request; split it into several.")


def _media_type(headers: Mapping[str, str], accepts: frozenset[str]) -> str:
    if headers.get("content-encoding", "identity").strip().lower() not in {"identity", ""}:
        raise UnsupportedMediaTypeError("Send the body as it is, without Content-Encoding.")
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", parameters, re.IGNORECASE)
    if media_type not in accepts or (charset and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}):
        raise UnsupportedMediaTypeError(f"Send the body as {' or '.join(sorted(accepts))}, encoded in UTF-8.")
    return media_type


def _check_utf8(text: str, what: str) -> None:
    try:
        unquote_to_bytes(text).decode()
    except UnicodeError:
        raise MalformedRequestError(f"The {what} is not UTF-8 once its %-escapes are resolved.") from None


def _check_json(text: str) -> None:
    if text.count("[") + text.count("{") > DEEPEST_NESTING:
        _check_nesting(text)
    try:
        value = json.loads(
            text, parse_int=_number, parse_float=_number, parse_constant=_no_constant, object_pairs_hook=_named_once
        )
    except json.JSONDecodeError as error:
        raise MalformedRequestError(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    if "\\u" in text:
        _check_surrogates(value)


def _check_nesting(text: str) -> None:
    depth = 0
    for character in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if character in "[{" else -1
        if depth > DEEPEST_NESTING:
            raise MalformedRequestError(f"The body nests deeper than {DEEPEST_NESTING} levels.")


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValidationError("A text in the body holds half of a surrogate pair, which is no character.") from None


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Parsers differ in which of two values they take, so nobody would know what was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise MalformedRequestError("An object in the body names a field twice.")
    return found


def _number(text: str) -> float:
    if len(text.lstrip("-")) > LONGEST_NUMBER:
        raise MalformedRequestError(f"A number in the body has more than {LONGEST_NUMBER} digits.")
    number = float(text)
    if not math.isfinite(number):
        raise MalformedRequestError("A number in the body is too large.")
    return number


def _no_constant(name: str) -> Any:
    raise MalformedRequestError(f"{name} is not JSON.")
