"""Mails about a partner's tier to its admin."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from shared.domain.languages import Language
from shared.domain.partners import Tier
from shared.domain.tiers import Bar, ReviewReason
from shared.mail.content import Fact, MailContent, step_to
from shared.web.formats import day_text, number_text
from shared.web.languages import translations


class TierWarning(Struct, frozen=True, kw_only=True):
    """A review lies ahead that would take the tier, by what is known now.

    `missing` is what its bar still needs, `page` where the tier is shown.
    """

    language: Language
    user_name: str
    partner_name: str
    review_on: date
    credited_tier: Tier
    tier_then: Tier
    reason: ReviewReason
    total: Decimal
    sold: Decimal
    missing: Bar
    certification_expires_on: date | None
    page: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {
            "partner": self.partner_name,
            "tier": self.credited_tier.title(),
            "then": self.tier_then.title(),
            "day": day_text(self.review_on, language=self.language),
        }
        if self.tier_then is Tier.UNTIERED:
            outlook = texts.gettext(
                "The tier of %(partner)s is reviewed on %(day)s. As things stand, %(partner)s loses %(tier)s and has "
                "no tier from then on."
            )
        else:
            outlook = texts.gettext(
                "The tier of %(partner)s is reviewed on %(day)s. As things stand, %(tier)s becomes %(then)s."
            )
        if self.reason is ReviewReason.NOT_CERTIFIED:
            what_to_do = texts.gettext(
                "The certification of %(partner)s ends before that day. Please renew it: there is no tier without it."
            )
        else:
            what_to_do = texts.gettext(
                "To keep %(tier)s, %(partner)s needs the points of that tier at the end of any month before the "
                "review, or on the day of the review."
            )
        return MailContent(
            language=self.language,
            subject=texts.gettext("%(tier)s is at risk: review on %(day)s") % names,
            summary=texts.gettext("What is missing to keep it."),
            greeting=texts.gettext("Hello %(name)s,") % {"name": self.user_name},
            heading=texts.gettext("Your tier is at risk"),
            paragraphs=(outlook % names, what_to_do % names),
            facts=self._facts(),
            quotation=None,
            step=step_to(self.page, label=texts.gettext("See where you stand"), language=self.language),
            closing=(),
            why=texts.gettext("You receive this email because you are an admin of %(partner)s.") % names,
        )

    def _facts(self) -> tuple[Fact, ...]:
        texts = translations(self.language)
        points = (
            (texts.gettext("Points"), self.total),
            (texts.gettext("Sold points in that"), self.sold),
            (texts.gettext("Points missing"), self.missing.total),
            (texts.gettext("Sold points missing"), self.missing.sold),
        )
        facts = [Fact(label=label, values=(number_text(value, language=self.language),)) for label, value in points]
        if self.certification_expires_on:
            until = day_text(self.certification_expires_on, language=self.language)
            facts.append(Fact(label=texts.gettext("Certified until"), values=(until,)))
        return tuple(facts)
