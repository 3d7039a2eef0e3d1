"""Where things stand in a workbook of reports, and by what an upload is recognised. Pure.

The first row and the first two columns are hidden. Row 1 says what the file is; every answer is found by
the name of its field (`n-1.4-TH`, `results`), in a form beside it and in a list above it, so that a row
that is put in, deleted or sorted harms nothing.
None of it is believed: what may be read and written is asked again of the scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.collection.questions import Form
from schools.levels import LEVEL_CODES

MARK = "BIEU-MAU-BAO-CAO"
FORMAT = 1
# One school: a row an answer. Many: a row a school.
ONE, MANY = "mot-don-vi", "nhieu-don-vi"

# Row 1 of both: what the file is. Row 2 of a list: the names of the fields in its columns.
MARK_ROW, NAMES_ROW = 0, 1
# Columns of row 1 after the mark and the format.
MARK_ROUND, MARK_KIND, MARK_REPORT, MARK_VERSION = 2, 3, 4, 5
# Hidden columns: in a form the names of both fields of a row, in a list the report and its draft's version.
FIRST_KEY, SECOND_KEY = 0, 1


@dataclass(frozen=True, slots=True)
class Mark:
    """What is told at one field of a workbook that comes back."""

    text: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class SheetReport:
    """One report as it stands in a workbook; `marks` by the name of the field."""

    report_id: int
    version: int
    code: str
    unit: str
    commune: str
    levels: str
    form: Form
    marks: dict[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetRound:
    """What a workbook says of its round."""

    round_id: int
    name: str
    due: str
    school_year: str
    campaign: str


def level_order(found: Iterable[str]) -> list[str]:
    """The whole school first, then the levels from the lowest."""
    return sorted(found, key=lambda level: LEVEL_CODES.index(level) if level else -1)
