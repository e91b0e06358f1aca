"""What is wrong with a request, as one would say it to a colleague, such as "The last name is missing".

A fault is kept as the place where it is and what follows the place's name, such as `is missing`. Names and sentences
are put together here, so that no answer shows the words of the library that found the fault.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

REFUSAL = "refusal"
"""The type of an error that has a refusal of its own, and the place in its context where that ProblemError is."""

_LONGEST_QUOTATION = 60
_ENUM_MEMBER = re.compile(r"<[\w.]+: ([^>]*)>")

_NAMES = {
    "": "body",
    "account_url": "account address",
    "add_deals": "deals to add",
    "apps": "apps",
    "as_of": "day",
    "capacity_limit_override": "capacity limit",
    "certification_expires_on": "last day of the certification",
    "certification_lapses": "choice whether the certification lapses",
    "client_id": "client id",
    "closed_on": "day of the sale",
    "confirm": "confirmation",
    "contact_name": "name of the contact",
    "crm_url": "CRM address",
    "email": "e-mail address",
    "email_domain": "e-mail domain",
    "email_tier": "e-mail tier",
    "employee_email": "e-mail address of the employee",
    "enabled": "choice whether the user is a partner employee",
    "lose_clients": "clients to lose",
    "measured_on": "day of the measurement",
    "months": "number of months",
    "mrr": "MRR",
    "notify_user_id": "user to notify",
    "occurred_at": "time of the activity",
    "owner": "renewal owner",
    "projection_months": "number of months to come",
    "providing_onboarding": "choice who provides onboarding",
    "q": "search text",
    "renews_on": "day of the renewal",
    "repair": "choice whether to repair",
    "search_by": "field to search in",
    "since": "start of the time span",
    "sort": "order",
    "started_on": "day of the start",
    "term_months": "term in months",
    "tier_earned_on": "day on which the tier was earned",
    "until": "end of the time span",
    "weekly": "choice of a weekly digest",
    "within_days": "number of days",
}
"""Names of fields and parameters that are not simply their words, as `last_name` is `last name`."""

_PLURAL = frozenset({
    "activities",
    "add_deals",
    "apps",
    "areas",
    "clients",
    "domains",
    "items",
    "lose_clients",
    "portal_users",
    "products",
    "tools",
})  # fmt: skip
"""What is many, and so `are missing`."""

_MANY = {"is": "are", "has": "have", "contains": "contain", "needs": "need", "stands": "stand"}

_PLACES = frozenset({"query", "path", "header"})
"""Where a parameter stands: the first step of its pointer. Pointers into the body have none."""

_KEY = "[key]"
"""How pydantic points at the name of an entry rather than its value."""


def sentence(pointer: str, fault: str) -> str:
    """The whole sentence about a place. `fault` follows the place's name; one that starts with a capital is whole."""
    if not fault[:1].islower():
        return fault
    subject, is_plural = _subject(_steps(pointer))
    verb, _, rest = fault.partition(" ")
    if is_plural:
        verb = _MANY.get(verb, verb)
    return f"{subject} {verb} {rest}".removesuffix(".") + "."


def quoted(name: object) -> str:
    """What was sent, in quotation marks, and not at endless length."""
    text = str(name)
    return f'"{text[:_LONGEST_QUOTATION]}…"' if len(text) > _LONGEST_QUOTATION else f'"{text}"'


def fault_of(error: Mapping[str, Any]) -> str:
    """What one of pydantic's errors says, without its place: `is missing`, `must be text`."""
    kind = error["type"]
    if error.get("input", "") is None and (kind.endswith("_type") or kind in {"enum", "literal_error"}):
        return "must have a value; it cannot be null"
    if kind == "extra_forbidden":
        return f"The field {quoted(error['loc'][-1])} is not known here. Check its spelling, or leave it out."
    wording = _WITH_LIMITS.get(kind)
    return wording(kind, error["ctx"]) if wording else _FAULTS.get(kind, "is not what this place takes")


_FAULTS = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_unicode": "contains half of a character",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of fewer digits",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list, in square brackets",
    "dict_type": "must be a JSON object, in braces",
    "model_type": "must be a JSON object, in braces",
    "model_attributes_type": "must be a JSON object, in braces",
    "date_from_datetime_parsing": "is no day of the calendar",
    "datetime_from_date_parsing": "is no moment of the calendar",
    "datetime_parsing": "is no moment of the calendar",
}
"""By the types of pydantic's errors; _WITH_LIMITS has those that name a limit."""


def _bound(kind: str, limits: Mapping[str, Any]) -> str:
    return f"must be at least {limits['ge']:,}" if kind.startswith("greater") else f"must be at most {limits['le']:,}"


def _length(kind: str, limits: Mapping[str, Any]) -> str:
    unit = "character" if kind.startswith("string") else "entry"
    if kind.endswith("long"):
        return f"must have at most {_counted(limits['max_length'], unit)}"
    least = limits["min_length"]
    return "must not be empty" if least == 1 else f"must have at least {_counted(least, unit)}"


def _choice(_: str, limits: Mapping[str, Any]) -> str:
    """`expected` is `'a', 'b' or 'c'`, and for some `<Role.PARTNER_ADMIN: 'partner_admin'>`."""
    return "must be one of " + _ENUM_MEMBER.sub(r"\1", str(limits["expected"])).replace("'", "")


def _own(_: str, limits: Mapping[str, Any]) -> str:
    return str(limits["error"])


def _refusal(_: str, limits: Mapping[str, Any]) -> str:
    return str(limits[REFUSAL])


_WITH_LIMITS: Mapping[str, Callable[[str, Mapping[str, Any]], str]] = {
    "value_error": _own,
    REFUSAL: _refusal,
    "literal_error": _choice,
    "enum": _choice,
    "greater_than_equal": _bound,
    "less_than_equal": _bound,
    "string_too_short": _length,
    "string_too_long": _length,
    "too_short": _length,
    "too_long": _length,
}


def _counted(number: int, unit: str) -> str:
    many = {"character": "characters", "entry": "entries"}[unit]
    return f"{number:,} {unit if number == 1 else many}"


def _steps(pointer: str) -> list[str]:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.removeprefix("#").split("/")[1:]]
    return steps[1:] if steps[:1] and steps[0] in _PLACES else steps


def _subject(steps: list[str]) -> tuple[str, bool]:
    """What the sentence is about, and whether it is many."""
    if steps[-1:] == [_KEY]:
        return f"A name among the {_name(steps[-3])}", False
    if steps[-2:-1] == ["areas"]:
        return f"The area {quoted(steps[-1])}", False
    last = steps[-1] if steps else ""
    if last.isdigit():
        return f"Entry {int(last) + 1} of the {_name(steps[-2])}", False
    within = ""
    if len(steps) > 2 and steps[-2].isdigit():  # noqa: PLR2004 - a list, a place in it, a field
        within = f" in entry {int(steps[-2]) + 1} of the {_name(steps[-3])}"
    return f"The {_name(last)}{within}", last in _PLURAL and not within


def _name(step: str) -> str:
    return _NAMES.get(step, step.replace("_", " "))
