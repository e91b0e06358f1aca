"""template.yaml with one fault each in what lies between a queue and its function."""

from tests.template import rules_of_the_functions as functions
from tests.template.mutants import Mutant

_EVENT = "RenewalWorkerFunction/Properties/Events/DueRenewals/Properties"

QUEUES = [
    Mutant(
        rule=functions.queue_mappings_survive_a_bad_message,
        put=(place, value),
        finding=f"RenewalWorkerFunctionDueRenewals lacks {what}.",
    )
    for place, value, what in (
        (f"{_EVENT}/FunctionResponseTypes", [], "partial answers"),
        ("RenewalsQueue/Properties/VisibilityTimeout", 359, "six timeouts of invisibility"),
        ("RenewalsQueue/Properties/RedrivePolicy", {"maxReceiveCount": 5}, "a queue for what fails"),
    )
]
