"""What a mail says, before it is laid out: the HTML part and the text part are made from this and nothing else."""

from typing import Protocol

from msgspec import Struct

from shared.domain.languages import Language
from shared.web.languages import translations


class Fact(Struct, frozen=True, kw_only=True):
    """One line of the list of facts; several values stand under each other."""

    label: str
    values: tuple[str, ...]


class Quotation(Struct, frozen=True, kw_only=True):
    """What a person typed, line breaks included, under a label that says whose words they are."""

    label: str
    text: str


class Step(Struct, frozen=True, kw_only=True):
    """The one thing to do: a button in HTML, and in both parts the address in words under `hint`."""

    label: str
    url: str
    hint: str


def step_to(url: str, *, label: str, language: Language) -> Step:
    """A button that opens a page."""
    hint = translations(language).gettext("If the button does not work, copy this address into your browser:")
    return Step(label=label, url=url, hint=hint)


class Ending(Struct, frozen=True, kw_only=True):
    """How mails of this kind are ended: by the reader with a link, by a mail program with one POST (RFC 8058)."""

    label: str
    url: str


class MailContent(Struct, frozen=True, kw_only=True):
    """`summary` is the line that inboxes show beside the subject; `why` says why the reader gets this mail."""

    language: Language
    subject: str
    summary: str
    greeting: str
    heading: str
    paragraphs: tuple[str, ...]
    facts: tuple[Fact, ...]
    quotation: Quotation | None
    step: Step | None
    closing: tuple[str, ...]
    why: str
    ending: Ending | None = None


class Mail(Protocol):
    """One kind of mail: a frozen structure with what it needs to know, and its words."""

    def content(self) -> MailContent: ...
