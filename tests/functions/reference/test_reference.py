import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest

from functions.reference.document import DOCUMENT_FILE, document
from functions.reference.handler import lambda_handler
from functions.reference.views import Kind, Operation, areas, objects, paragraphs
from shared.web.headers import security_headers
from shared.web.static_files import find_static_file
from tests.events import Answer, api_event, call

PROJECT = DOCUMENT_FILE.parents[2]


PAGES = ["/reference", *(f"/reference/{area.slug}" for area in areas(document()))]


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


@pytest.mark.parametrize("path", ["/openapi.json", "/reference", "/reference/vendor"])
def test_whoever_has_the_current_version_is_not_sent_it_again(path: str) -> None:
    tag = get(path).headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        answer = get(path, headers={"If-None-Match": known})
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, "", tag)
    assert get(path, headers={"If-None-Match": '"other"'}).status == 200


@pytest.mark.parametrize("path", ["/openapi.json", "/reference", "/reference/vendor"])
def test_head_answers_as_get_without_the_body(path: str) -> None:
    answer, whole = get(path, "HEAD"), get(path)
    assert (answer.status, answer.body) == (200, "")
    assert answer.headers.keys() == whole.headers.keys()
    assert answer.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_html_with_the_headers_of_every_page_and_may_be_kept(path: str) -> None:
    answer = get(path)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for name, value in security_headers().items():
        expected = "public, max-age=300" if name == "Cache-Control" else value
        assert answer.headers[name.lower()] == expected


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_script_and_no_style_of_its_own(path: str) -> None:
    page = Page(get(path).body)
    assert {"script", "style", "iframe", "form", "img"} & set(page.tags) == set()
    assert [name for name in page.attributes if name == "style" or name.startswith("on")] == []


def test_every_link_of_every_page_leads_somewhere() -> None:
    pages = {path: Page(get(path).body) for path in PAGES}
    for path, page in pages.items():
        assert len(set(page.anchors)) == len(page.anchors), path
        for target in page.targets:
            place, _, anchor = target.partition("#")
            if place in {"", *PAGES}:
                assert not anchor or anchor in pages[place or path].anchors, f"{path} {target}"
            else:
                assert get(target).status == 200, f"{path} {target}"


def test_no_page_is_longer_than_a_reader_waits_for() -> None:
    sizes = {path: (len(get(path).body.encode()), len(Page(get(path).body).tags)) for path in PAGES}
    assert sizes["/reference"] <= (40_000, 1_000)
    assert {path for path, size in sizes.items() if size[0] > 150_000 or size[1] > 5_000} == set()


def test_the_reference_begins_with_how_to_get_a_token() -> None:
    text = get("/reference").body
    assert text.index("<strong>Getting a token.</strong>") < text.index("<strong>Calling.</strong>")
    assert text.index("<strong>Getting a token.</strong>") < text.index('<ul class="operations">')
    assert "AWSCognitoIdentityProviderService.InitiateAuth" in text


def test_the_pages_show_every_operation_and_every_code() -> None:
    index = get("/reference").body
    for area in areas(document()):
        text = get(f"/reference/{area.slug}").body.replace("<wbr>", "")
        for operation in area.operations:
            assert f'<a href="/reference/{area.slug}#{operation.name}">' in index
            assert f"<code>{operation.path}</code>" in text
            assert f'<h2 id="{operation.name}">' in text
            for problem in operation.problems:
                assert f"<code>{problem['code']}</code>" in text
    shown = [operation.name for area in areas(document()) for operation in area.operations]
    described = [one["operationId"] for found in document()["paths"].values() for one in found.values()]
    assert sorted(shown) == sorted(described)


def test_an_area_shows_every_object_that_its_operations_name() -> None:
    [links] = [area for area in areas(document()) if area.slug == "confirmation-links"]
    names = [one.name for one in links.objects]
    assert {"Link", "LinkBody", "LinkPage", "LinkStatus", "Language"} <= set(names)
    assert "RenewalPage" not in names


