"""What holds for every table of ours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from reports.models import Report, Round, Submission, Value
from schools import levels
from schools.models import Headcount, Membership, Unit
from targets.models import Indicator, Target

OURS = {"accounts", "schools", "campaigns", "targets", "reports"}
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_says_in_words_what_one_row_is(model: type[models.Model]) -> None:
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}("), "this is Django's own list of fields"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_constraint_has_a_message_for_people(model: type[models.Model]) -> None:
    for constraint in model._meta.constraints:
        message = str(constraint.violation_error_message)
        assert message != str(constraint.default_violation_error_message), constraint.name
        assert re.search(r"[à-ỹđ]", message), f"{constraint.name}: not Vietnamese"


def refused(build: Any) -> bool:
    try:
        with transaction.atomic():
            build()
    except IntegrityError:
        return True
    return False


@pytest.mark.django_db
def test_the_database_itself_refuses_what_cannot_be(open_world: Any) -> None:
    w = open_world
    staff, yes_no = w.indicators["1.2"], w.indicators["1.1"]
    cannot_be = {
        "a school without a level": lambda: Unit.objects.create(kind="school", code="x", name="x", levels=0),
        "a commune with a level": lambda: Unit.objects.create(kind="commune", code="x", name="x", levels=2),
        "two units with one code": lambda: Unit.objects.create(kind="school", code=w.th_a.code, name="x", levels=2),
        "a unit that manages itself": lambda: Unit.objects.filter(pk=w.th_a.pk).update(manager=w.th_a.pk),
        "two open roles of one user": lambda: Membership.objects.create(
            user=w.principal, unit=w.mn_b, role="principal"
        ),
        "staff counted by level": lambda: Headcount.objects.create(
            unit=w.th_a, school_year=2020, population="staff", level="TH", number=1
        ),
        "people of nobody": lambda: Indicator.objects.filter(pk=staff.pk).update(counted=""),
        "yes or no of people": lambda: Indicator.objects.filter(pk=yes_no.pk).update(counted="staff"),
        "a target of 101 percent": lambda: Target.objects.create(indicator=staff, year=2027, percent=101),
        "encouraged and a percentage": lambda: Target.objects.create(
            indicator=staff, year=2027, percent=50, encouraged=True
        ),
        "a deadline without its rule": lambda: Round.objects.filter(pk=w.round.pk).update(deadline_rule=""),
        "a second report of one unit": lambda: Report.objects.create(round=w.round, unit=w.th_a),
        "submitted without a submission": lambda: Report.objects.filter(pk=w.report.pk).update(state="submitted"),
        "excluded without a reason": lambda: Report.objects.filter(pk=w.report.pk).update(
            excluded_at=w.round.opened_at
        ),
    }
    assert [what for what, build in cannot_be.items() if not refused(build)] == []


@pytest.mark.django_db
def test_a_numerator_above_its_denominator_is_refused_by_the_database(open_world: Any) -> None:
    submission = Submission.objects.create(report=open_world.report, number=1, receipt="BC-1")
    indicator = open_world.indicators["1.2"]
    assert refused(
        lambda: Value.objects.create(submission=submission, indicator=indicator, numerator=31, denominator=30)
    )
    Value.objects.create(submission=submission, indicator=indicator, numerator=30, denominator=30)


def test_levels_go_to_codes_and_back() -> None:
    for mask in range(1, levels.ALL_LEVELS + 1):
        assert levels.from_codes(levels.to_codes(mask)) == mask
