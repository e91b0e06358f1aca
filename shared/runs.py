"""What scheduled runs share: the trouble of one partner does not hold up the others, and is not overlooked either."""

from collections.abc import Iterable


class UnfinishedRunError(Exception):
    """The table did not answer for some partners. Raised when all others are done: the run is repeated, and alarms."""

    def __init__(self, partner_ids: Iterable[str]) -> None:
        super().__init__(f"what is due remains to be done for these partners: {', '.join(sorted(partner_ids))}")