@pytest.mark.parametrize("area", ["nowhere", "Vendor", "confirmation links", "vendor%2F", "%00"])
def test_an_area_that_there_is_not_is_a_problem(area: str) -> None:
    answer = get(f"/reference/{area}")
    assert (answer.status, answer.json["code"]) == (404, "not_found")


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
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ended.stderr.splitlines() == ["/openapi.json False", "/v1/nowhere False", "/reference True"]


def test_types_read_as_words() -> None:
    every = objects(document(), document()["components"]["schemas"])
    kinds = {one.name: {field.name: field.kind for field in one.fields} for one in every}
    assert kinds["RegistrationPage"]["data"] == Kind(text="list of Registration", schema="Registration")
    assert kinds["Registration"]["expires_at"] == Kind(text="date-time, or null")
    assert kinds["LeadBody"]["company"] == Kind(text="string, 1 to 200 characters")
    assert kinds["LinkBody"]["products"].text == "list of 1 to 20 LinkProductBody"
    assert kinds["DeregisterBody"]["confirm"].text == "boolean"
    assert kinds["DeregisteredItem"]["status"].text == '"deregistered"'
    assert kinds["DeregisterResults"]["results"] == Kind(text="list of DeregisterResult", schema="DeregisterResult")
    assert kinds["MoneyBody"]["amount"].text == "integer, 0 to 1000000000000"


def operation_of(name: str) -> Operation:
    [found] = [one for area in areas(document()) for one in area.operations if one.name == name]
    return found


def test_nested_fields_are_listed_under_dotted_names() -> None:
    body = operation_of("register_lead").body
    assert [field.name for field in body if field.name.startswith("contact")] == [
        "contact",
        "contact.first_name",
        "contact.last_name",
        "contact.email",
    ]


def test_a_name_may_break_where_its_words_end() -> None:
    [field] = [one for one in operation_of("create_link").body if one.name == "client.contact_name"]
    assert field.parts == ["client.", "contact_", "name"]


def test_the_example_command_can_be_pasted_into_a_shell() -> None:
    change = operation_of("change_user")
    assert change.caller == "laura@lumen.example"
    assert change.curl.splitlines() == [
        'curl -X PATCH "$BASE_URL/v1/users/u-lumen-member" \\',
        '  -H "Authorization: Bearer $TOKEN" \\',
        "  -H 'If-Match: *' \\",
        "  -H 'Content-Type: application/json' \\",
        """  -d '{"role": "partner_admin"}'""",
    ]


def test_a_command_finds_the_id_that_is_made_anew_on_each_machine() -> None:
    assert operation_of("read_certificate").curl.splitlines() == [
        'LINK_ID=$(curl -s "$BASE_URL/v1/confirmation-links?status=signed" -H "Authorization: Bearer $TOKEN" \\',
        """  | python3 -c "import json, sys; print(json.load(sys.stdin)['data'][0]['id'])")""",
        'curl "$BASE_URL/v1/confirmation-links/$LINK_ID/certificate" \\',
        '  -H "Authorization: Bearer $TOKEN"',
    ]


def test_a_command_has_what_the_query_must_have() -> None:
    first, *_ = operation_of("remove_assignment").curl.splitlines()
    assert first == 'curl -X DELETE "$BASE_URL/v1/employees/u-lumen-member/clients/c-62001?confirm=REMOVE" \\'
    assert operation_of("remove_assignment").caller == "laura@lumen.example"
    assert operation_of("read_openapi_document").caller == ""


def test_prose_is_split_into_paragraphs_and_marked_words() -> None:
    assert paragraphs("**Lists** take\n`limit`.\n\nMore.\n\n```\ncurl \\\n  -X\n```") == [
        [("strong", "Lists"), ("text", " take "), ("code", "limit"), ("text", ".")],
        [("text", "More.")],
        [("block", "curl \\\n  -X")],
    ]
