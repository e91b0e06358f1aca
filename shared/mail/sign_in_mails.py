"""Mails that the user pool sends: a first password, and codes. The pool puts in what it does not tell us."""

from msgspec import Struct

from shared.domain.languages import Language
from shared.mail.content import Fact, MailContent
from shared.web.languages import translations


class FirstPassword(Struct, frozen=True, kw_only=True):
    """Somebody was added who could not sign in yet. `user_name` and `password` are the pool's marks for them."""

    language: Language
    vendor_name: str
    user_name: str
    password: str

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {"vendor": self.vendor_name}
        return MailContent(
            language=self.language,
            subject=texts.gettext("Your access to the partner program of %(vendor)s") % names,
            summary=texts.gettext("Sign in with a temporary password and choose your own."),
            greeting=texts.gettext("Hello,"),
            heading=texts.gettext("Welcome to the partner program of %(vendor)s") % names,
            paragraphs=(
                texts.gettext(
                    "Sign in with your e-mail address and the temporary password below. You then choose a password of "
                    "your own."
                ),
            ),
            facts=(
                Fact(label=texts.gettext("E-mail address"), values=(self.user_name,)),
                Fact(label=texts.gettext("Temporary password"), values=(self.password,)),
            ),
            quotation=None,
            step=None,
            closing=(
                texts.gettext(
                    "The temporary password works for a few days. Once it has expired, ask whoever added you for a new "
                    "one."
                ),
            ),
            why=texts.gettext(
                "You receive this email because a partner of %(vendor)s, or %(vendor)s itself, added you. If you did "
                "not expect that, you can ignore it."
            )
            % names,
        )


class SignInCode(Struct, frozen=True, kw_only=True):
    """A code that proves who reads the mail. `for_password` where it lets choose a new password."""

    language: Language
    vendor_name: str
    code: str
    for_password: bool

    def content(self) -> MailContent:
        texts = translations(self.language)
        names = {"vendor": self.vendor_name}
        if self.for_password:
            heading = texts.gettext("Choose a new password")
            told = texts.gettext(
                "Somebody has forgotten the password of this address. If it was you, enter the code where you asked "
                "for it, with a new password."
            )
        else:
            heading = texts.gettext("Your code")
            told = texts.gettext("Enter the code where you were asked for it.")
        return MailContent(
            language=self.language,
            subject=texts.gettext("Your code for the partner program of %(vendor)s") % names,
            summary=told,
            greeting=texts.gettext("Hello,"),
            heading=heading,
            paragraphs=(told,),
            facts=(Fact(label=texts.gettext("Code"), values=(self.code,)),),
            quotation=None,
            step=None,
            closing=(
                texts.gettext(
                    "Give the code to nobody. If you did not ask for it, ignore this email: nothing changes."
                ),
            ),
            why=texts.gettext(
                "You receive this email because you have an account in the partner program of %(vendor)s."
            )
            % names,
        )
