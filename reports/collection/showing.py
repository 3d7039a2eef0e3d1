"""Contexts of the report pages, and the answers that more than one of their views gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.collection import commune, form_spec, pages, rules, selectors
from reports.collection.entrusting import entrustment_of
from reports.collection.errors import ReportClosed
from reports.collection.inheritance import inherited_drafts
from reports.collection.neighbours import answers_nearby
from reports.collection.permissions import can_enter_for_unit, can_fill_report
from reports.collection.questions import Form, mark_of
from reports.collection.requests import PortalRequest
from reports.collection.services import awaits_commune, closed_reason
from reports.models import Draft, Evidence, Report, ReportState, Submission
from reports.models.reports import EDITABLE
from schools.scope import Scope


@dataclass(frozen=True, slots=True)
class ListRow:
    """One report in the list; `state` is overdue where its unit has let the deadline pass."""

    report: Report
    state: str
    due: selectors.DueDate
    can_fill: bool
    is_behalf: bool


def list_row(scope: Scope, report: Report, now: datetime) -> ListRow:
    due = selectors.due_date(report, now)
    missing = report.state in (ReportState.NOT_STARTED, ReportState.DRAFT)
    overdue = missing and due.is_over and not report.excluded_at
    can_fill = can_fill_report(scope, report) and not closed_reason(report, now)
    return ListRow(report, selectors.OVERDUE if overdue else report.state, due, can_fill, _is_behalf(report))


def _is_behalf(report: Report) -> bool:
    """Whether somebody else types for the unit now, or typed what stands there."""
    draft, submission = getattr(report, "draft", None), report.current_submission
    entrusted = report.state in EDITABLE and draft is not None and draft.entrusted_to_id is not None
    return entrusted or bool(submission and submission.on_behalf_reason)


def clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def require_fill(scope: Scope, report: Report) -> None:
    if not can_fill_report(scope, report):
        raise PermissionDenied(_("Chỉ đơn vị phải báo cáo mới điền và nộp báo cáo này."))


def on_behalf_reason(scope: Scope, report: Report, draft: Draft) -> str:
    """Why somebody else submits for the unit; blank where it does so itself."""
    return "" if scope.unit_id == report.unit_id else draft.entrusted_reason


def posted_version(posted: QueryDict, draft: Draft) -> int:
    """The version that the reader's page was made from; a page without one never matches."""
    text = posted.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def posted_form(report: Report, posted: QueryDict) -> Form:
    """The form with the answers that were sent."""
    empty = form_spec.build_form(report, {}, {})
    values = pages.read_values(empty.questions, posted)
    return form_spec.refill(empty, values, pages.read_narrative(empty, posted))


def form_page(
    request: PortalRequest, report: Report, form: Form, draft: Draft, *, show_errors: bool = False
) -> dict[str, Any]:
    now = timezone.now()
    sums = commune.prepare_commune_report(report)
    found = problems_of(form, sums, answers_nearby(report))
    return {
        "report": report,
        "form": form,
        "draft": draft,
        # Text, so that no digit grouping gets into attributes.
        "version": str(draft.version),
        "copy_key": copy_key(request, report),
        "saved_words": saved_words(draft, now),
        "evidence_most": settings.EVIDENCE_MAX_BYTES // 1_000_000,
        "sections": pages.sections(form, found, show_errors=show_errors),
        "errors": found.errors if show_errors else (),
        "due": selectors.due_date(report, now),
        "words": selectors.report_words(report),
        "last_return": selectors.last_return(report) if report.state == ReportState.RETURNED else None,
        "evidence": list(selectors.current_evidence(report)),
        "commune": sums,
        "inherited": inherited_drafts(report, form),
        "entrusted": entrustment_of(request.scope, report),
        "comments": selectors.comments_since(report),
    }


def problems_of(
    form: Form, sums: commune.CommuneReport | None, neighbours: Iterable[rules.Pairs] = ()
) -> rules.Problems:
    """What the rules find, and for a commune's report whether it says why schools are missing."""
    found = rules.problems(form.questions, form.values, neighbours)
    if sums is None:
        return found
    number = next((field.number for field in form.narrative if field.key == commune.MISSING_KEY), 1)
    unsaid = commune.reason_problem(sums.missing, form.words.get(commune.MISSING_KEY, ""), number)
    return found if unsaid is None else rules.Problems((*found.errors, unsaid), found.warnings)


def saved_words(draft: Draft, now: datetime) -> str:
    """'lúc 08:31' on the day itself, with the date later."""
    if draft.saved_at is None:
        return ""
    local = timezone.localtime(draft.saved_at)
    if local.date() == timezone.localdate(now):
        return _("lúc %(time)s") % {"time": f"{local:%H:%M}"}
    return _("lúc %(time)s") % {"time": f"{local:%H:%M %d/%m/%Y}"}


def copy_key(request: PortalRequest, report: Report) -> str:
    """Under what the browser keeps its copy: another user of the same computer never sees it."""
    return f"bao-cao:{request.user.pk}:{report.pk}"


