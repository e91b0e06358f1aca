"""Mails about a confirmation link to the partner's user who created it."""

from datetime import date, datetime

from msgspec import Struct

from shared.domain.languages import Language
from shared.mail.confirmation import Statement, statement_facts
from shared.mail.content import Fact, MailContent, Quotation, Step, step_to
from shared.web.formats import day_text, instant_text
from shared.web.languages import translations
from shared.web.zones import Zone


class LinkSigned(Struct, frozen=True, kw_only=True):
    """The customer confirmed. `time_zone` is the partner's, `url` the page with the outcome."""

    language: Language
    user_name: str
    link_name: str
    statement: Statement
    signer_name: str
    decided_at: datetime
    time_zone: str
    url: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {"company": self.statement.company, "signer": self.signer_name}
        decided = instant_text(self.decided_at, zone=Zone(self.time_zone), language=self.language)
        return MailContent(
            language=self.language,
            subject=texts.gettext("Confirmed: %(company)s") % names,
            summary=texts.gettext("%(signer)s confirmed for %(company)s.") % names,
            greeting=_greeting(self.user_name, language=self.language),
            heading=texts.gettext("Your confirmation link was confirmed"),
            paragraphs=(texts.gettext("%(signer)s confirmed for %(company)s. The decision is final.") % names,),
            facts=(
                _link_name(self.link_name, language=self.language),
                Fact(label=texts.gettext("Decided at"), values=(decided,)),
                *statement_facts(self.statement, language=self.language),
            ),
            quotation=None,
            step=_outcome(self.url, language=self.language),
            closing=(),
            why=_why(language=self.language),
        )


class LinkRejected(Struct, frozen=True, kw_only=True):
    """The customer rejected and said why. `url` is the page with the outcome."""

    language: Language
    user_name: str
    link_name: str
    statement: Statement
    signer_name: str
    reason: str
    decided_at: datetime
    time_zone: str
    url: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {"company": self.statement.company, "signer": self.signer_name}
        decided = instant_text(self.decided_at, zone=Zone(self.time_zone), language=self.language)
        return MailContent(
            language=self.language,
            subject=texts.gettext("Rejected: %(company)s") % names,
            summary=texts.gettext("%(signer)s rejected for %(company)s and gave a reason.") % names,
            greeting=_greeting(self.user_name, language=self.language),
            heading=texts.gettext("Your confirmation link was rejected"),
            paragraphs=(texts.gettext("%(signer)s rejected for %(company)s. The decision is final.") % names,),
            facts=(
                _link_name(self.link_name, language=self.language),
                Fact(label=texts.gettext("Decided at"), values=(decided,)),
                *statement_facts(self.statement, language=self.language),
            ),
            quotation=Quotation(label=texts.gettext("Reason"), text=self.reason),
            step=_outcome(self.url, language=self.language),
            closing=(texts.gettext("Once that is settled, you can clone the link, correct the clone and send it."),),
            why=_why(language=self.language),
        )


class LinkExpired(Struct, frozen=True, kw_only=True):
    """Nobody decided in time; `expired_on` is a day in the partner's zone, `page` where links are cloned."""

    language: Language
    user_name: str
    link_name: str
    statement: Statement
    expired_on: date
    page: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {"company": self.statement.company}
        return MailContent(
            language=self.language,
            subject=texts.gettext("Expired without a decision: %(company)s") % names,
            summary=texts.gettext("The link no longer works. Clone it to ask again."),
            greeting=_greeting(self.user_name, language=self.language),
            heading=texts.gettext("Your confirmation link has expired"),
            paragraphs=(
                texts.gettext("Nobody at %(company)s confirmed or rejected in time, and the link no longer works.")
                % names,
            ),
            facts=(
                _link_name(self.link_name, language=self.language),
                Fact(
                    label=texts.gettext("Expired on"),
                    values=(day_text(self.expired_on, language=self.language),),
                ),
                *statement_facts(self.statement, language=self.language),
            ),
            quotation=None,
            step=step_to(self.page, label=texts.gettext("Clone a link"), language=self.language),
            closing=(),
            why=_why(language=self.language),
        )


def _outcome(url: str, *, language: Language) -> Step:
    return step_to(url, label=translations(language).gettext("See the outcome"), language=language)


def _greeting(user_name: str, *, language: Language) -> str:
    return translations(language).gettext("Hello %(name)s,") % {"name": user_name}


def _link_name(name: str, *, language: Language) -> Fact:
    return Fact(label=translations(language).gettext("Link"), values=(name,))


def _why(*, language: Language) -> str:
    return translations(language).gettext(
        "You receive this email because you created this confirmation link, or because mail to whoever did comes back."
    )
