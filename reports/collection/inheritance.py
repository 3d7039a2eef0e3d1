"""What schools that merged into this one had begun to answer: side by side, with the sums, to type from."""

from __future__ import annotations

from dataclasses import dataclass

from reports.collection.questions import Form, Question, Values
from reports.models import Report


@dataclass(frozen=True, slots=True)
class InheritedRow:
    """One answer of each predecessor as (numerator, denominator), and their sum where it is one of people."""

    number: int
    label: str
    level: str
    is_yes_no: bool
    cells: tuple[tuple[int | None, int | None], ...]
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Inherited:
    """The drafts of those whose duty came here, and the names of those that had reported by themselves."""

    units: tuple[str, ...]
    rows: tuple[InheritedRow, ...]
    words: tuple[tuple[str, str], ...]
    submitted: tuple[str, ...]


def inherited_drafts(report: Report, form: Form) -> Inherited | None:
    """None where nobody's duty came here. One query."""
    reports = list(
        Report.objects.filter(round_id=report.round_id, unit__successions__successor=report.unit_id)
        .select_related("unit", "draft")
        .order_by("unit__name_sort", "pk")
    )
    moved = [item for item in reports if item.excluded_at is not None]
    own = tuple(item.unit.name for item in reports if item.excluded_at is None and item.current_submission_id)
    if not moved and not own:
        return None
    drafts = [item.draft.values for item in moved]
    rows = [_row(question, row.level, row.level_name, drafts) for question in form.questions for row in question.rows]
    begun = tuple(row for row in rows if any(cell != (None, None) for cell in row.cells))
    labels = {field.key: field.label for field in form.narrative}
    words = tuple(
        (f"{item.unit.name}: {labels[key]}", said)
        for item in moved
        for key, said in item.draft.narrative.items()
        if said and key in labels
    )
    return Inherited(tuple(item.unit.name for item in moved), begun, words, own)


def _row(question: Question, level: str, level_name: str, drafts: list[Values]) -> InheritedRow:
    cells = tuple(_cell(draft, question.code, level) for draft in drafts)
    return InheritedRow(
        number=question.number,
        label=question.short_name,
        level=level_name,
        is_yes_no=question.is_yes_no,
        cells=cells,
        numerator=_sum([n for n, _d in cells]),
        denominator=_sum([d for _n, d in cells]),
    )


def _cell(draft: Values, code: str, level: str) -> tuple[int | None, int | None]:
    answer = draft.get(code, {}).get(level, {})
    n, d = answer.get("n"), answer.get("d")
    return (n if isinstance(n, int) else None, d if isinstance(d, int) else None)


def _sum(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
