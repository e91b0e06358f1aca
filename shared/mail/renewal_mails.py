"""Mails about upcoming renewals: to the client's decision maker, and to the partner's user."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from shared.domain.languages import Language
from shared.domain.money import Money
from shared.mail.content import Ending, Fact, MailContent, step_to
from shared.web.formats import day_text, money_text
from shared.web.labels import product_label
from shared.web.languages import translations


class MailedRenewal(Struct, frozen=True, kw_only=True):
    """A renewal as mails tell of it; prices are for a month.

    `decide_by` is the last day for a decision, None once it has been renewed.
    """

    renewal_id: str
    vendor_name: str
    partner_name: str
    company: str
    product: str
    edition: str
    current_mrr: Money
    renewal_mrr: Money
    term_months: int | None
    starts_on: date
    decide_by: date | None
    renewal_manager: str | None

    def product_name(self, language: Language) -> str:
        return f"{product_label(self.product, language=language)} {product_label(self.edition, language=language)}"


class RenewalForClient(Struct, frozen=True, kw_only=True):
    """The vendor tells the client, with a copy to the partner where somebody there can be mailed."""

    language: Language
    contact_name: str
    renewal: MailedRenewal
    copied: bool

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = _names(self.renewal, language=self.language)
        if self.renewal.decide_by:
            next_step = texts.gettext(
                "If you do nothing, it renews automatically on the terms below. To change or cancel it, please talk to "
                "%(partner)s before %(deadline)s, or reply to this email."
            )
        else:
            next_step = texts.gettext(
                "It renews automatically on the terms below. If you have questions, reply to this email or ask "
                "%(partner)s."
            )
        return MailContent(
            language=self.language,
            subject=texts.gettext("%(product)s renews on %(day)s") % names,
            summary=texts.gettext("What you pay now, what you pay then, and whom to ask."),
            greeting=texts.gettext("Dear %(name)s,") % {"name": self.contact_name},
            heading=texts.gettext("Your subscription renews on %(day)s") % names,
            paragraphs=(
                (
                    texts.gettext(
                        "The subscription of %(company)s to %(product)s by %(vendor)s renews on %(day)s. %(partner)s, "
                        "a partner of %(vendor)s, looks after you and gets a copy of this email."
                    )
                    if self.copied
                    else texts.gettext(
                        "The subscription of %(company)s to %(product)s by %(vendor)s renews on %(day)s. %(partner)s, "
                        "a partner of %(vendor)s, looks after you."
                    )
                )
                % names,
                next_step % names,
            ),
            facts=_facts(self.renewal, language=self.language),
            quotation=None,
            step=None,
            closing=(),
            why=texts.gettext(
                "You receive this email because %(company)s named you as its decision maker at %(vendor)s. It concerns "
                "your contract, so you cannot unsubscribe from it."
            )
            % names,
        )


class RenewalForPartner(Struct, frozen=True, kw_only=True):
    """To the partner's user alone. `is_own` where the partner talks to the client; otherwise the vendor could not.

    `page` is where renewals are decided.
    """

    language: Language
    user_name: str
    renewal: MailedRenewal
    is_own: bool
    page: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = _names(self.renewal, language=self.language)
        if self.is_own:
            told = texts.gettext(
                "%(company)s's subscription to %(product)s renews on %(day)s. %(partner)s handles renewals with this "
                "client: nobody else has told it."
            )
        else:
            told = texts.gettext(
                "%(company)s's subscription to %(product)s renews on %(day)s. %(vendor)s could not reach a decision "
                "maker at the client. Please tell the client yourself."
            )
        if self.renewal.decide_by:
            subject = texts.gettext("Decide by %(deadline)s: %(company)s, %(product)s")
            summary = texts.gettext(
                "Confirm the renewal or ask for its cancellation; otherwise it renews automatically."
            )
            closing = (texts.gettext("Any admin of %(partner)s can decide.") % names,)
        else:
            subject = texts.gettext("Renews on %(day)s: %(company)s, %(product)s")
            summary = texts.gettext("Nobody decided in time, so it renews automatically.")
            closing = (
                texts.gettext("The last day to decide has passed. Ask the renewal manager if something has to change."),
            )
        return MailContent(
            language=self.language,
            subject=subject % names,
            summary=summary,
            greeting=texts.gettext("Hello %(name)s,") % {"name": self.user_name},
            heading=texts.gettext("A client's renewal is coming up"),
            paragraphs=(told % names, summary),
            facts=(
                Fact(label=texts.gettext("Client"), values=(self.renewal.company,)),
                *_facts(self.renewal, language=self.language),
            ),
            quotation=None,
            step=step_to(self.page, label=texts.gettext("Decide"), language=self.language)
            if self.renewal.decide_by
            else None,
            closing=closing,
            why=texts.gettext("You receive this email because you are notified of the renewals of %(partner)s.")
            % names,
        )


class DigestedRenewal(Struct, frozen=True, kw_only=True):
    """A renewal that waits for a decision until `decide_by`, in so many days."""

    company: str
    product: str
    edition: str
    current_mrr: Money
    renewal_mrr: Money
    decide_by: date
    days_to_decide: int


class RenewalDigest(Struct, frozen=True, kw_only=True):
    """Once a week, what waits for a decision; `more` where there is more than is listed, `page` where to decide."""

    language: Language
    user_name: str
    partner_name: str
    renewals: Sequence[DigestedRenewal]
    more: bool
    page: str
    unsubscribe_url: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {"partner": self.partner_name}
        first = day_text(self.renewals[0].decide_by, language=self.language)
        more = texts.gettext("More renewals with later deadlines are waiting; the list shows them all.")
        return MailContent(
            language=self.language,
            subject=texts.gettext("Renewals to decide, the next by %(day)s") % {"day": first},
            summary=texts.gettext("What waits for a decision of %(partner)s, the earliest deadline first.") % names,
            greeting=texts.gettext("Hello %(name)s,") % {"name": self.user_name},
            heading=texts.gettext("Renewals that wait for a decision"),
            paragraphs=(
                texts.gettext("If nobody at %(partner)s decides in time, a subscription renews automatically.") % names,
            ),
            facts=tuple(self._fact(one) for one in self.renewals),
            quotation=None,
            step=step_to(self.page, label=texts.gettext("Decide"), language=self.language),
            closing=(more,) if self.more else (),
            why=texts.gettext(
                "You receive this email every Monday because you turned on the weekly digest of %(partner)s."
            )
            % names,
            ending=Ending(label=texts.gettext("End the digest"), url=self.unsubscribe_url),
        )

    def _fact(self, one: DigestedRenewal) -> Fact:
        texts = translations(self.language)
        days = one.days_to_decide
        left = texts.ngettext("%(days)s day left", "%(days)s days left", days) if days else texts.gettext("today")
        product = " ".join(product_label(code, language=self.language) for code in (one.product, one.edition))
        price = texts.gettext("now %(now)s a month, then %(then)s") % {
            "now": _money(one.current_mrr, language=self.language),
            "then": _money(one.renewal_mrr, language=self.language),
        }
        return Fact(
            label=day_text(one.decide_by, language=self.language),
            values=(f"{one.company}, {product}", price, left % {"days": days}),
        )


def _names(renewal: MailedRenewal, *, language: Language) -> dict[str, str]:
    return {
        "company": renewal.company,
        "day": day_text(renewal.starts_on, language=language),
        "deadline": day_text(renewal.decide_by, language=language) if renewal.decide_by else "",
        "partner": renewal.partner_name,
        "product": renewal.product_name(language),
        "renewal": renewal.renewal_id,
        "vendor": renewal.vendor_name,
    }


def _facts(renewal: MailedRenewal, *, language: Language) -> tuple[Fact, ...]:
    texts = translations(language)
    a_month = texts.gettext("%(amount)s a month")
    facts = [
        Fact(label=texts.gettext("Product"), values=(renewal.product_name(language),)),
        Fact(
            label=texts.gettext("Price now"),
            values=(a_month % {"amount": _money(renewal.current_mrr, language=language)},),
        ),
        Fact(
            label=texts.gettext("Price once renewed"),
            values=(a_month % {"amount": _money(renewal.renewal_mrr, language=language)},),
        ),
        Fact(label=texts.gettext("Renews on"), values=(day_text(renewal.starts_on, language=language),)),
    ]
    if renewal.term_months:
        months = texts.ngettext("%(months)s month", "%(months)s months", renewal.term_months)
        facts.append(Fact(label=texts.gettext("Term"), values=(months % {"months": renewal.term_months},)))
    if renewal.renewal_manager:
        facts.append(Fact(label=texts.gettext("Renewal manager"), values=(renewal.renewal_manager,)))
    return tuple(facts)


def _money(money: Money, *, language: Language) -> str:
    return money_text(money.amount, money.currency, language=language)
