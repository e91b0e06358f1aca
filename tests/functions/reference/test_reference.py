import json
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest

from functions.reference.document import DOCUMENT_FILE, document
from functions.reference.handler import lambda_handler
from functions.reference.views import Kind, chapters, paragraphs, schemas
from shared.web.headers import SECURITY_HEADERS
from shared.web.static_files import find_static_file
from tests.events import Answer, api_event, call

PROJECT = DOCUMENT_FILE.parents[2]


def get(path: str, method: str = "GET", **more: Any) -> Answer:
    return call(lambda_handler, api_event(method, path, **more))


class Page(HTMLParser):
    """What a browser would fetch, run and jump to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.anchors: list[str] = []
        self.targets: list[str] = []
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id" and value:
                self.anchors.append(value)
            if name in {"href", "src"} and value:
                self.targets.append(value)


def test_the_document_is_served_without_a_token_as_it_is_checked_in() -> None:
    answer = get("/openapi.json")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.body == DOCUMENT_FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["/openapi.json", "/reference"])
def test_whoever_has_the_current_version_is_not_sent_it_again(path: str) -> None:
    tag = get(path).headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        answer = get(path, headers={"If-None-Match": known})
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, "", tag)
    assert get(path, headers={"If-None-Match": '"other"'}).status == 200


@pytest.mark.parametrize("path", ["/openapi.json", "/reference"])
def test_head_answers_as_get_without_the_body(path: str) -> None:
    answer, whole = get(path, "HEAD"), get(path)
    assert (answer.status, answer.body) == (200, "")
    assert answer.headers.keys() == whole.headers.keys()
    assert answer.headers["etag"] == whole.headers["etag"]


def test_the_page_is_html_with_the_headers_of_every_page_and_may_be_kept() -> None:
    answer = get("/reference")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for name, value in SECURITY_HEADERS.items():
        expected = "public, max-age=300" if name == "Cache-Control" else value
        assert answer.headers[name.lower()] == expected


def test_the_page_has_no_script_and_no_style_of_its_own() -> None:
    page = Page(get("/reference").body)
    assert {"script", "style", "iframe", "form", "img"} & set(page.tags) == set()
    assert [name for name in page.attributes if name == "style" or name.startswith("on")] == []


def test_every_link_of_the_page_leads_somewhere() -> None:
    page = Page(get("/reference").body)
    assert len(set(page.anchors)) == len(page.anchors)
    inside = {target.removeprefix("#") for target in page.targets if target.startswith("#")}
    assert inside <= set(page.anchors)
    for target in (target for target in page.targets if not target.startswith("#")):
        assert get(target).status == 200, target


def test_the_page_shows_every_operation_and_every_code() -> None:
    text = get("/reference").body
    for path, operations in document()["paths"].items():
        assert f"<code>{path}</code>" in text
        for operation in operations.values():
            assert f'<h3 id="{operation["operationId"]}">' in text
            for problem in operation["x-problems"]:
                assert f"<code>{problem['code']}</code>" in text


def test_a_static_file_is_served_under_its_own_hash_only() -> None:
    page = Page(get("/reference").body)
    [path] = [target for target in page.targets if target.endswith("/reference.css")]
    file = find_static_file(path)
    assert file is not None
    answer = get(path)
    assert (answer.status, answer.body) == (200, file.body)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert get("/static/0000000000000000/reference.css").status == 404


@pytest.mark.parametrize("email", [None, "ann@hill.example"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "TRACE"])
@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/nowhere", "/v2/users", "/wp-login.php", "/static/x", "/V1/USERS"]
)
def test_an_unknown_path_is_a_problem(path: str, method: str, email: str | None) -> None:
    answer = get(path, method, email=email)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "detail": "No route has this path. GET /openapi.json lists them all.",
        "code": "not_found",
        "instance": answer.headers["x-request-id"],
    }


def test_another_verb_is_refused_with_those_that_the_path_takes() -> None:
    answer = get("/openapi.json", "POST", body={})
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["/v1/users", "/v1/registrations/acme.example", "/nowhere"])
def test_a_browser_may_ask_before_it_sends_a_token(path: str) -> None:
    answer = get(
        path, "OPTIONS", headers={"Origin": "https://console.example", "Access-Control-Request-Method": "PATCH"}
    )
    assert (answer.status, answer.body) == (204, "")


def test_only_the_page_needs_jinja() -> None:
    program = """
import sys
from functions.reference.handler import lambda_handler
from tests.events import FunctionContext, api_event
for path in ("/openapi.json", "/v1/nowhere", "/reference"):
    lambda_handler(api_event("GET", path), FunctionContext())
    print(path, "jinja2" in sys.modules, file=sys.stderr)
"""
    environment = {"POWERTOOLS_SERVICE_NAME": "test", "POWERTOOLS_METRICS_NAMESPACE": "Partnerdesk"}
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    assert ended.stderr.splitlines() == ["/openapi.json False", "/v1/nowhere False", "/reference True"]


def test_types_read_as_words() -> None:
    objects = {one.name: {field.name: field.kind for field in one.fields} for one in schemas(document())}
    assert objects["RegistrationPage"]["data"] == Kind(text="list of Registration", schema="Registration")
    assert objects["Registration"]["expires_at"] == Kind(text="date-time, or null")
    assert objects["LeadBody"]["company"] == Kind(text="string, 1 to 200 characters")
    assert objects["LinkBody"]["products"].text == "list of 1 to 20 LinkProductBody"
    assert objects["DeregisterBody"]["confirm"].text == "boolean"
    assert objects["DeregisteredItem"]["status"].text == '"deregistered"'
    assert objects["DeregisterResults"]["results"] == Kind(text="list of DeregisterResult", schema="DeregisterResult")
    assert objects["MoneyBody"]["amount"].text == "integer, 0 to 1000000000000"


def test_nested_fields_are_listed_under_dotted_names() -> None:
    [register] = [one for chapter in chapters(document()) for one in chapter.operations if one.name == "register_lead"]
    assert [field.name for field in register.body if field.name.startswith("contact")] == [
        "contact",
        "contact.first_name",
        "contact.last_name",
        "contact.email",
    ]


def test_the_example_command_can_be_pasted_into_a_shell() -> None:
    [change] = [one for chapter in chapters(document()) for one in chapter.operations if one.name == "change_user"]
    body = json.dumps({"role": "partner_admin"})
    assert change.curl.splitlines() == [
        'curl -X PATCH "$BASE_URL/v1/users/u-ben" \\',
        '  -H "Authorization: Bearer $TOKEN" \\',
        "  -H 'If-Match: \"v1\"' \\",
        "  -H 'Content-Type: application/json' \\",
        f"  -d '{body}'",
    ]


def test_prose_is_split_into_paragraphs_and_marked_words() -> None:
    assert paragraphs("**Lists** take\n`limit`.\n\nMore.") == [
        [("strong", "Lists"), ("text", " take "), ("code", "limit"), ("text", ".")],
        [("text", "More.")],
    ]
