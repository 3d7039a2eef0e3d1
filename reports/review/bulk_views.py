"""Accepting what is not strange in one act: what it takes and leaves, what came of it, taking it back."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.collection.requests import PortalRequest
from reports.models import Report
from reports.review import bulk
from reports.review.forms import QueueFilterForm
from reports.review.selectors import UNDO_WITHIN
from reports.review.views import require_reviewer

NAMED = 10


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_accept(request: PortalRequest) -> HttpResponse:
    """GET shows the list, POST accepts what was shown and has not changed since."""
    require_reviewer(request)
    if request.method == "POST":
        return _accept(request)
    form = QueueFilterForm(request.GET, scope=request.scope)
    chosen = form.chosen()
    counts = bulk.counts(request.scope, chosen)
    found = list(bulk.taken(request.scope, chosen)[: bulk.MOST])
    context = {
        "reports": found,
        "versions": ",".join(f"{report.pk}:{report.version}" for report in found),
        "count": len(found),
        "waiting": sum(counts.values()),
        "counts": counts,
        "left": sum(counts.values()) - len(found),
        "beyond": counts.get(bulk.TAKEN, 0) - len(found),
        "batch": uuid4(),
        "query": form.query(),
        "chosen": chosen,
    }
    return render(request, "review/bulk_accept.html", context)


def _accept(request: PortalRequest) -> HttpResponse:
    try:
        batch = UUID(request.POST.get("batch", ""))
    except ValueError:
        messages.warning(request, _("Trang đã cũ. Mở lại danh sách rồi chấp nhận."))
        return redirect("review:bulk_accept")
    left = set(request.POST.getlist("bo"))
    versions = {pk: version for pk, version in _pairs(request.POST.get("versions", "")) if str(pk) not in left}
    outcome = bulk.accept_reports(versions=versions, by=request.user, batch=batch)
    if outcome.skipped:
        said = _("%(count)s báo cáo vừa thay đổi nên không được chấp nhận: %(names)s.")
        messages.warning(request, said % {"count": len(outcome.skipped), "names": _names(outcome.skipped)})
    if not bulk.batch_of(request.scope, batch):
        messages.warning(request, _("Chưa chấp nhận báo cáo nào."))
        return redirect("review:queue")
    return redirect("review:bulk_show", batch)


@require_safe
def bulk_show(request: PortalRequest, batch: UUID) -> HttpResponse:
    """What was accepted in one act, and what of it can still be taken back."""
    require_reviewer(request)
    steps = bulk.batch_of(request.scope, batch)
    if not steps:
        raise Http404
    found = list(bulk.undoable(request.scope, steps, timezone.now()))
    context = {
        "batch": batch,
        "accepted": found,
        "first": steps[0],
        "until": steps[0].at + UNDO_WITHIN,
        "open_count": sum(not item.refusal for item in found),
    }
    return render(request, "review/bulk_show.html", context)


@require_POST
def bulk_undo(request: PortalRequest, batch: UUID) -> HttpResponse:
    require_reviewer(request)
    if not bulk.batch_of(request.scope, batch):
        raise Http404
    outcome = bulk.undo_batch(batch=batch, by=request.user)
    if outcome.done:
        done = _("Đã hoàn tác %(count)s báo cáo; chúng trở lại hàng chờ duyệt.")
        messages.success(request, done % {"count": len(outcome.done)})
    if outcome.skipped:
        said = _("%(count)s báo cáo không hoàn tác được: %(names)s.")
        messages.warning(request, said % {"count": len(outcome.skipped), "names": _names(outcome.skipped)})
    return redirect("review:bulk_show", batch)


def _pairs(text: str) -> list[tuple[int, int]]:
    """'12:3,15:1' as it stands in the page; what has another shape is no report."""
    found = []
    for part in text.split(",")[: bulk.MOST]:
        pk, colon, version = part.partition(":")
        if colon and pk.isdecimal() and version.isdecimal() and len(part) < 25:
            found.append((int(pk), int(version)))
    return found


def _names(reports: list[Report]) -> str:
    names = ", ".join(report.unit.name for report in reports[:NAMED])
    more = len(reports) - NAMED
    return names if more <= 0 else _("%(names)s và %(more)s báo cáo khác") % {"names": names, "more": more}
