"""Money as the API takes and answers it."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StrictInt

from shared.domain.money import Money
from shared.http.schemas import Answer, Body
from shared.program import program

LARGEST_AMOUNT = 10**12


def _has_a_rate(currency: str) -> str:
    """The program is read at the first request, not at import."""
    known = program().points.one_hundred
    if currency not in known:
        raise ValueError(f"must be one of {', '.join(known)}")
    return currency


Currency = Annotated[
    str,
    Field(description="One for which the program has a rate.", json_schema_extra={"pattern": "^[A-Z]{3}$"}),
    AfterValidator(_has_a_rate),
]


class MoneyBody(Body):
    """An amount in minor units: 127200 of EUR are 1,272.00 euros, of JPY 127,200 yen."""

    amount: Annotated[StrictInt, Field(ge=0, le=LARGEST_AMOUNT)]
    currency: Currency

    def to_money(self) -> Money:
        return Money(self.amount, self.currency)


class MoneyAnswer(Answer):
    """An amount in minor units of its currency."""

    amount: Annotated[int, Field(description="Minor units: 127200 of EUR are 1,272.00 euros.")]
    currency: Annotated[str, Field(description="ISO 4217.")]

    @classmethod
    def of(cls, money: Money) -> Self:
        return cls(amount=money.amount, currency=money.currency)
