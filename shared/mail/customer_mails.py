"""Mails about a confirmation link to the customer."""

from datetime import date, datetime

from msgspec import Struct

from shared.domain.languages import Language
from shared.mail.confirmation import Statement, statement_facts
from shared.mail.content import Ending, Fact, MailContent, Quotation, Step, step_to
from shared.web.formats import day_text, instant_text
from shared.web.languages import translations
from shared.web.zones import Zone


class LinkSent(Struct, frozen=True, kw_only=True):
    """The partner asks for a confirmation. `url` opens the page; from the day `decide_before` on it does not."""

    language: Language
    contact_name: str
    requested_by: str
    statement: Statement
    url: str
    decide_before: date

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = _names(self.statement)
        return MailContent(
            language=self.language,
            subject=texts.gettext("%(partner)s asks for your confirmation for %(company)s") % names,
            summary=texts.gettext("Please confirm or reject: it takes a minute and no account."),
            greeting=_greeting(self.contact_name, language=self.language),
            heading=texts.gettext("Your confirmation is asked for"),
            paragraphs=(
                texts.gettext(
                    "%(sender)s of %(partner)s, a partner of %(vendor)s, states that %(partner)s took part in selling "
                    "or supporting the software listed below for %(company)s. Please confirm this, or reject it if it "
                    "is not right."
                )
                % {**names, "sender": self.requested_by},
            ),
            facts=statement_facts(self.statement, language=self.language),
            quotation=None,
            step=_decide_step(self.url, language=self.language),
            closing=(_deadline(self.decide_before, language=self.language),),
            why=texts.gettext(
                "You receive this email because %(partner)s named you as the contact for %(company)s. The address "
                "above is meant for you: whoever has it can decide."
            )
            % names,
        )


class LinkReminder(Struct, frozen=True, kw_only=True):
    """The customer has not decided yet. `unsubscribe_url` ends the reminders of this link with one click."""

    language: Language
    contact_name: str
    statement: Statement
    url: str
    decide_before: date
    unsubscribe_url: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = _names(self.statement)
        return MailContent(
            language=self.language,
            subject=texts.gettext("Reminder: %(partner)s asks for your confirmation for %(company)s") % names,
            summary=texts.gettext("Please confirm or reject: it takes a minute and no account."),
            greeting=_greeting(self.contact_name, language=self.language),
            heading=texts.gettext("Your confirmation is still open"),
            paragraphs=(
                texts.gettext(
                    "%(partner)s has asked you to confirm that it took part in selling or supporting the software "
                    "listed below for %(company)s. You have not decided yet."
                )
                % names,
            ),
            facts=statement_facts(self.statement, language=self.language),
            quotation=None,
            step=_decide_step(self.url, language=self.language),
            closing=(_deadline(self.decide_before, language=self.language),),
            why=texts.gettext(
                "You receive this email because %(partner)s named you as the contact for %(company)s. The address "
                "above is meant for you: whoever has it can decide."
            )
            % names,
            ending=Ending(label=texts.gettext("End the reminders"), url=self.unsubscribe_url),
        )


class DecisionReceipt(Struct, frozen=True, kw_only=True):
    """What the customer decided, for the customer's files. `reason` is None where it was signed."""

    language: Language
    contact_name: str
    statement: Statement
    signed: bool
    signer_name: str
    reason: str | None
    decided_at: datetime
    zone: Zone
    url: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {**_names(self.statement), "signer": self.signer_name}
        if self.signed:
            subject = texts.gettext("Receipt: %(company)s confirmed for %(partner)s")
            heading = texts.gettext("You have confirmed")
            told = texts.gettext(
                "%(signer)s confirmed for %(company)s that %(partner)s took part in selling or supporting the software "
                "listed below."
            )
        else:
            subject = texts.gettext("Receipt: %(company)s rejected for %(partner)s")
            heading = texts.gettext("You have rejected")
            told = texts.gettext(
                "%(signer)s rejected for %(company)s the statement that %(partner)s took part in selling or supporting "
                "the software listed below."
            )
        decided = instant_text(self.decided_at, zone=self.zone, language=self.language)
        return MailContent(
            language=self.language,
            subject=subject % names,
            summary=texts.gettext("For your files: what was decided, when and under which name."),
            greeting=_greeting(self.contact_name, language=self.language),
            heading=heading,
            paragraphs=(told % names,),
            facts=(
                Fact(label=texts.gettext("Decided at"), values=(decided,)),
                *statement_facts(self.statement, language=self.language),
            ),
            quotation=Quotation(label=texts.gettext("Reason"), text=self.reason) if self.reason else None,
            step=Step(
                label=texts.gettext("See the outcome"),
                url=self.url,
                hint=texts.gettext("The outcome stays at this address:"),
            ),
            closing=(
                texts.gettext("If you did not decide this, please tell %(partner)s by replying to this email.") % names,
            ),
            why=texts.gettext("You receive this email because a decision was made on the page that was sent to you."),
        )


def _names(statement: Statement) -> dict[str, str]:
    return {"partner": statement.partner_name, "vendor": statement.vendor_name, "company": statement.company}


def _greeting(contact_name: str, *, language: Language) -> str:
    return translations(language).gettext("Dear %(name)s,") % {"name": contact_name}


def _decide_step(url: str, *, language: Language) -> Step:
    return step_to(url, label=translations(language).gettext("Confirm or reject"), language=language)


def _deadline(decide_before: date, *, language: Language) -> str:
    day = day_text(decide_before, language=language)
    return translations(language).gettext("Please decide before %(day)s. From that day on the link stops working.") % {
        "day": day
    }
