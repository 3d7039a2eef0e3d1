"""What waits for a reviewer, and how a report stands against its last version and the last round."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from reports.collection import form_spec, pages
from reports.collection.questions import Form, Question, Row
from reports.collection.selectors import ListFilter, reports_of
from reports.models import Report, ReportState, RoundState, Submission
from schools.models import Unit, UnitKind
from schools.scope import Scope

ORDER = ("current_submission__submitted_at", "pk")


def queue(scope: Scope, chosen: ListFilter | None = None) -> QuerySet[Report]:
    """What this reviewer is expected to decide, the one that has waited longest first."""
    found = reports_of(scope).filter(
        state=ReportState.SUBMITTED, excluded_at__isnull=True, round__state=RoundState.OPEN
    )
    if not scope.can_write or scope.is_school or scope.unit_id is None:
        return found.none()
    if scope.is_commune:
        mine = Q(awaiting_commune=True, manager_id=scope.unit_id) | Q(round__receiver_id=scope.unit_id)
        found = found.filter(mine).exclude(unit_id=scope.unit_id)
    else:
        found = found.filter(awaiting_commune=False).exclude(round__receiver__kind=UnitKind.COMMUNE)
    return _narrowed(found, scope, chosen or ListFilter()).order_by(*ORDER)


def _narrowed(found: QuerySet[Report], scope: Scope, chosen: ListFilter) -> QuerySet[Report]:
    if chosen.round_id is not None:
        found = found.filter(round_id=chosen.round_id)
    if chosen.commune_id is not None:
        found = found.filter(commune_id=chosen.commune_id)
    if chosen.words:
        found = found.filter(unit__in=Unit.objects.visible_to(scope).matching(chosen.words).values("pk"))
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report stands in the reviewer's queue; `number` is 0 when it is not (or no longer) in it."""

    number: int
    total: int
    before: int | None
    after: int | None


def place_in_queue(scope: Scope, report: Report) -> Place:
    waiting, at = queue(scope), _waiting_since(report)
    total = waiting.count()
    if at is None:
        return Place(0, total, None, waiting.values_list("pk", flat=True).first())
    earlier = Q(current_submission__submitted_at__lt=at) | Q(current_submission__submitted_at=at, pk__lt=report.pk)
    later = Q(current_submission__submitted_at__gt=at) | Q(current_submission__submitted_at=at, pk__gt=report.pk)
    before = waiting.filter(earlier)
    inside = waiting.filter(pk=report.pk).exists()
    return Place(
        before.count() + 1 if inside else 0,
        total,
        before.values_list("pk", flat=True).last(),
        waiting.filter(later).values_list("pk", flat=True).first(),
    )


def _waiting_since(report: Report) -> object:
    return report.current_submission.submitted_at if report.current_submission else None


def next_in_queue(scope: Scope, report: Report) -> int | None:
    """The one after this, else the one that waits longest."""
    place = place_in_queue(scope, report)
    return place.after or queue(scope).exclude(pk=report.pk).values_list("pk", flat=True).first()


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
    row: Row | None = None
    noun: str = ""
    met: bool = False
    is_words: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A submission beside the version before it."""

    current: Submission
    previous: Submission | None
    lines: tuple[Line, ...]

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
    lines = [*_answers(now, then), *_words(now, then), _evidence(now, current, previous)]
    return Comparison(current, previous, tuple(lines))


def _answers(now: Form, then: Form | None) -> list[Line]:
    found = []
    earlier = then.questions if then else (None,) * len(now.questions)
    for question, old in zip(now.questions, earlier, strict=True):
        for place, row in enumerate(question.rows):
            before = old.rows[place] if old else None
            found.append(_answer(question, row, before))
    return found


def _answer(question: Question, row: Row, before: Row | None) -> Line:
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
