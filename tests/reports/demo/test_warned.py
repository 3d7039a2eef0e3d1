"""The invented submissions say what was strange in them, by the rules that a school's own go through."""

from __future__ import annotations

import pytest
from django.db.models import F

from reports.collection import form_spec, neighbours, rules
from reports.demo.services import load_demo
from reports.models import Report, Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def province() -> None:
    load_demo(province="ninh-binh", schools=120, progress=lambda _text: None)


def kept(submission: Submission) -> list[tuple[str, str, str]]:
    return [(one["kind"], one["code"], one["level"]) for one in submission.warnings or []]


@pytest.mark.usefixtures("province")
def test_nobody_left_a_submission_without_looking_and_those_sent_back_had_a_reason() -> None:
    assert not Submission.objects.filter(warnings=None).exists()
    returned = Submission.objects.filter(steps__kind="returned", report__levels__gt=0)
    assert returned
    # A school of which neither a list nor the last round gives a total cannot be told that it mistyped one.
    told = ["far_from" in str(submission.warnings) for submission in returned]
    assert sum(told) >= 0.8 * len(told)


@pytest.mark.usefixtures("province")
def test_what_is_kept_is_what_the_rules_say_of_the_form() -> None:
    current = Submission.objects.filter(report__current_submission=F("pk"), report__round__code="tong-ket-2026")
    strange = list(current.filter(report__levels__gt=0).select_related("report__round"))
    assert any(submission.warnings for submission in strange)
    for submission in strange[:40] + [one for one in strange if one.warnings]:
        report: Report = submission.report
        form = form_spec.form_of_submission(report, submission)
        found = rules.problems(form.questions, form.values, neighbours.answers_nearby(report)).warnings
        assert kept(submission) == [(one.kind, one.code, one.level) for one in found]
