"""What an import would do, found out without sending a row.

Rows are checked by the rules that the API uses too, against the capacity and the leads of this moment. Whether another
partner holds a domain cannot be known beforehand: the API tells that to nobody.
"""

from collections.abc import Callable, Iterable

from cli.import_journal import Refusal
from cli.import_run import LIMIT_REACHED, ImportOutcome, Lead
from cli.row_rules import refusal_of_lead
from shared.domains import registrable_domain


def preview_import(
    leads: Iterable[Lead], *, available: int, held: Iterable[str], column_of: Callable[[str], str]
) -> ImportOutcome:
    """`available` is how many places are free, `held` the domains that the partner has registered now."""
    taken = set(held)
    registered = already_registered = 0
    refusals = []
    for lead in leads:
        checked = _check(lead, column_of)
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


def _check(lead: Lead, column_of: Callable[[str], str]) -> str | Refusal:
    """The domain that the row would register, or why it would not."""
    refusal = refusal_of_lead(lead.line, lead.item, column_of)
    return refusal or registrable_domain(lead.item["website"])
