"""Mails about people's places in partners."""

from msgspec import Struct

from shared.domain.languages import Language
from shared.mail.content import Fact, MailContent, Step
from shared.web.languages import translations


class Invited(Struct, frozen=True, kw_only=True):
    """A partner wants to add somebody who signs in already. What it calls the person stands nowhere in it."""

    language: Language
    email: str
    vendor_name: str
    partner_name: str
    invited_by: str
    reference_url: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {"partner": self.partner_name, "vendor": self.vendor_name, "sender": self.invited_by}
        return MailContent(
            language=self.language,
            subject=texts.gettext("%(partner)s invites you") % names,
            summary=texts.gettext("%(sender)s invites you to work for %(partner)s.") % names,
            greeting=texts.gettext("Hello,"),
            heading=texts.gettext("You are invited"),
            paragraphs=(
                texts.gettext(
                    "%(sender)s invites you to become a user of %(partner)s in the partner program of %(vendor)s. You "
                    "would sign in as before."
                )
                % names,
                texts.gettext("Accept or decline after signing in. Until you accept, nothing changes for you."),
            ),
            facts=(
                Fact(label=texts.gettext("Partner"), values=(self.partner_name,)),
                Fact(label=texts.gettext("You sign in as"), values=(self.email,)),
            ),
            quotation=None,
            step=Step(
                label=texts.gettext("See how to answer"),
                url=self.reference_url,
                hint=texts.gettext("Accepting and declining are described here:"),
            ),
            closing=(texts.gettext("If you do not know %(partner)s, decline, or do nothing.") % names,),
            why=texts.gettext(
                "You receive this email because you have an account in the partner program of %(vendor)s."
            )
            % names,
        )


class AddressListed(Struct, frozen=True, kw_only=True):
    """Another partner lists an address of this partner's domain as an employee's."""

    language: Language
    user_name: str
    email: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        return MailContent(
            language=self.language,
            subject=texts.gettext("Another partner lists one of your addresses"),
            summary=texts.gettext("Another partner lists %(email)s as its employee.") % {"email": self.email},
            greeting=texts.gettext("Hello %(name)s,") % {"name": self.user_name},
            heading=texts.gettext("Another partner lists one of your addresses"),
            paragraphs=(
                texts.gettext(
                    "Another partner of the program lists the address below, which is on your domain, as an employee "
                    "of its own. The person has agreed to belong to that partner."
                ),
                texts.gettext(
                    "Who lists an address for a client first earns the managed credit for it. If this is not what you "
                    "expect, talk to the person, or to your account manager."
                ),
            ),
            facts=(Fact(label=texts.gettext("E-mail address"), values=(self.email,)),),
            quotation=None,
            step=None,
            closing=(),
            why=texts.gettext("You receive this email because you are an admin of your partner account."),
        )
