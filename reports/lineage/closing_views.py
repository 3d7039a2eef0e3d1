"""The page that closes schools which a written list does not name."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reports.lineage.closing import close_missing
from reports.rounds.succession import Handover
from schools.forms import CloseSchoolsForm
from schools.imports import closing
from schools.imports.stored_preview import ImportBlockedError
from schools.models import SchoolImport
from schools.views.imports import require_importer, the_import


@require_http_methods(["GET", "HEAD", "POST"])
def import_missing(request: HttpRequest, import_id: int) -> HttpResponse:
    by = require_importer(request)
    item = the_import(import_id)
    try:
        schools = closing.still_open(item) if item.state == SchoolImport.State.COMMITTED else None
    except ImportBlockedError:
        schools = None
    if schools is None:
        messages.error(request, _("Chỉ đóng trường sau khi danh mục đã được nhập."))
        return redirect("schools:import_preview", import_id=item.pk)
    form = CloseSchoolsForm(request.POST or None, schools=schools)
    if request.method == "POST" and form.is_valid():
        try:
            units, handovers = close_missing(school_import=item, by=by, **form.chosen)
        except ImportBlockedError as blocked:
            form.add_error(None, str(blocked))
        else:
            messages.success(request, _told(len(units), handovers))
            return redirect("lineage:import_missing", import_id=item.pk)
    context = {"item": item, "schools": schools, "form": form, "limit": closing.TYPED_ABOVE_PERCENT}
    return render(request, "schools/import_missing.html", context)


def _told(closed: int, handovers: list[Handover]) -> str:
    """How many were closed, how many duties ended, and how many reports stay because they were there already."""
    ended = sum(len(handover.taken_off) for handover in handovers)
    stayed = sum(len(handover.stayed) for handover in handovers)
    words = [_("Đã đóng %s trường.") % closed]
    if ended:
        words.append(_("Đưa %s báo cáo chưa nộp ra khỏi danh sách các đợt đang mở.") % ended)
    if stayed:
        words.append(_("%s báo cáo đã nộp được giữ nguyên.") % stayed)
    return " ".join(words)
