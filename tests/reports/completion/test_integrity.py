from __future__ import annotations

import json
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports.completion import integrity, services
from reports.models import CompletionDue, CompletionRate, Report, Round, Submission
from schools.models import Unit
from tests import factories as make


@pytest.fixture
def computed_world(open_world: SimpleNamespace) -> SimpleNamespace:
    made = Submission.objects.create(report=open_world.report, number=1, receipt="BC-1")
    Report.objects.filter(pk=open_world.report.pk).update(
        state="submitted", current_submission=made, first_submitted_at=make.local(2026, 11, 3)
    )
    services.compute_due_completion()
    return open_world


def failing() -> list[str]:
    return [check.name for check in integrity.run_checks() if not check.ok]


def test_a_sound_portal_passes_every_check(computed_world: SimpleNamespace) -> None:
    assert failing() == []


def test_a_rate_that_is_not_the_sum_is_found(computed_world: SimpleNamespace) -> None:
    CompletionRate.objects.filter(pk=CompletionRate.objects.order_by("pk")[0].pk).update(silent_denominator=999)
    assert failing() == ["completion rates equal a fresh sum"]


def test_a_missing_rate_is_found_unless_it_is_waiting_to_be_computed(computed_world: SimpleNamespace) -> None:
    CompletionRate.objects.order_by("pk")[0].delete()
    assert failing() == ["completion rates equal a fresh sum"]
    CompletionDue.objects.create(round=computed_world.round)
    assert failing() == []


def test_a_manager_or_place_without_its_dated_row_is_found(computed_world: SimpleNamespace) -> None:
    Unit.objects.filter(pk=computed_world.th_a.pk).update(manager=computed_world.department, commune=None)
    assert failing() == ["current managers equal the dated rows", "current places equal the dated rows"]


def test_a_report_that_does_not_stand_on_its_last_submission_is_found(computed_world: SimpleNamespace) -> None:
    Submission.objects.create(report=computed_world.report, number=2, receipt="BC-2")
    assert failing() == ["submitted reports have their last submission"]


def test_a_name_folded_wrongly_is_found(computed_world: SimpleNamespace) -> None:
    Unit.objects.filter(pk=computed_world.th_a.pk).update(name_sort="0")
    assert failing() == ["names are folded and have their sort key"]


def test_a_deadline_that_does_not_follow_is_found(computed_world: SimpleNamespace) -> None:
    Round.objects.update(deadline_at=make.local(2026, 12, 16))
    assert failing() == ["deadlines follow from date, rule and hour"]


def test_the_command_prints_one_document_and_fails_when_a_check_does(computed_world: SimpleNamespace) -> None:
    Round.objects.update(deadline_at=make.local(2026, 12, 16))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_integrity", "--json", stdout=out)
    assert ended.value.code == 1
    document: dict[str, Any] = json.loads(out.getvalue())
    assert [check["ok"] for check in document["checks"]] == [True] * 5 + [False]


def test_the_command_passes_quietly(computed_world: SimpleNamespace) -> None:
    out = StringIO()
    call_command("check_integrity", stdout=out)
    assert out.getvalue().count("✓") == 6


def test_compute_completion_computes_one_round_or_all_that_were_opened(computed_world: SimpleNamespace) -> None:
    rows = CompletionRate.objects.count()
    CompletionRate.objects.all().delete()
    call_command("compute_completion", stdout=StringIO())
    assert CompletionRate.objects.count() == rows
    out = StringIO()
    call_command("compute_completion", "--round", str(computed_world.round.pk), "--json", stdout=out)
    assert json.loads(out.getvalue()) == [{"round": computed_world.round.pk, "rates": rows}]
    with pytest.raises(CommandError):
        call_command("compute_completion", "--round", "999999")
