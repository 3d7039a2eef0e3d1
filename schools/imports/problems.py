"""What can be wrong with a list, said in words that the office understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]

# An error keeps the row out; a warning is read and taken; an info says what was passed over.
ERROR: Severity = "error"
WARNING: Severity = "warning"
INFO: Severity = "info"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to look at, in one cell (or row, or the whole file, where `row` is None)."""

    code: str
    message: str
    severity: Severity = ERROR
    row: int | None = None
    column: str = ""
    field: str = ""
    value: str = ""
    suggestion: str = ""


class RefusedError(Exception):
    """The file cannot be read as a list at all; `problem.message` says why in one sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(code=code, message=message)
