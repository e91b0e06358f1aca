"""Sign-ins for people who are new to the program: made before the table is written, and nobody else's ever.

A sign-in without a person opens nothing, while a person without a sign-in could not get in.
"""

import contextlib

from msgspec import Struct, field

from shared.domain.languages import Language
from shared.errors import ChangedMeanwhileError
from shared.http.sign_ins import SignInUsedError, create_sign_in, delete_sign_in, find_sign_in, mail_first_password
from shared.table.persons import People
from shared.table.session import TableSession


class NewSignIns(Struct, frozen=True):
    """Those that one operation makes, each once however often the operation begins anew."""

    session: TableSession
    _made: dict[str, str] = field(default_factory=dict)
    _renewed: set[str] = field(default_factory=set)

    def sub_of(self, email: str, *, language: Language) -> str:
        """The `sub` of a new sign-in for an address that nobody has.

        What the pool has of it already is from a request that was cut off: unused, it is taken over with another
        first password; where somebody has chosen a password, it is deleted and made anew.

        Raises AddressRefusedError, ChangedMeanwhileError, InvitationNotMailedError, UnavailableError.
        """
        if email not in self._made:
            self._made[email] = create_sign_in(email, language=language) or self._taken_over(email, language)
        return self._made[email]

    def renew(self, email: str) -> bool:
        """Mail another first password, once however often the operation begins anew; whether the pool has the sign-in.

        Raises SignInUsedError, InvitationNotMailedError, UnavailableError.
        """
        if email not in self._renewed:
            if not mail_first_password(email):
                return False
            self._renewed.add(email)
        return True

    def _taken_over(self, email: str, language: Language) -> str:
        known = find_sign_in(email)
        if known is None or People(self.session).find(known.sub):
            raise ChangedMeanwhileError
        with contextlib.suppress(SignInUsedError):
            if mail_first_password(email):
                return known.sub
        delete_sign_in(known.sub)
        made = create_sign_in(email, language=language)
        if made is None:
            raise ChangedMeanwhileError
        return made
