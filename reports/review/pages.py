"""Contexts of the reviewer's pages, and what one of two reviewers is told."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.collection import selectors as collection
from reports.collection.commune import prepare_commune_report
from reports.collection.requests import PortalRequest
from reports.models import Report, ReviewStepKind, Submission
from reports.review import comparing, permissions, selectors
from reports.review.forms import QUICK_COMMENTS, QueueFilterForm
from reports.review.services import entered_by
from reports.review.undoing import undo_of


def review_page(request: PortalRequest, report: Report, current: Submission, form: QueueFilterForm) -> dict[str, Any]:
    scope, now = request.scope, timezone.now()
    return {
        "report": report,
        "comparison": comparing.comparison(report, current),
        "version": str(report.version),
        "evidence": list(current.evidence.order_by("id")),
        "commune": prepare_commune_report(report, current),
        "last_return": collection.last_return(report),
        "steps": list(collection.history(report)),
        "place": selectors.place_in_queue(scope, report, form.chosen()),
        "query": form.query(),
        "due": collection.due_date(report, now),
        "can_decide": permissions.can_decide_report(scope, report),
        "can_reopen": permissions.can_reopen_report(scope, report),
        "can_comment": permissions.can_comment_report(scope, report),
        "forwards": permissions.is_commune_turn(scope, report),
        "undo": undo_of(scope, report, now),
        "quick": QUICK_COMMENTS.items(),
        "entered_by_me": entered_by(current, request.user),
    }


def who_came_first(report: Report) -> str:
    """Who, when and what, to a reviewer whose page was older than that."""
    step = selectors.last_step(report)
    if step is None or step.kind == ReviewStepKind.SUBMITTED:
        return _("Báo cáo này vừa thay đổi. Xem lại ở dưới rồi quyết định.")
    told = {
        "who": str(step.by or ""),
        "unit": f" ({step.by_unit.name})" if step.by_unit else "",
        "what": _what(step.kind),
        "time": f"{timezone.localtime(step.at):%H:%M %d/%m/%Y}",
    }
    return _("%(who)s%(unit)s %(what)s báo cáo này lúc %(time)s. Bạn chưa thay đổi gì.") % told


def _what(kind: str) -> str:
    if kind == ReviewStepKind.FORWARDED:
        return _("đã duyệt và chuyển Sở GDĐT")
    words = str(ReviewStepKind(kind).label)
    return words[:1].lower() + words[1:]
