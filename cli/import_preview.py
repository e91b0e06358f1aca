"""What an import would do, found out without sending a row.

Rows are checked by the rules that the API uses too, against the capacity and the leads of this moment. Whether another
partner holds a domain cannot be known beforehand: the API tells that to nobody.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cli.import_journal import Refusal
from cli.import_run import LIMIT_REACHED, ImportOutcome, Lead
from shared.addresses import Email
from shared.countries import Country
from shared.domains import InvalidDomainError, registrable_domain
from shared.http.sentences import fault_of, sentence
from shared.program import program
from shared.text import Line

INVALID_ROW = "validation_failed"
INVALID_DOMAIN = "invalid_domain"


def preview_import(leads: Iterable[Lead], *, available: int, held: Iterable[str]) -> ImportOutcome:
    """`available` is how many places are free, `held` the domains that the partner has registered now."""
    taken = set(held)
    registered = already_registered = 0
    refusals = []
    for lead in leads:
        checked = _check(lead)
        if isinstance(checked, Refusal):
            refusals.append(checked)
        elif checked in taken:
            already_registered += 1
        elif registered < available:
            registered += 1
            taken.add(checked)
        else:
            refusals.append(Refusal(lead.line, LIMIT_REACHED, "No place would be left for this row."))
    return ImportOutcome(registered=registered, already_registered=already_registered, refusals=tuple(refusals))


def _check(lead: Lead) -> str | Refusal:
    """The domain that the row would register, or why it would not."""
    faults = list(_faults(lead.item))
    if faults:
        return Refusal(lead.line, INVALID_ROW, " ".join(faults))
    try:
        return registrable_domain(lead.item["website"], refused=program().capacity.free_mail_hosts)
    except InvalidDomainError as error:
        return Refusal(lead.line, INVALID_DOMAIN, error.reason)


def _faults(item: Mapping[str, Any]) -> Iterable[str]:
    cells = {"company": item["company"], **item["contact"]}
    if "country" in item:
        cells["country"] = item["country"]
    for name, text in cells.items():
        try:
            _rules()[name].validate_python(text)
        except ValidationError as error:
            yield sentence(f"#/{name}", fault_of(error.errors()[0]))


@cache
def _rules() -> Mapping[str, TypeAdapter[Any]]:
    line: TypeAdapter[Any] = TypeAdapter(Line)
    return {
        "company": line,
        "first_name": line,
        "last_name": line,
        "email": TypeAdapter(Email),
        "country": TypeAdapter(Country),
    }
