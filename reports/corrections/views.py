"""Correcting a frozen report: choose it, change it, see what that does to each rate, and only then do it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports.collection import commune, form_spec, pages, showing
from reports.collection.errors import ReportInvalid
from reports.collection.questions import Form
from reports.collection.requests import PortalRequest
from reports.collection.selectors import reports_of
from reports.corrections import permissions
from reports.corrections.errors import CorrectionConflict, CorrectionRefused
from reports.corrections.services import REASON_MAX, Proposal, correct_report, try_correction
from reports.models import Draft, Report, Round, RoundState
from reports.rounds.corrections import Words, correction_lines
from reports.rounds.selectors import reports_matching


@require_safe
def report_choose(request: PortalRequest, round_id: int) -> HttpResponse:
    """Which report, by name or code; and what was corrected already."""
    round_ = get_object_or_404(Round.objects.visible_to(request.scope), pk=round_id)
    _demand(request)
    words = request.GET.get("q", "").strip()
    context = {
        "round": round_,
        "is_frozen": round_.state == RoundState.CLOSED,
        "words": words,
        "found": reports_matching(round_, request.scope, words),
        "corrections": correction_lines(round_, request.scope),
    }
    return render(request, "corrections/report_choose.html", context)


def report_correct(request: PortalRequest, report_id: int) -> HttpResponse:
    """The ordinary form with what stands now; a POST comes back from the check with what was typed."""
    report = _report(request, report_id)
    if not permissions.can_correct_report(request.scope, report):
        messages.warning(request, _("Chỉ đính chính được báo cáo của đợt đã chốt."))
        return redirect("rounds:round_detail", report.round_id)
    if request.method == "POST":
        form = showing.posted_form(report, request.POST)
        return _form_page(request, report, form, version=_version(request), reason=_reason(request))
    return _form_page(request, report, _current_form(report), version=report.version)


def correction_check(request: PortalRequest, report_id: int) -> HttpResponse:
    """What would change, before it is done. A GET comes from signing in again: back to the form."""
    report = _report(request, report_id)
    if request.method != "POST":
        return redirect("corrections:report_correct", report_id)
    form = showing.posted_form(report, request.POST)
    proposal = _proposal(request, report, form)
    try:
        effects = try_correction(proposal=proposal, by=request.user)
    except (ReportInvalid, CorrectionRefused, CorrectionConflict) as error:
        return _refused(request, report, form, error)
    before = _current_form(report)
    context = {
        "report": report,
        "differences": pages.differences(before, form),
        "found": showing.problems_of(form, None),
        "effects": Words.of(report.round, effects).lines(effects),
        "fields": pages.fields_of(form),
        "version": str(proposal.version),
        "reason": proposal.reason,
        "token": uuid.uuid4(),
        "becomes_accepted": report.state not in ("submitted", "accepted"),
    }
    return render(request, "corrections/correction_check.html", context)


def correction_commit(request: PortalRequest, report_id: int) -> HttpResponse:
    """Make the correction that was checked; the same button twice makes it once."""
    report = _report(request, report_id)
    if request.method != "POST":
        return redirect("corrections:report_correct", report_id)
    form = showing.posted_form(report, request.POST)
    try:
        token = uuid.UUID(request.POST.get("token", ""))
        made = correct_report(proposal=_proposal(request, report, form), by=request.user, token=token)
    except (ReportInvalid, CorrectionRefused, CorrectionConflict, ValueError) as error:
        return _refused(request, report, form, error)
    said = _("Đã đính chính báo cáo của %(unit)s: bản %(number)s, biên nhận %(receipt)s.")
    words = {"unit": report.unit.name, "number": made.number, "receipt": made.receipt}
    messages.success(request, said % words)
    return redirect("collection:report_form", report_id)


def _refused(request: PortalRequest, report: Report, form: Form, error: Exception) -> HttpResponse:
    """The form again with everything that was typed, and what stands in the way."""
    said = ""
    if isinstance(error, CorrectionRefused):
        said = error.reason
    elif not isinstance(error, ReportInvalid):
        said = _("Báo cáo này vừa được đính chính hoặc thay đổi ở nơi khác. Chưa ghi gì của bạn; xem lại bản mới.")
    errors = error.problems.errors if isinstance(error, ReportInvalid) else ()
    # After a conflict the page is of the report as it is now: going on is then the reader's own decision.
    version = report.version if isinstance(error, CorrectionConflict) else _version(request)
    more = {"said": said, "errors": errors, "current": pages.differences(_current_form(report), form)}
    return _form_page(request, report, form, version=version, reason=_reason(request), status=400, **more)


def _form_page(
    request: PortalRequest,
    report: Report,
    form: Form,
    *,
    version: int,
    reason: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    found = showing.problems_of(form, None)
    context = {
        "report": report,
        "form": form,
        "sections": pages.sections(form, found, show_errors=bool(more.get("errors"))),
        "commune": commune.prepare_commune_report(report),
        "version": str(version),
        "reason": reason,
        "reason_max": str(REASON_MAX),
        **more,
    }
    return render(request, "corrections/report_correct.html", context, status=status)


def _current_form(report: Report) -> Form:
    """What stands now: the current version, else what the unit had begun to type."""
    if report.current_submission is not None:
        current = report.current_submission
        return form_spec.build_form(report, form_spec.submitted_values(current), current.narrative)
    return form_spec.form_of_draft(report, get_object_or_404(Draft, pk=report.pk))


def _proposal(request: PortalRequest, report: Report, form: Form) -> Proposal:
    return Proposal(report, _version(request), form.values, form.words, _reason(request))


def _report(request: PortalRequest, report_id: int) -> Report:
    report = get_object_or_404(reports_of(request.scope), pk=report_id)
    _demand(request)
    return report


def _demand(request: PortalRequest) -> None:
    if not permissions.can_correct(request.scope):
        raise PermissionDenied(_("Chỉ Sở GDĐT đính chính được báo cáo của đợt đã chốt."))


def _version(request: PortalRequest) -> int:
    written = request.POST.get("version", "")
    return int(written) if written.isdecimal() and len(written) < 10 else -1


def _reason(request: PortalRequest) -> str:
    return request.POST.get("reason", "").replace("\x00", "").strip()[:REASON_MAX]