def check_page(report: Report, draft: Draft) -> dict[str, Any]:
    form = form_spec.form_of_draft(report, draft)
    sums = commune.prepare_commune_report(report)
    found = problems_of(form, sums, answers_nearby(report))
    evidence = list(selectors.current_evidence(report))
    return {
        "report": report,
        "form": form,
        "version": str(draft.version),
        "mark": mark_of(form.values),
        "sections": pages.sections(form, found, show_errors=True),
        "found": found,
        "words": selectors.report_words(report),
        "due": selectors.due_date(report, timezone.now()),
        "last_return": selectors.last_return(report) if report.state == ReportState.RETURNED else None,
        "evidence": evidence,
        "commune": sums,
        "commune_first": awaits_commune(report),
    }


@dataclass(frozen=True, slots=True)
class Answers:
    """A submission as it is read: never changed, whatever the form becomes."""

    submission: Submission
    form: Form
    sections: tuple[pages.SectionView, ...]
    evidence: tuple[Evidence, ...]


def answers(report: Report, submission: Submission) -> Answers:
    form = form_spec.form_of_submission(report, submission)
    shown = pages.sections(form, rules.Problems(), show_errors=False)
    return Answers(submission, form, shown, tuple(submission.evidence.order_by("id")))


def report_page(request: PortalRequest, report: Report) -> dict[str, Any]:
    """What a reader who cannot change the report sees: a submitted version, and how it went."""
    number = request.GET.get("ban", "")
    submission = report.current_submission
    if number.isdecimal():
        submission = get_object_or_404(report.submissions, number=int(number[:5]))
    return {
        "report": report,
        "answers": answers(report, submission) if submission else None,
        "submissions": list(report.submissions.order_by("-number")),
        "due": selectors.due_date(report, timezone.now()),
        "steps": list(selectors.history(report)),
        "commune": commune.prepare_commune_report(report, submission),
        "reason": closed_reason(report, timezone.now()) if can_fill_report(request.scope, report) else "",
        "can_review": request.scope.unit_id != report.unit_id and request.scope.can_write,
        "entrusted": entrustment_of(request.scope, report),
        "can_enter": can_enter_for_unit(request.scope, report) and not closed_reason(report, timezone.now()),
    }


def closed_answer(
    request: PortalRequest, report: Report, closed: ReportClosed, *, wants_json: bool = False
) -> HttpResponse:
    """Say why nothing was taken; who has submitted already gets the receipt."""
    if wants_json:
        taken = closed.submission if report.state != ReportState.RETURNED else None
        receipt = reverse("collection:receipt", args=[report.pk, taken.number]) if taken else ""
        return JsonResponse({"closed": closed.reason, "receipt": receipt}, status=410)
    messages.warning(request, closed.reason)
    if closed.submission is not None and report.state != ReportState.RETURNED:
        return redirect("collection:receipt", report.pk, closed.submission.number)
    return redirect("collection:report_form", report.pk)


def conflict_answer(
    request: PortalRequest, report: Report, current: Draft, theirs: Form, mine: Form, *, wants_json: bool = False
) -> HttpResponse:
    """Show both versions; nobody is overwritten unless the reader, having seen them, saves again."""
    found = pages.differences(theirs, mine)
    if wants_json:
        return JsonResponse(
            {
                **saved_json(current),
                "who": str(current.saved_by or ""),
                "fields": pages.fields_of(theirs),
                "differences": [{"label": d.label, "theirs": d.theirs, "mine": d.mine} for d in found],
                "returned": _returned_json(report),
            },
            status=409,
        )
    context = form_page(request, report, mine, current) | {"differences": found}
    return render(request, "collection/report_form.html", context, status=409)


def _returned_json(report: Report) -> dict[str, str] | None:
    """Why the report came back, for a page that was opened before it did."""
    step = selectors.last_return(report) if report.state == ReportState.RETURNED else None
    if step is None:
        return None
    told = {"day": f"{timezone.localtime(step.at):%d/%m/%Y}", "comment": step.comment}
    return {"id": str(step.pk), "words": _("Báo cáo bị trả lại ngày %(day)s: “%(comment)s”") % told}


def opened_by_another(request: PortalRequest) -> bool:
    """Whether the page that was sent belongs to somebody who was signed in here before; blank says nothing."""
    return request.POST.get("user", "") not in ("", str(request.user.pk))


def another_reader_answer(request: PortalRequest, page: str, report_id: int) -> HttpResponse:
    """Nothing is taken in the name of who is signed in now; the browser keeps what was typed for who typed it."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({}, status=401)
    messages.warning(request, _("Trang vừa gửi được mở bằng tài khoản khác nên chưa lưu gì."))
    return redirect(page, report_id)


def saved_json(draft: Draft) -> dict[str, Any]:
    return {"version": draft.version, "time": clock(draft.saved_at) if draft.saved_at else ""}
