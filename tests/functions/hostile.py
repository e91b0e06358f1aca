"""Requests that would harm a parser, or that no honest client sends."""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Body:
    """`content` is sent as it is; `headers` beside it."""

    name: str
    content: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON})


def _sent(name: str, content: bytes | str, media_type: str | None = JSON, **headers: str) -> Body:
    raw = content.encode() if isinstance(content, str) else content
    typed = {"Content-Type": media_type} if media_type is not None else {}
    return Body(name=name, content=raw, headers={**typed, **headers})


FORM = "application/x-www-form-urlencoded"
SOME = '{"a": "b"}'

RAW = (
    _sent("multipart without a boundary", "--x\r\n\r\ny\r\n--x--", "multipart/form-data"),
    _sent(
        "multipart",
        '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
    _sent("form", "website=acme.example&company=Acme", FORM),
    _sent("text", SOME, "text/plain"),
    _sent("XML", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "application/xml"),
    _sent("no media type", SOME, None),
    _sent("empty media type", SOME, ""),
    _sent("media type of nothing", SOME, ";;;"),
    _sent("media type that only starts like JSON", SOME, "application/json-patch+json"),
    _sent("two media types", SOME, "application/json, text/html"),
    _sent("charset UTF-16", SOME, "application/json; charset=utf-16"),
    _sent("unknown charset", SOME, 'application/json; charset="no-such"'),
    _sent("UTF-16 with its mark", SOME.encode("utf-16")),
    _sent("UTF-32", SOME.encode("utf-32-le")),
    _sent("byte order mark", b"\xef\xbb\xbf" + SOME.encode()),
    _sent("bytes that are not UTF-8", b'{"a": "\xff\xfe\xc3\x28"}'),
    _sent("overlong UTF-8", b'{"a": "\xc0\xaf"}'),
    _sent("surrogate in UTF-8", b'{"a": "\xed\xa0\x80"}'),
    _sent("Latin-1", "{'a': '\u00e4'}".encode("latin-1")),
    _sent("gzip", gzip.compress(SOME.encode()), JSON, **{"Content-Encoding": "gzip"}),
    _sent("NUL bytes", b"\x00" * 64),
    _sent("empty", ""),
    _sent("white space", " \r\n\t"),
    _sent("null", "null"),
    _sent("true", "true"),
    _sent("number", "1"),
    _sent("text in JSON", '"text"'),
    _sent("list", "[]"),
    _sent("list of itself", '[{"a": "b"}]'),
    _sent("truncated object", '{"website": "acme.exam'),
    _sent("truncated escape", '{"a": "\\u12'),
    _sent("trailing garbage", '{"a": 1} {"b": 2}'),
    _sent("comment", '{"a": 1 /* one */}'),
    _sent("trailing comma", '{"a": 1,}'),
    _sent("single quotes", "{'a': 'b'}"),
    _sent("unquoted name", "{a: 1}"),
    _sent("raw control characters", '{"a": "\x01\x1f"}'),
    _sent("NaN", '{"a": NaN}'),
    _sent("Infinity", '{"a": Infinity}'),
    _sent("-Infinity", '{"a": -Infinity}'),
    _sent("too large a float", '{"a": 1e999}'),
    _sent("too small a float", '{"a": -1e999}'),
    _sent("exponent bomb", '{"a": 1E+9999999999999}'),
    _sent("integer of 5,000 digits", '{"a": ' + "9" * 5_000 + "}"),
    _sent("float of 5,000 digits", '{"a": 0.' + "1" * 5_000 + "}"),
    _sent("integer of 21 digits", '{"a": ' + "9" * 21 + "}"),
    _sent("leading zero", '{"a": 007}'),
    _sent("plus sign", '{"a": +1}'),
    _sent("hexadecimal", '{"a": 0x1F}'),
    _sent("digits of another script", '{"a": \u0661\u0662}'),
    _sent("minus zero", '{"a": -0}'),
    _sent("100,000 open lists", "[" * 100_000),
    _sent("100,000 lists", "[" * 100_000 + "]" * 100_000),
    _sent("50,000 open objects", '{"a":' * 40_000),
    _sent("33 levels", '{"a":' * 33 + "1" + "}" * 33),
    _sent("a high surrogate alone", '{"a": "\\ud800"}'),
    _sent("a low surrogate alone", '{"a": "\\udfff"}'),
    _sent("a surrogate in a name", '{"\\ud83d": 1}'),
    _sent("a name twice", '{"a": 1, "a": 2}'),
    _sent("prototype", '{"__proto__": {"admin": true}, "constructor": {"prototype": {}}}'),
    _sent("operators of a database", '{"$where": "1", "pk": "PARTNER#p-lake", "sk": "PROFILE"}'),
    _sent("a name of 100,000 characters", json.dumps({"k" * 100_000: 1})),
    _sent("20,000 names", json.dumps({f"k{number}": number for number in range(20_000)})),
    _sent("a text of 200,000 characters", json.dumps({"a": "a" * 200_000})),
    _sent("300 KB", json.dumps({"a": "a" * 300_000})),
    _sent("300 KB of white space", " " * 300_000),
    _sent("100,000 quotes", '"' * 100_000),
    _sent("100,000 backslashes", '{"a": "' + "\\" * 100_000 + '"}'),
)

TEXTS: tuple[tuple[str, Any], ...] = (
    ("empty", ""),
    ("white space", " \t "),
    ("NUL", "a\x00b"),
    ("line break", "a\r\nBcc: all@other.example"),
    ("reversed text", "a\u202eb"),
    ("a non-character", "a\uffffb"),
    ("only marks", "\u0301\u200d"),
    ("very long", "x" * 100_000),
    ("very long of marks", "e" + "\u0301" * 100_000),
    ("very long of at signs", "@" * 100_000),
    ("very long of dots", "a." * 50_000),
    ("a number", 1),
    ("a huge number", 10**19),
    ("a float", 0.1),
    ("true", True),
    ("a list", []),
    ("an object", {}),
)
"""Values for every text of an otherwise right body."""

PATHS = (
    "%00", "%ff", "%C0%AF", "%ED%A0%80", "..%2F..%2Fetc%2Fpasswd", "..", ".", "%2F", "a%2Fb", "a%23b", "a%3Fb=c",
    "%25",
    "%25252F", "%0D%0AX-Injected:%201", "%E2%80%AE", "%F0%9F%92%A9", "a" * 3_000, "%20", "'%20OR%201=1--", "${jndi:x}",
    "%7B%7B7*7%7D%7D", "*", "%E2%80%8B", "%CC%81" * 300, "-", "__proto__", "%", "%zz", "//", "a;b=c",
)  # fmt: skip
"""What can stand in a path where an identifier belongs."""

QUERIES = (
    "limit=0", "limit=-1", "limit=101", "limit=1e2", "limit=1_0", "limit=0x10", "limit=%D9%A1",
    "limit=",
    "limit=1&limit=2",
    "limit=" + "9" * 5_000, "limit=NaN", "limit[]=1", "sort=", "sort=--domain", "sort=domain%00", "sort=pk", "cursor=",
    "cursor=%00", "cursor=%C3%A9", "cursor=A", "cursor=" + "A" * 3_000,
    "cursor=eyJwayI6IlBBUlRORVIjcC1sYWtlIn0",
    "__proto__=1", "%00=1", "=1", "a", "q=" + "x" * 500, "q=%ff", "q=%ED%A0%80", "q=a&q=b", "search_by=pk",
    "status=%00",
    "since=0", "since=1700000000", "since=2026-02-30T00:00:00Z", "since=2026-01-01T00:00:00",
    "until=0001-01-01T00:00:00Z", "since=0001-01-01T00:00:00Z&until=0001-01-02T00:00:00Z",
    "since=0300-01-01T00:00:00Z", "since=9999-12-31T23:59:59-23:59", "since=2026-01-01T25:00:00Z",
    "partner_id=%00",
    "partner_id=a%23b", "object=%23", "actor=" + "x" * 300, "%zz=%", "limit=25;sort=domain",
)  # fmt: skip
"""Query strings: none may be answered with a fault of ours."""

HEADERS = (
    {"X-Partner-Id": ""},
    {"X-Partner-Id": "p-hill,p-lake"},
    {"X-Partner-Id": "p-hill#PROFILE"},
    {"X-Partner-Id": "\u00e9\u0000"},
    {"X-Partner-Id": "x" * 8_000},
    {"Idempotency-Key": ""},
    {"Idempotency-Key": "x" * 256},
    {"Idempotency-Key": "a#b\u00e9\u0000"},
    {"If-Match": ""},
    {"If-Match": '"v1'},
    {"If-Match": 'W/"v1"'},
    {"If-Match": "v" * 8_000},
    {"If-Match": "\u0000, *"},
    {"Content-Length": "-1"},
    {"Cookie": "a=b; c"},
    {"X-Http-Method-Override": "DELETE"},
)
"""Headers: none may be answered with a fault of ours."""


def poisoned(body: Any, value: Any) -> Iterator[Any]:
    """The body once for each text in it, with `value` in its place."""
    if isinstance(body, str):
        yield value
    elif isinstance(body, dict):
        for name, inner in body.items():
            for changed in poisoned(inner, value):
                yield {**body, name: changed}
    elif isinstance(body, list):
        for position, inner in enumerate(body):
            for changed in poisoned(inner, value):
                yield [*body[:position], changed, *body[position + 1 :]]
