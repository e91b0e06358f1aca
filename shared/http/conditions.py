"""If-None-Match: who has read an object already is not sent it again (RFC 9110)."""

import re
from collections.abc import Mapping
from typing import Any

_OPAQUE_TAG = re.compile(r'(?:W/)?("[^"]*")')
_NOT_WITHOUT_A_BODY = frozenset({"content-type", "content-disposition"})


def unless_known(answer: dict[str, Any], request_headers: Mapping[str, str]) -> dict[str, Any]:
    """The answer to a GET or HEAD; 304 without a body where the sender has what it holds.

    A cache on the way may have marked a tag as weak; for reading that makes no difference.
    """
    asked, tag = request_headers.get("if-none-match"), answer["headers"].get("ETag")
    if asked is None or tag is None or answer["statusCode"] != 200:  # noqa: PLR2004 - refusals stay what they are
        return answer
    if asked.strip() != "*" and tag not in _OPAQUE_TAG.findall(asked):
        return answer
    headers = {name: value for name, value in answer["headers"].items() if name.lower() not in _NOT_WITHOUT_A_BODY}
    return {**answer, "statusCode": 304, "headers": headers, "body": ""}
