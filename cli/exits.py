"""Why a command ends without success, and the exit code that tells a script which of the reasons it was.

0 done · 1 refused, or partly refused · 2 wrong usage · 3 not signed in · 4 cannot reach the API · 5 the API failed ·
6 the output cannot be written · 130 interrupted by Ctrl-C.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from cli.problems import Problem

REFUSED = 1
INTERRUPTED = 130
WORDS = {
    "partner_required": "--partner or PARTNERDESK_PARTNER says which one you mean; `partnerdesk partners` lists them.",
    "not_a_member": "You do not belong to that partner; `partnerdesk partners` lists yours.",
}
"""What a refusal means at a command line, where the API speaks of its headers."""


class CliError(Exception):
    """A message for the person at the terminal that says what to do next; `code` is stable, for scripts."""

    exit_code: ClassVar[int]
    code: ClassVar[str]

    def lines(self) -> list[str]:
        return [str(self)]

    def as_json(self) -> Mapping[str, Any]:
        return {"code": self.code, "detail": str(self)}


class RefusedError(CliError):
    """The API understood and said no."""

    exit_code = REFUSED
    code = "refused"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem

    def lines(self) -> list[str]:
        words = WORDS.get(self.problem.code)
        return (replace(self.problem, detail=words) if words else self.problem).lines()

    def as_json(self) -> Mapping[str, Any]:
        return self.problem.as_json()


class WrongUsageError(CliError):
    """Options, configuration or a file do not make sense; nothing was sent."""

    exit_code = 2
    code = "wrong_usage"


class NotSignedInError(CliError):
    exit_code = 3
    code = "not_signed_in"


class UnreachableError(CliError):
    """No answer, or only 'later', within the retries."""

    exit_code = 4
    code = "unreachable"


class StackDownError(UnreachableError):
    """The stack on this machine does not run; asking again would not start it."""

    code = "stack_down"


class ApiFailedError(CliError):
    """An answer that the contract does not know: a server error, or a body that cannot be read."""

    exit_code = 5
    code = "api_failed"


class OutputError(CliError):
    """What the command prints cannot be written; a reader that has gone needs no message."""

    exit_code = 6
    code = "output_failed"

    def __init__(self, error: OSError) -> None:
        super().__init__(f"The output cannot be written: {error.strerror}.")
        self.reader_has_gone = isinstance(error, BrokenPipeError)

    def lines(self) -> list[str]:
        return [] if self.reader_has_gone else super().lines()
