"""Why a draft was not saved or a report not received; views and the API say it in their own way."""

from __future__ import annotations

from reports.collection.rules import Problems
from reports.models import Draft, Submission


class ReportClosed(Exception):  # noqa: N818 - it names what happened
    """The report takes nothing now; `reason` says why, in a sentence for its unit."""

    def __init__(self, reason: str, *, submission: Submission | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.submission = submission


class DraftConflict(Exception):  # noqa: N818 - it names what happened
    """Somebody saved in between; `current` is the draft as it is now."""

    def __init__(self, current: Draft) -> None:
        super().__init__(f"draft {current.pk} is at version {current.version}")
        self.current = current


class ReportInvalid(Exception):  # noqa: N818 - it names what happened
    """Answers are missing or wrong; `problems` names each."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("; ".join(problem.text for problem in problems.errors))
        self.problems = problems


class TokenUsed(Exception):  # noqa: N818 - it names what happened
    """The token of this submit belongs to another report."""


class ReasonMissing(Exception):  # noqa: N818 - it names what happened
    """Typing for a school says why."""


class EntrustedToAnother(Exception):  # noqa: N818 - it names what happened
    """Another officer types for the school, and the reader had not been shown that."""


class EvidenceRefused(Exception):  # noqa: N818 - it names what happened
    """The file cannot be taken; `reason` says why, in a sentence for its unit."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
