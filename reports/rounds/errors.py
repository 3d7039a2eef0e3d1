"""What can stand in the way of a change to a round; each says so in a sentence for the user."""

from __future__ import annotations


class RoundError(Exception):
    """A change that the round's state, dates or rows do not allow."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message))

    @property
    def message(self) -> str:
        return str(self.args[0])
