import pytest
from pydantic import BaseModel, ValidationError

from local import make_countries
from shared.countries import Country, country_code, country_codes, country_names, is_country


class Place(BaseModel):
    country: Country


def test_the_shipped_file_is_what_the_script_makes() -> None:
    assert make_countries.TARGET.read_text(encoding="utf-8") == make_countries.content()


def test_all_codes_of_iso_3166_are_known_in_order() -> None:
    codes = country_codes()
    assert len(codes) == 249
    assert list(codes) == sorted(codes)
    assert [codes[0], codes[-1]] == ["AD", "ZW"]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("DE", ("Germany", "Deutschland")),
        ("US", ("United States", "Vereinigte Staaten")),
        ("ZW", ("Zimbabwe", "Simbabwe")),
    ],
)
def test_a_country_has_an_english_and_a_german_name(code: str, names: tuple[str, str]) -> None:
    assert is_country(code)
    assert country_names(code) == names


def test_every_country_is_found_by_its_code_and_its_names() -> None:
    for code in country_codes():
        for text in (code, code.lower(), *country_names(code)):
            assert country_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("germany", "DE"),
        (" Deutschland ", "DE"),
        ("ÖSTERREICH", "AT"),
        ("Osterreich", "AT"),
        ("USA", "US"),
        ("U.S.", "US"),
        ("United States of America", "US"),
        ("UK", "GB"),
        ("Großbritannien", "GB"),
        ("Czech Republic", "CZ"),
        ("Turkey", "TR"),
        ("Cote d'Ivoire", "CI"),
        ("Korea, Republic of", "KR"),
        ("Viet Nam", "VN"),
        ("Antigua and Barbuda", "AG"),
        ("Saint Kitts and Nevis", "KN"),
        ("Burma", "MM"),
    ],
)
def test_a_country_is_found_by_what_lists_call_it(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize("text", ["", " ", "Germny", "XX", "DEU", "276", "Europe"])
def test_what_names_no_country_has_no_code(text: str) -> None:
    assert country_code(text) is None


@pytest.mark.parametrize("code", ["", "de", "XX", "EU", "UN", "XK", "DEU", "Germany", "276", " DE"])
def test_what_is_no_assigned_code_is_refused(code: str) -> None:
    assert not is_country(code)
    with pytest.raises(KeyError):
        country_names(code)
    with pytest.raises(ValidationError) as refusal:
        Place(country=code)
    assert [error["msg"] for error in refusal.value.errors()] == [
        "Value error, must be a two-letter country code (ISO 3166-1), such as DE"
    ]


def test_a_model_takes_a_code_and_publishes_its_pattern() -> None:
    assert Place(country="DE").country == "DE"
    assert Place.model_json_schema()["properties"]["country"] == {
        "description": "ISO 3166-1 alpha-2, such as DE.",
        "pattern": "^[A-Z]{2}$",
        "title": "Country",
        "type": "string",
    }


def test_writing_the_file_tells_how_many(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path_factory.mktemp("shared") / "countries.json"
    monkeypatch.setattr(make_countries, "TARGET", target)
    make_countries.main()
    assert target.read_text(encoding="utf-8") == make_countries.content()
    assert capsys.readouterr().out == "countries.json: 249 countries\n"
