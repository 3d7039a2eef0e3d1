"""Files of a report: attach, give out, take away."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reports.collection import evidence as services
from reports.collection import form_spec, selectors, showing
from reports.collection.errors import EvidenceRefused, ReportClosed
from reports.collection.requests import PortalRequest
from reports.collection.views import save_posted
from reports.models import Evidence, Report


@require_POST
def evidence_add(request: PortalRequest, report_id: int) -> HttpResponse:
    """Attach the chosen files; what was typed beside them is saved with them, so that nothing is lost."""
    report = get_object_or_404(selectors.reports_of(request.scope), pk=report_id)
    showing.require_fill(request.scope, report)
    if request.headers.get("Accept") == "application/json":
        return _files_alone(request, report)
    if not request.FILES:
        messages.warning(request, _("Chưa chọn tệp nào."))
    if (answer := save_posted(request, report)) is not None:
        return answer
    return redirect(reverse("collection:report_form", args=[report_id]) + "#minh-chung")


def _files_alone(request: PortalRequest, report: Report) -> HttpResponse:
    """Beside an open form that saves itself: its list of files as it now is, and why some were not taken."""
    if showing.opened_by_another(request):
        return showing.another_reader_answer(request, "collection:report_form", report.pk)
    refused: list[str] = []
    for file in request.FILES.getlist("file"):
        try:
            services.add_evidence(report=report, file=file, by=request.user)
        except EvidenceRefused as reason:
            refused.append(f"{file.name}: {reason.reason}")
        except ReportClosed as closed:
            return showing.closed_answer(request, report, closed, wants_json=True)
    form = form_spec.form_of_draft(report, report.draft)
    context = {
        "report": report,
        "evidence": list(selectors.current_evidence(report)),
        "number": form.evidence_number,
        "most": settings.EVIDENCE_MAX_BYTES // 1_000_000,
    }
    html = render_to_string("collection/_evidence_field.html", context, request)
    return JsonResponse({"html": html, "refused": refused})


@require_safe
def evidence_download(request: PortalRequest, evidence_id: int) -> FileResponse:
    """Always as an attachment: a file from outside is never shown inside the portal's own address."""
    visible = Evidence.objects.filter(report__in=selectors.reports_of(request.scope).values("pk"))
    kept = visible.filter(Q(removed_at__isnull=True) | Q(submissions__isnull=False)).distinct()
    evidence = get_object_or_404(kept, pk=evidence_id)
    try:
        file = evidence.file.open("rb")
    except FileNotFoundError:
        raise Http404(_("Tệp này không còn trên máy chủ.")) from None
    return FileResponse(file, as_attachment=True, filename=evidence.name, content_type=evidence.content_type)


@require_POST
def evidence_remove(request: PortalRequest, evidence_id: int) -> HttpResponse:
    visible = Evidence.objects.filter(report__in=selectors.reports_of(request.scope).values("pk"))
    evidence = get_object_or_404(visible.select_related("report__round"), pk=evidence_id)
    report = get_object_or_404(selectors.reports_of(request.scope), pk=evidence.report_id)
    showing.require_fill(request.scope, report)
    if "version" in request.POST and (answer := save_posted(request, report)) is not None:
        return answer
    try:
        services.remove_evidence(evidence=evidence, by=request.user)
    except ReportClosed as closed:
        return showing.closed_answer(request, report, closed)
    messages.success(request, _("Đã bỏ tệp %(name)s.") % {"name": evidence.name})
    return redirect(reverse("collection:report_form", args=[report.pk]) + "#minh-chung")
