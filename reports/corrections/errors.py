"""Why a correction was not made, in a sentence for the department."""

from __future__ import annotations


class CorrectionRefused(Exception):  # noqa: N818 - it names what happened
    """The round, the report or the answers do not allow it; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CorrectionConflict(Exception):  # noqa: N818 - it names what happened
    """The report is no longer as the reader saw it: somebody else has corrected it."""
