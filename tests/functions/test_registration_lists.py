"""Lists of registrations: order, search, pages and cursors (A3, A4)."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from tests.events import Answer
from tests.factories import domains, lead
from tests.functions.client import ADMIN, MEMBER, RIVAL, Api, problem

LIST = "/v1/registrations"

LEADS: dict[str, dict[str, Any]] = {
    "alpha.example": {"company": "Zebra AG", "contact": ("Zoe", "Adler", "zoe@a.example"), "country": "DE"},
    "beta.example": {"company": "äpfel & Co", "contact": ("Yves", "Brun", "yves@b.example"), "country": "FR"},
    "gamma.example": {"company": "Müller GmbH", "contact": ("Xaver", "adler", "x@müller.example"), "country": None},
    "xn--mller-kva.de": {"company": "Apex", "contact": ("Ann", "Clark", "ann@c.example"), "country": "AT"},
}


@pytest.fixture
def four_leads(api: Api) -> Api:
    """Registered an hour apart, in this order; a fifth belongs to another partner."""
    for number, (domain, given) in enumerate(LEADS.items()):
        first_name, last_name, email = given["contact"]
        contact = {"first_name": first_name, "last_name": last_name, "email": email}
        at = api.clock.now + timedelta(hours=number)
        api.seed.registrations([domain], at=at, **{**given, "contact": contact})
    api.seed.registrations(["other.example"], partner_id="p-lake", company="Müller AG")
    return api


def found(answer: Answer) -> list[str]:
    assert answer.status == 200
    return [one["registered_domain"].partition(".")[0] for one in answer.json["data"]]


@pytest.mark.feature("A3")
@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("domain", ["alpha", "beta", "gamma", "xn--mller-kva"]),
        ("company", ["xn--mller-kva", "gamma", "alpha", "beta"]),
        ("contact", ["gamma", "alpha", "beta", "xn--mller-kva"]),
        ("country", ["gamma", "xn--mller-kva", "alpha", "beta"]),
        ("registered_at", ["alpha", "beta", "gamma", "xn--mller-kva"]),
    ],
)
def test_registrations_are_listed_in_each_order_both_ways(four_leads: Api, sort: str, order: list[str]) -> None:
    assert found(four_leads.get(LIST, query={"sort": sort})) == order
    assert found(four_leads.get(LIST, query={"sort": f"-{sort}"})) == order[::-1]


@pytest.mark.feature("A4")
@pytest.mark.parametrize(
    ("by", "text", "names"),
    [
        ("domain", "ALPHA", ["alpha"]),
        ("domain", "ample", ["alpha", "beta", "gamma"]),
        ("domain", "müller", ["xn--mller-kva"]),
        ("domain", "MÜLLER.de", ["xn--mller-kva"]),
        ("domain", "xn--mller", ["xn--mller-kva"]),
        ("company", "müller", ["gamma"]),
        ("company", "muller", ["gamma"]),
        ("company", "apfel", ["beta"]),
        ("domain", "muller", ["xn--mller-kva"]),
        ("company", "ÄPFEL &", ["beta"]),
        ("contact", "adler", ["alpha", "gamma"]),
        ("contact", "ann clark", ["xn--mller-kva"]),
        ("contact", "zoe@a.example", ["alpha"]),
        ("country", "at", ["xn--mller-kva"]),
        ("country", "Germany", ["alpha"]),
        ("country", "Österreich", ["xn--mller-kva"]),
        ("country", "osterreich", ["xn--mller-kva"]),
        ("country", "AUSTRIA", ["xn--mller-kva"]),
        ("country", "frankreich", ["beta"]),
        ("country", "zebra", []),
        (None, "müller", ["gamma", "xn--mller-kva"]),
        (None, "clark", ["xn--mller-kva"]),
        (None, "franc", ["beta"]),
        (None, "zebra", ["alpha"]),
        (None, "nobody", []),
    ],
)
def test_a_search_finds_a_text_in_one_field_or_in_any(
    four_leads: Api, by: str | None, text: str, names: list[str]
) -> None:
    query = {"q": text, **({"search_by": by} if by else {})}

    answer = four_leads.get(LIST, query=query)

    assert (found(answer), answer.json["next_cursor"]) == (names, None)


@pytest.mark.feature("A4")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("DE", ["de"]),
        ("de", ["de"]),
        (" De ", ["de"]),
        ("SE", ["se"]),
        ("GB", ["gb"]),
        ("UK", ["gb"]),
        ("Great Britain", ["gb"]),
        ("Deutschland", ["de"]),
        ("germany", ["de"]),
        ("schwed", ["se"]),
        ("United", ["gb", "us"]),
        ("weden", ["se"]),
        ("XX", []),
    ],
)
def test_a_countrys_code_finds_that_country_alone(api: Api, text: str, names: list[str]) -> None:
    api.seed.registrations(["de.example", "se.example", "gb.example", "us.example", "ua.example"])
    for code in ("DE", "SE", "GB", "US", "UA"):
        assert api.patch(f"{LIST}/{code.lower()}.example", {"country": code}, match="*").status == 200

    answer = api.get(LIST, query={"q": text, "search_by": "country"})

    assert [one["registered_domain"].removesuffix(".example") for one in answer.json["data"]] == names


def test_a_search_for_blanks_finds_everything(four_leads: Api) -> None:
    assert len(found(four_leads.get(LIST, query={"q": " "}))) == 4


@pytest.mark.parametrize("sort", ["domain", "-company", "contact", "-country", "registered_at"])
@pytest.mark.parametrize("search", [{}, {"q": "hill", "search_by": "contact"}])
def test_pages_lose_and_repeat_nothing(api: Api, sort: str, search: dict[str, str]) -> None:
    api.seed.registrations(domains(23))

    pages = api.pages(LIST, limit="5", sort=sort, **search)

    assert [len(page.json["data"]) for page in pages] == [5, 5, 5, 5, 3]
    names = [one["registered_domain"] for page in pages for one in page.json["data"]]
    assert sorted(names) == domains(23)
    assert names == [
        one["registered_domain"] for one in api.get(LIST, query={"sort": sort, "limit": "100"}).json["data"]
    ]


@pytest.mark.parametrize("search", [{}, {"q": "hill"}])
def test_a_last_page_that_is_full_says_that_it_is_the_last(api: Api, search: dict[str, str]) -> None:
    api.seed.registrations(domains(6))

    pages = api.pages(LIST, limit="3", **search)

    assert [len(page.json["data"]) for page in pages] == [3, 3]
    assert "link" not in pages[-1].headers


def test_without_a_limit_a_page_has_25(api: Api) -> None:
    api.seed.registrations(domains(26))

    assert [len(page.json["data"]) for page in api.pages(LIST)] == [25, 1]


def test_the_link_header_names_the_next_page(api: Api) -> None:
    api.seed.registrations(domains(3), company="Smith & Söhne")
    answer = api.get(LIST, query={"limit": "2", "q": "& söhne", "search_by": "company", "sort": "-domain"})

    link = answer.headers["link"]
    assert link == (
        "<https://desk.example/v1/registrations?q=%26+s%C3%B6hne&search_by=company&sort=-domain&limit=2"
        f'&cursor={answer.json["next_cursor"]}>; rel="next"'
    )


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": "0"}, "#/query/limit"),
        ({"limit": "101"}, "#/query/limit"),
        ({"limit": "ten"}, "#/query/limit"),
        ({"sort": "owner"}, "#/query/sort"),
        ({"sort": "--domain"}, "#/query/sort"),
        ({"search_by": "website"}, "#/query/search_by"),
        ({"q": ""}, "#/query/q"),
        ({"page": "2"}, "#/query/page"),
    ],
)
def test_a_wrong_parameter_is_named(api: Api, query: dict[str, str], pointer: str) -> None:
    answer = api.get(LIST, query=query)

    assert problem(answer) == (422, "validation_failed")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.fixture
def cursor(api: Api) -> str:
    """Of p-hill's first page."""
    api.seed.registrations(domains(5))
    text: str = api.get(LIST, query={"limit": "2"}).json["next_cursor"]
    return text


