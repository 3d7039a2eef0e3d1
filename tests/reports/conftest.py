"""Reports that were really submitted, and the rates computed from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest

from reports.collection import services as collection
from reports.completion import services as completion
from reports.models import Report
from tests import factories as make

Submit = Callable[..., Report]

# What each school of the cast answers: {indicator: {level: (numerator, denominator)}}.
ANSWERS = {
    "th_a": {"1.1": {"": (1, 1)}, "1.2": {"": (27, 30)}, "1.4": {"TH": (380, 400)}, "2.1": {"": (1, 1)}},
    "thths_a": {
        "1.1": {"": (1, 1)},
        "1.2": {"": (50, 50)},
        "1.4": {"TH": (300, 300), "THCS": (150, 200)},
        "2.1": {"": (0, 1)},
    },
    "thpt_a": {"1.1": {"": (1, 1)}, "1.2": {"": (79, 80)}, "1.4": {"THPT": (999, 1000)}, "2.1": {"": (1, 1)}},
    "mn_b": {"1.1": {"": (0, 1)}, "1.2": {"": (20, 20)}, "2.1": {"": (1, 1)}},
}


@pytest.fixture
def submit(open_world: SimpleNamespace) -> Submit:
    """Submit the report of one school of the cast, and compute the rates again."""

    def send(name: str, now: datetime | None = None) -> Report:
        report = Report.objects.select_related("unit", "round").get(
            round=open_world.round, unit=getattr(open_world, name)
        )
        values = {
            code: {level: {"n": n, "d": d} for level, (n, d) in levels.items()}
            for code, levels in ANSWERS[name].items()
        }
        collection.submit_report(
            report=report,
            by=open_world.principal,
            token=uuid4(),
            values=values,
            narrative={"results": "Đã triển khai."},
            now=now or make.local(2026, 11, 10, 9),
        )
        completion.compute_completion(round_id=open_world.round.pk)
        report.refresh_from_db()
        return report

    return send


@pytest.fixture
def computed_world(open_world: SimpleNamespace, submit: Submit) -> SimpleNamespace:
    """The open round with the two schools of commune A that it manages in, the two others silent."""
    submit("th_a")
    submit("thths_a")
    return open_world
