from typing import Annotated

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from shared.text import Line, OneLine, Paragraph, folded, one_line, searchable

reproducibly = settings(derandomize=True, deadline=None)


class Remark(BaseModel):
    title: Line
    text: Paragraph = "-"
    code: Annotated[str, Field(max_length=3), OneLine] = ""
    author: Line | None = None


def faults(**fields: object) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refusal:
        Remark.model_validate({"title": "Title"} | fields)
    return [(str(error["loc"][0]), error["msg"]) for error in refusal.value.errors()]


def test_a_line_is_stripped_and_composed() -> None:
    remark = Remark(title=" \u3000Mu\u0308ller & So\u0308hne \n", code="  abc  ", author=None)
    assert remark.title == "Müller & Söhne"
    assert remark.code == "abc"


def test_a_paragraph_keeps_its_lines_with_one_kind_of_line_break() -> None:
    assert (
        Remark(title="Title", text="\r\nfirst\r\nsecond\rthird\n\n\tfourth\n").text
        == "first\nsecond\nthird\n\n\tfourth"
    )


def test_the_bounds_count_what_is_left_after_stripping() -> None:
    assert Remark(title="x" * 200 + " " * 100).title == "x" * 200
    assert faults(title="x" * 201) == [("title", "String should have at most 200 characters")]
    assert faults(title="   ") == [("title", "String should have at least 1 character")]
    assert faults(text="x" * 501) == [("text", "String should have at most 500 characters")]
    assert faults(code="abcd") == [("code", "String should have at most 3 characters")]


def test_the_bounds_are_part_of_the_published_schema() -> None:
    schema = Remark.model_json_schema()["properties"]
    assert schema["title"] == {"maxLength": 200, "minLength": 1, "title": "Title", "type": "string"}
    assert schema["code"] == {"default": "", "maxLength": 3, "title": "Code", "type": "string"}


@pytest.mark.parametrize("value", [1, None, ["a"], {}, True])
def test_what_is_no_text_is_refused(value: object) -> None:
    assert faults(title=value, text=value) == [
        ("title", "Input should be a valid string"),
        ("text", "Input should be a valid string"),
    ]


@pytest.mark.parametrize(
    "character",
    [
        *"\0\x07\x1b\x7f\x85\u2028\u2029",
        *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
        *"\ud800\udfff\ue000\uf8ff\ufdd0\ufeff\ufffe\uffff\U000f0000\U0010ffff",
    ],
)
def test_a_character_that_is_no_text_is_refused(character: str) -> None:
    reason = f"Value error, contains the character U+{ord(character):04X}, which is not text; remove it"
    assert faults(title=f"a{character}b", text=f"a{character}b") == [("title", reason), ("text", reason)]


@pytest.mark.parametrize("character", ["\t", "\n", "\r"])
def test_a_line_has_no_line_break_or_tab_inside(character: str) -> None:
    reason = f"Value error, contains the character U+{ord(character):04X}, which is not text; remove it"
    assert faults(title=f"a{character}b") == [("title", reason)]


@pytest.mark.parametrize("text", ["\u200b", "\u00ad \u200d", "\u200e\u200f"])
def test_a_text_that_nobody_can_see_is_refused(text: str) -> None:
    assert faults(title=text) == [("title", "Value error, contains nothing that can be seen")]


@pytest.mark.parametrize(
    "text", ["👩‍💻", "می‌خواهم", "O\u2019Neill & Söhne (\u200e\u05d0\u05d1\u200e)", "1", "=1+1", "<b>"]
)
def test_all_scripts_and_signs_are_text(text: str) -> None:
    assert one_line(text) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("  Müller\u00a0 &\tSÖHNE ", "müller & söhne"),
        ("MU\u0308LLER", "müller"),
        ("Straße", "strasse"),
        ("\uff21\uff23\uff2d\uff25", "acme"),
        ("ﬁne", "fine"),
        ("5 ㎒", "5 mhz"),
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
        ("", ""),
    ],
)
def test_text_is_folded(text: str, result: str) -> None:
    assert folded(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("  Müller\u00a0 &\tSÖHNE ", "muller & sohne"),
        ("MU\u0308LLER", "muller"),
        ("Straße", "strasse"),
        ("Łódź Ørsted Ægir Œuvre Đakovo \u0131stanbul İzmir", "lodz orsted aegir oeuvre dakovo istanbul izmir"),
        ("Crème brûlée, Ça va, Señor, Håkon, Dvořák, Ştefan", "creme brulee, ca va, senor, hakon, dvorak, stefan"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("Йод", "иод"),
        ("ガラス", "ガラス"),
        ("हिन्दी", "हिन्दी"),
        ("e\u0301\u0302\u0303", "e"),
        ("", ""),
    ],
)
def test_accents_do_not_matter_in_a_search(text: str, result: str) -> None:
    assert searchable(text) == result


@reproducibly
@given(text=st.text())
@example(text="\u0345\u03b1")
@example(text="ǰ\u0345")
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert searchable(searchable(text)) == searchable(text)
    assert searchable(folded(text)) == searchable(text)


@reproducibly
@given(text=st.text())
def test_what_was_accepted_once_is_accepted_again_unchanged(text: str) -> None:
    try:
        accepted = Remark(title=text).title
    except ValidationError:
        return
    assert Remark(title=accepted).title == accepted
