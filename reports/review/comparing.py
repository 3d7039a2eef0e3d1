"""How a report stands against its last version and the last round, and what was strange when it came in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.collection import form_spec, pages, rules
from reports.collection.neighbours import answers_nearby, neighbours_with_equal_answers
from reports.collection.questions import Form, Question, Row
from reports.models import Report, Submission


@dataclass(frozen=True, slots=True)
class Line:
    """One answer in two versions; `before` is blank where there was no earlier version."""

    number: int
    label: str
    sub: str
    before: str
    after: str
    change: int | None
    changed: bool
    last_round: str
    # Against the last round: people more or fewer, and points of the rate.
    since_last_round: int | None = None
    points: Decimal | None = None
    # Of a yes or no that is another one than in the last round.
    turned: str = ""
    is_strange: bool = False
    row: Row | None = None
    noun: str = ""
    met: bool = False
    is_words: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A submission beside the version before it, and what the rules found strange when it came in.

    `strange` is None where nobody has looked.
    """

    current: Submission
    previous: Submission | None
    lines: tuple[Line, ...]
    strange: tuple[str, ...] | None = None

    @property
    def changed(self) -> int:
        return sum(line.changed for line in self.lines)


def comparison(report: Report, current: Submission) -> Comparison:
    previous = report.submissions.filter(number__lt=current.number).order_by("-number").first()
    now = form_spec.form_of_submission(report, current)
    then = (
        form_spec.refill(now, form_spec.submitted_values(previous), previous.narrative)
        if previous is not None
        else None
    )
    strange = {(item["code"], item["level"]) for item in current.warnings or ()}
    lines = [*_answers(now, then, strange), *_words(now, then), _evidence(now, current, previous)]
    return Comparison(current, previous, tuple(lines), _strange(report, current, now))


# What a warning is about, where the sentence itself no longer comes of what the portal knows now.
KINDS = {
    "swapped": gettext_lazy("có thể số đạt và tổng số đang bị đổi chỗ cho nhau."),
    "levels_exchanged": gettext_lazy("có thể số của hai cấp học đang bị đổi chỗ cho nhau."),
    "totals_differ": gettext_lazy("tổng số khác mục khác cùng đếm những người ấy."),
}


def _strange(report: Report, current: Submission, form: Form) -> tuple[str, ...] | None:
    """The stored warnings in the words of the rules; who reviews is also told which school has the same figures."""
    if current.warnings is None:
        return None
    if not current.warnings:
        return ()
    now = rules.problems(form.questions, form.values, answers_nearby(report)).warnings
    words = {(item.kind, item.code, item.level): item.text for item in now}
    numbers = {question.code: question.number for question in form.questions}
    found = []
    for item in current.warnings:
        key = (item["kind"], item["code"], item["level"])
        text = words.get(key) or _("Mục %(number)s: %(what)s") % {
            "number": numbers.get(item["code"], "–"),
            "what": KINDS.get(item["kind"], _("số liệu khác thường khi nộp.")),
        }
        if item["kind"] == "same_as_neighbour" and (same := neighbours_with_equal_answers(report)):
            text = f"{text} {_('Giống:')} {', '.join(unit.name for unit in same)}."
        found.append(text)
    return tuple(found)


def _answers(now: Form, then: Form | None, strange: set[tuple[str, str]]) -> list[Line]:
    found = []
    earlier = then.questions if then else (None,) * len(now.questions)
    for question, old in zip(now.questions, earlier, strict=True):
        for place, row in enumerate(question.rows):
            before = old.rows[place] if old else None
            found.append(_answer(question, row, before, is_strange=(question.code, row.level) in strange))
    return found


def _answer(question: Question, row: Row, before: Row | None, *, is_strange: bool) -> Line:
    changed = before is not None and (before.n, before.d) != (row.n, row.d)
    change = None
    if changed and not question.is_yes_no and before and isinstance(row.n, int) and isinstance(before.n, int):
        change = row.n - before.n
    return Line(
        number=question.number,
        label=question.short_name or question.text,
        sub=row.level_name if question.has_levels else "",
        before=pages.shown(question, before) if before else "",
        after=pages.shown(question, row),
        change=change,
        changed=changed,
        last_round=_last_round(question, row),
        since_last_round=None if question.is_yes_no else _since_last_round(row),
        points=None if question.is_yes_no else _points(row),
        turned=_turned(row) if question.is_yes_no else "",
        is_strange=is_strange,
        row=None if question.is_yes_no else row,
        noun=pages.noun(question),
        met=question.is_yes_no and row.n == 1 and row.goal_percent is not None,
    )


def _last_round(question: Question, row: Row) -> str:
    if row.previous is None:
        return ""
    if question.is_yes_no:
        return _("Có") if row.previous.numerator else _("Chưa")
    return _("%(n)s trên %(d)s") % {"n": row.previous.numerator, "d": row.previous.denominator}


def _since_last_round(row: Row) -> int | None:
    return row.n - row.previous.numerator if row.previous is not None and isinstance(row.n, int) else None


def _turned(row: Row) -> str:
    if row.previous is None or row.n not in (0, 1) or row.previous.numerator == row.n:
        return ""
    return _("nay Có") if row.n else _("nay Chưa")


def _points(row: Row) -> Decimal | None:
    if row.percent is None or row.previous_percent is None:
        return None
    return row.percent - row.previous_percent


def _words(now: Form, then: Form | None) -> list[Line]:
    found = []
    earlier = then.narrative if then else (None,) * len(now.narrative)
    for field, old in zip(now.narrative, earlier, strict=True):
        empty = _("(để trống)")
        found.append(
            Line(
                number=field.number,
                label=field.label,
                sub="",
                before=(old.text or empty) if old else "",
                after=field.text or empty,
                change=None,
                changed=old is not None and old.text.strip() != field.text.strip(),
                last_round="",
                is_words=True,
            )
        )
    return found


def _evidence(now: Form, current: Submission, previous: Submission | None) -> Line:
    mine = set(current.evidence.values_list("pk", flat=True))
    theirs = set(previous.evidence.values_list("pk", flat=True)) if previous is not None else None
    return Line(
        number=now.evidence_number,
        label=_("Minh chứng"),
        sub="",
        before="" if theirs is None else _("%(count)s tệp") % {"count": len(theirs)},
        after=_("%(count)s tệp") % {"count": len(mine)},
        change=None if theirs is None or len(mine) == len(theirs) else len(mine) - len(theirs),
        changed=theirs is not None and mine != theirs,
        last_round="",
    )
