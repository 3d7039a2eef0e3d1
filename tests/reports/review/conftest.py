"""What the tests of reviewing share: submitting a report, deciding, what it is now."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from reports.collection.services import submit_report
from reports.models import Report, Submission
from tests import factories as make

NOW = make.local(2026, 11, 21, 8, 30)
SHARES = {"TH": 300, "THCS": 150, "THPT": 800}


def url(name: str, *args: Any) -> str:
    return reverse(f"review:{name}", args=args)


def fresh(report: Report) -> Report:
    return Report.objects.select_related("round", "unit", "current_submission").get(pk=report.pk)


def hand_in(w: SimpleNamespace, report: Report, *, by: User | None = None, n: int = 15) -> Report:
    """Submit it, with nothing strange in it; `n` of the staff."""
    values: dict[str, Any] = {
        "1.1": {"": {"n": 1, "d": 1}},
        "1.2": {"": {"n": n, "d": None}},
        "1.4": {code: {"n": SHARES.get(code, 1), "d": None} for code in ("TH", "THCS", "THPT")},
        "2.1": {"": {"n": 0, "d": 1}},
    }
    submit_report(report=report, by=by or w.principal, token=uuid.uuid4(), values=values, narrative={})
    return fresh(report)


def warn(report: Report, *kinds: str) -> None:
    """As if the rules had found these when it came in."""
    stored = [{"kind": kind, "code": "1.2", "level": ""} for kind in kinds]
    Submission.objects.filter(report=report).update(warnings=stored)


def decide(client: Client, verb: str, report: Report, comment: str = "", **more: Any) -> Any:
    sent = {"version": fresh(report).version, "comment": comment, **more}
    return client.post(url(f"report_{verb}", report.pk), sent)