def test_a_cursor_serves_any_user_of_the_partner_and_another_limit(api: Api, cursor: str) -> None:
    answer = api.get(LIST, query={"limit": "3", "cursor": cursor}, email=MEMBER)

    assert found(answer) == ["lead-0002", "lead-0003", "lead-0004"]


@pytest.mark.parametrize(
    "query", [{"sort": "company"}, {"sort": "-domain"}, {"q": "lead"}, {"search_by": "domain"}], ids=str
)
def test_a_cursor_is_refused_under_another_filter(api: Api, cursor: str, query: dict[str, str]) -> None:
    assert problem(api.get(LIST, query={**query, "cursor": cursor})) == (400, "invalid_cursor")


def test_a_cursor_is_refused_to_another_partner_and_on_another_route(api: Api, cursor: str) -> None:
    assert problem(api.get(LIST, query={"cursor": cursor}, email=RIVAL)) == (400, "invalid_cursor")
    assert problem(api.get("/v1/users", query={"cursor": cursor}, email=ADMIN)) == (400, "invalid_cursor")


def test_a_cursor_with_any_character_changed_is_refused(api: Api, cursor: str) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    neighbours = [
        cursor[:place] + letters[(letters.index(cursor[place]) + 1) % 64] + cursor[place + 1 :]
        for place in range(len(cursor))
    ]

    answers = {problem(api.get(LIST, query={"cursor": changed})) for changed in neighbours}

    assert answers == {(400, "invalid_cursor")}


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "ä",
        "====",
        " ",
        "null",
        base64.urlsafe_b64encode(b'{"pk": "PARTNER#p-lake", "sk": "REGISTRATION#a.example"}').decode(),
        "A" * 2048,
    ],
)
def test_a_made_up_cursor_is_refused(api: Api, text: str) -> None:
    assert problem(api.get(LIST, query={"cursor": text})) == (400, "invalid_cursor")


@pytest.mark.parametrize("change", ["{}=", "{}==", " {}", "{}\n", "{}A"])
def test_a_cursor_has_one_spelling(api: Api, cursor: str, change: str) -> None:
    assert problem(api.get(LIST, query={"cursor": change.format(cursor)})) == (400, "invalid_cursor")


def test_leads_registered_while_paging_neither_shift_nor_repeat_what_follows(api: Api) -> None:
    api.seed.registrations(domains(6))
    first = api.get(LIST, query={"limit": "3"})
    api.seed.registrations(["aaa.example", "lead-0003a.example"])
    api.post(f"{LIST}/deregister", {"domains": ["lead-0002.example", "lead-0004.example"], "confirm": True})

    second = api.get(LIST, query={"limit": "3", "cursor": first.json["next_cursor"]})

    assert found(second) == ["lead-0003", "lead-0003a", "lead-0005"]


def test_names_of_200_characters_are_ordered_and_paged(api: Api) -> None:
    names = ["ü" * 200, "\u4e00" * 200, "\U0001f600" * 200, '"' * 200, "#" * 200]
    for number, name in enumerate(names):
        api.post(
            LIST,
            lead(
                f"{number}.example",
                company=name,
                contact={"first_name": name, "last_name": name, "email": "a@b.example"},
            ),
        )

    for sort in ("company", "-contact"):
        pages = api.pages(LIST, limit="1", sort=sort)
        assert sorted(one["company"] for page in pages for one in page.json["data"]) == sorted(names)
