"""Typing for a school that cannot: the page that asks why, and giving it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reports.collection import entrusting, selectors
from reports.collection.errors import EntrustedToAnother, ReasonMissing, ReportClosed
from reports.collection.forms import BehalfForm
from reports.collection.permissions import can_enter_for_unit
from reports.collection.requests import PortalRequest
from reports.collection.services import closed_reason
from reports.models import Report


@require_http_methods(["GET", "HEAD", "POST"])
def report_behalf(request: PortalRequest, report_id: int) -> HttpResponse:
    """Ask why, then let this officer fill in the school's form."""
    report = _enterable(request, report_id)
    if closed := closed_reason(report, timezone.now()):
        messages.warning(request, closed)
        return redirect("collection:report_form", report.pk)
    if request.method != "POST":
        return _page(request, report, BehalfForm())
    form = BehalfForm(request.POST)
    form.is_valid()
    try:
        entrusting.entrust_report(
            report=report,
            by=request.user,
            reason=form.cleaned_data["why"],
            instead_of=form.cleaned_data.get("instead_of"),
        )
    except ReasonMissing:
        return _page(request, report, form, status=400, error=_("Chọn hoặc viết lý do nhập thay."))
    except EntrustedToAnother:
        # Somebody came first while the reason was being written: the reader is told who before taking over.
        return _page(request, _enterable(request, report_id), form, status=409)
    except ReportClosed as refused:
        messages.warning(request, refused.reason)
    return redirect("collection:report_form", report.pk)


@require_POST
def behalf_end(request: PortalRequest, report_id: int) -> HttpResponse:
    report = _enterable(request, report_id)
    if entrusting.give_back_report(report=report, by=request.user):
        messages.success(request, _("Bạn đã thôi nhập thay %(unit)s.") % {"unit": report.unit.name})
    else:
        messages.warning(request, _("Bạn không còn nhập thay %(unit)s.") % {"unit": report.unit.name})
    return redirect("collection:report_form", report.pk)


def _enterable(request: PortalRequest, report_id: int) -> Report:
    report = get_object_or_404(selectors.reports_of(request.scope), pk=report_id)
    if not can_enter_for_unit(request.scope, report):
        raise PermissionDenied(_("Chỉ cán bộ Sở GDĐT và xã, phường quản lý trường được nhập thay trường."))
    return report


def _page(
    request: PortalRequest, report: Report, form: BehalfForm, *, status: int = 200, error: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "report": report,
        "form": form,
        "error": error,
        "entrusted": entrusting.entrustment_of(request.scope, report),
        "due": selectors.due_date(report, timezone.now()),
    }
    return render(request, "collection/report_behalf.html", context, status=status)
