"""What the API says when it refuses: problem+json (RFC 9457), of a whole request or of one item of a bulk answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldProblem:
    """One wrong place: a JSON pointer such as `#/contact/email` or `#/query/limit`, and the sentence about it."""

    pointer: str
    detail: str

    @property
    def name(self) -> str:
        """`email` for `#/contact/email`."""
        return self.pointer.rpartition("/")[2]


@dataclass(frozen=True)
class Problem:
    """`request_id` is empty for an item of a bulk answer: the request as a whole went well."""

    status: int
    code: str
    title: str
    detail: str
    fields: tuple[FieldProblem, ...] = ()
    request_id: str = ""

    def lines(self) -> list[str]:
        """Title, detail, a line for each field that is wrong, and the request id that support asks for."""
        lines = [self.title] if self.title else []
        further = [f"  {field.detail}" for field in self._further_fields()]
        if self.detail and self.detail != self.title and len(further) <= 1:  # of more, it only says how many
            lines.append(self.detail)
        lines += further
        if self.request_id:
            lines.append(f"Request id: {self.request_id} ({self.code})")
        return lines

    def reason(self) -> str:
        """One line for a spreadsheet: every sentence about what is wrong, or the detail where no field is named."""
        return " ".join(field.detail for field in self._further_fields()) or self.detail or self.title

    def field_names(self) -> list[str]:
        """The fields that are wrong, each once."""
        return list(dict.fromkeys(field.name for field in self.fields))

    def _further_fields(self) -> list[FieldProblem]:
        """Those that say more than the detail does."""
        return [field for field in self.fields if field.detail != self.detail]

    def as_json(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
            "errors": [{"pointer": field.pointer, "detail": field.detail} for field in self.fields],
            "instance": self.request_id,
        }


def read_problem(body: object, *, status: int, request_id: str = "") -> Problem | None:
    """The problem in a decoded JSON body, or None if the body is no problem (the gateway's own answers are not)."""
    if not isinstance(body, Mapping) or not isinstance(body.get("code"), str):
        return None
    errors = body.get("errors")
    return Problem(
        status=status,
        code=body["code"],
        title=str(body.get("title") or ""),
        detail=str(body.get("detail") or ""),
        fields=tuple(
            FieldProblem(pointer=str(error.get("pointer", "")), detail=str(error.get("detail", "")))
            for error in (errors if isinstance(errors, list) else [])
            if isinstance(error, Mapping)
        ),
        request_id=str(body.get("instance") or request_id),
    )
