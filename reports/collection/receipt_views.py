"""Checking a receipt by its code: what the portal received, and nothing of what stands in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import attempts
from reports.collection import receipts, selectors
from reports.collection.requests import PortalRequest
from reports.models import Report, Submission


@never_cache
@require_safe
def receipt_check(request: PortalRequest) -> HttpResponse:
    """For whoever is signed in and holds a code; who may see the report is led on to it.

    Wrong codes are counted in the cache, as wrong slips are: nobody finds one by trying.
    """
    typed = request.GET.get("ma", "").strip()[: receipts.LONGEST]
    if not typed:
        return render(request, "collection/receipt_check.html", {"typed": ""})
    codes = receipts.possible_codes(typed)
    keys = [f"receipt-by:{request.user.pk}", *(f"receipt:{code[: -receipts.CHECK_LENGTH]}" for code in codes)]
    if attempts.are_too_many(keys):
        return render(request, "collection/receipt_check.html", {"typed": typed, "too_many": True}, status=429)
    found = _found(codes)
    if found is None:
        attempts.note_failure(keys)
        return render(request, "collection/receipt_check.html", {"typed": typed, "unknown": True}, status=404)
    return render(request, "collection/receipt_check.html", {"typed": typed, **_context(request, found)})


def _found(codes: list[str]) -> Submission | None:
    related = ("report__unit", "report__round", "report__current_submission", "correction")
    return Submission.objects.filter(receipt__in=codes).select_related(*related).first() if codes else None


def _context(request: PortalRequest, found: Submission) -> dict[str, Any]:
    report = found.report
    newer = report.submissions.filter(number__gt=found.number).order_by("-number").first()
    return {
        "submission": found,
        "report": report,
        # Being on time is judged by the first version, whatever was corrected later.
        "is_late": found.is_late if found.number == 1 else report.is_late,
        "newer": newer,
        "words": selectors.report_words(report),
        "is_visible": Report.objects.visible_to(request.scope).filter(pk=report.pk).exists(),
    }
