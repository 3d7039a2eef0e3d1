"""An uploaded workbook against the drafts as they are now: what each report would become, what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from reports.collection import form_spec, pages, rules, selectors
from reports.collection.questions import Form
from reports.collection.services import closed_reason
from reports.models import Draft, Report, Round, Submission
from reports.sheets import filling, permissions
from reports.sheets.kept import KeptBook
from reports.sheets.reading import ReadReport, answers_in
from schools.scope import Scope

SAVED = "workbook.save"
CHUNK = 500


class Verdict(StrEnum):
    """What can be done with one report of a workbook."""

    READY = "ready"
    PARTIAL = "partial"
    WRONG = "wrong"
    SAME = "same"
    CLOSED = "closed"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Line:
    """One report of a workbook. `form` holds the file's answers, `problems` what the rules find in them;
    `row` is Excel's, `version` the draft's when the workbook was made.

    `is_conflict`: somebody saved the draft since the workbook was made, and the two say different things.
    """

    report: Report
    row: int
    version: int
    verdict: Verdict
    form: Form
    problems: rules.Problems = field(default_factory=rules.Problems)
    reason: str = ""
    differences: tuple[pages.Difference, ...] = ()
    is_conflict: bool = False
    is_own: bool = True
    submission: Submission | None = None

    @property
    def draft(self) -> Draft:
        return self.report.draft

    @property
    def choice(self) -> str:
        """By which the reader says that the file goes before this draft, as it was shown."""
        return f"{self.report.pk}-{self.draft.version}"

    @property
    def can_save(self) -> bool:
        return self.verdict in (Verdict.READY, Verdict.PARTIAL) and bool(self.differences)

    @property
    def can_submit(self) -> bool:
        return self.verdict == Verdict.READY

    def taken(self, chosen: Iterable[str]) -> bool:
        return not self.is_conflict or self.choice in chosen


@dataclass(frozen=True, slots=True)
class Comparison:
    """All reports of a workbook in its order. `unknown`: rows of reports that are not the reader's to see."""

    round: Round | None
    lines: tuple[Line, ...]
    unknown: tuple[int, ...]
    strays: tuple[int, ...]

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.verdict.value for line in self.lines)

    @property
    def conflicts(self) -> list[Line]:
        return [line for line in self.lines if line.is_conflict and (line.can_save or line.can_submit)]


def token_of(kept: KeptBook, report: Report) -> UUID:
    """The same for every press of the button: one upload submits one report once."""
    return uuid5(kept.key, str(report.pk))


def compare_book(kept: KeptBook, *, scope: Scope, user: User, now: datetime) -> Comparison:
    """Hold every report of the workbook against the database; some six queries for every five hundred."""
    book = kept.book
    round_ = Round.objects.visible_to(scope).select_related("campaign", "receiver").filter(pk=book.round_id).first()
    if round_ is None:
        return Comparison(None, (), tuple(read.row for read in book.reports), book.strays)
    lines: list[Line] = []
    unknown: list[int] = []
    times = Counter(read.report_id for read in book.reports)
    reads = iter(book.reports)
    while chunk := list(islice(reads, CHUNK)):
        reports = _reports(scope, round_, chunk)
        unknown += [read.row for read in chunk if read.report_id not in reports]
        facts = _Facts(kept, user, list(reports.values()))
        forms = dict(_forms(round_, reports))
        lines += [
            _line(report, read, forms[report.pk], facts, scope, now, is_twice=times[report.pk] > 1)
            for read in chunk
            if (report := reports.get(read.report_id)) is not None
        ]
    return Comparison(round_, tuple(lines), tuple(unknown), book.strays)


def _reports(scope: Scope, round_: Round, reads: Sequence[ReadReport]) -> dict[int, Report]:
    # With the answers of the draft, which lists of reports leave out.
    found = (
        selectors.reports_of(scope)
        .defer(None)
        .filter(pk__in=[read.report_id for read in reads], round=round_)
        .select_related("draft__saved_by", "draft__entrusted_to")
    )
    return {report.pk: report for report in found if permissions.can_enter_report(scope, report)}


def _forms(round_: Round, reports: dict[int, Report]) -> Iterator[tuple[int, Form]]:
    for report, form in filling.forms_of(round_, reports.values()):
        yield report.pk, form


class _Facts:
    """What has become of these reports by this upload, or by an earlier one of the same person."""

    def __init__(self, kept: KeptBook, user: User, reports: Sequence[Report]) -> None:
        tokens = {token_of(kept, report): report.pk for report in reports}
        self.sent = {
            tokens[submission.token]: submission for submission in Submission.objects.filter(token__in=list(tokens))
        }
        self.saved: dict[int, int] = {}
        entries = AuditEntry.objects.filter(
            action=SAVED,
            actor=user,
            target_type=Report._meta.label_lower,
            target_id__in=[str(report.pk) for report in reports],
        )
        for entry in entries.order_by("pk"):
            self.saved[int(entry.target_id)] = (entry.after or {}).get("version", -1)

    def saved_as_it_is(self, report: Report) -> bool:
        """Whether the draft is what this person last put there by a workbook: nobody has typed since."""
        return self.saved.get(report.pk) == report.draft.version


def _line(
    report: Report, read: ReadReport, now_form: Form, facts: _Facts, scope: Scope, now: datetime, *, is_twice: bool
) -> Line:
    own = permissions.is_own(scope, report)
    if (submission := facts.sent.get(report.pk)) is not None:
        return Line(report, read.row, read.version, Verdict.SENT, now_form, is_own=own, submission=submission)
    values, words = answers_in(now_form, read.fields)
    form = form_spec.refill(now_form, values, words)
    if reason := closed_reason(report, now) or _taken_by_another(report, scope, own):
        return Line(report, read.row, read.version, Verdict.CLOSED, form, reason=reason, is_own=own)
    problems = rules.problems(form.questions, form.values)
    differences = tuple(pages.differences(now_form, form))
    mine = facts.saved_as_it_is(report)
    return Line(
        report,
        read.row,
        read.version,
        Verdict.WRONG if is_twice else _verdict(problems, differences, mine),
        form,
        problems,
        _("Báo cáo này có hơn một dòng trong tệp; chỉ giữ lại một.") if is_twice else "",
        differences,
        bool(differences) and not mine and report.draft.version != read.version,
        own,
    )


def _taken_by_another(report: Report, scope: Scope, own: bool) -> str:
    draft = report.draft
    if own or draft.entrusted_to_id in (None, scope.user_id):
        return ""
    return _("%(who)s đang nhập thay đơn vị này.") % {"who": draft.entrusted_to}


def _verdict(problems: rules.Problems, differences: Sequence[pages.Difference], is_mine: bool) -> Verdict:
    """A draft that is the same already is submitted only by who put it there from a workbook, and saw it."""
    if any(error.kind != "missing" for error in problems.errors):
        return Verdict.WRONG
    if not differences and (problems.errors or not is_mine):
        return Verdict.SAME
    return Verdict.PARTIAL if problems.errors else Verdict.READY
