"""Figures that are another school's: the school is told that there is one, who reviews is told which."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports.collection.neighbours import answers_nearby, neighbours_with_equal_answers
from reports.collection.questions import Values
from reports.collection.services import submit_report
from reports.models import Report, Submission
from reports.review.services import return_report
from schools import levels
from schools.models import Unit
from tests import factories as make

NOW = make.local(2026, 11, 21, 8, 30)


@pytest.fixture
def twins(open_world: SimpleNamespace) -> SimpleNamespace:
    """A second primary school in the commune; it has submitted."""
    w = open_world
    w.twin = make.make_school("Trường TH Gia Hòa", ["TH"], commune=w.commune_a, manager=w.commune_a)
    w.twin_principal = make.make_user("hieutruong9", w.twin)
    w.twin_report = make.make_report(w.round, w.twin)
    send(w.twin_report, w.twin_principal, answers(24, 380))
    return w


def answers(staff: int, pupils: int, *, of: tuple[int, int] = (30, 400), yes: int = 1) -> Values:
    return {
        "1.1": {"": {"n": yes}},
        "1.2": {"": {"n": staff, "d": of[0]}},
        "1.4": {"TH": {"n": pupils, "d": of[1]}},
        "2.1": {"": {"n": 0}},
    }


def send(report: Report, by: Any, values: Values) -> Submission:
    return submit_report(report=report, by=by, token=uuid.uuid4(), values=values, narrative={}, now=NOW)


def kinds(submission: Submission) -> list[str]:
    return [one["kind"] for one in submission.warnings or []]


def same(report: Report) -> list[Unit]:
    return neighbours_with_equal_answers(Report.objects.get(pk=report.pk))


def test_equal_figures_are_kept_as_strange_and_told_by_name_to_who_reviews(twins: SimpleNamespace) -> None:
    assert kinds(send(twins.report, twins.principal, answers(24, 380, yes=0))) == ["same_as_neighbour"]
    assert same(twins.report) == [twins.twin]
    assert same(twins.twin_report) == [twins.th_a]


@pytest.mark.parametrize("values", [answers(25, 380), answers(24, 380, of=(31, 400)), answers(24, 381)])
def test_one_other_number_is_enough(twins: SimpleNamespace, values: Values) -> None:
    assert "same_as_neighbour" not in kinds(send(twins.report, twins.principal, values))
    assert same(twins.report) == []


def test_everybody_in_both_schools_is_no_copy(twins: SimpleNamespace) -> None:
    submission = Submission.objects.get(report=twins.twin_report)
    submission.values.filter(level="TH").update(numerator=400)
    assert "same_as_neighbour" not in kinds(send(twins.report, twins.principal, answers(24, 400)))
    assert same(twins.report) == []


def test_a_school_elsewhere_one_taken_off_the_list_and_an_older_version_do_not_count(twins: SimpleNamespace) -> None:
    w = twins
    assert len(answers_nearby(w.report)) == 1
    Report.objects.filter(pk=w.twin_report.pk).update(commune=w.commune_b)
    assert not answers_nearby(w.report)
    Report.objects.filter(pk=w.twin_report.pk).update(commune=w.commune_a, excluded_at=NOW, exclusion_reason="Đóng.")
    assert not answers_nearby(w.report)
    Report.objects.filter(pk=w.twin_report.pk).update(excluded_at=None, exclusion_reason="")
    current = Report.objects.get(pk=w.twin_report.pk)
    return_report(report=current, by=w.officer, version=current.version, comment="Xem lại.", now=NOW)
    send(w.twin_report, w.twin_principal, answers(20, 300))
    assert answers_nearby(w.report) == [{("1.2", ""): (20, 30), ("1.4", "TH"): (300, 400)}]


def test_the_school_reads_that_there_is_one_and_not_which(
    twins: SimpleNamespace, client_of: Callable[[Any], Client]
) -> None:
    client = client_of(twins.principal)
    sent = {"n-1.1-": "1", "n-1.2-": "24", "d-1.2-": "30", "n-1.4-TH": "380", "d-1.4-TH": "400", "n-2.1-": "0"}
    client.post(reverse("collection:draft_save", args=[twins.report.pk]), {**sent, "version": 0})
    for name in ("report_form", "report_check"):
        page = client.get(reverse(f"collection:{name}", args=[twins.report.pk])).content.decode()
        assert "giống hệt một trường khác trong xã" in page
        assert "Gia Hòa" not in page
    assert 'name="token"' in page


def test_looking_around_costs_one_query_however_many_schools_there_are(
    twins: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    w = twins
    with django_assert_num_queries(1):
        answers_nearby(w.report)
    for number in range(3):
        school = make.make_school(f"Trường TH số {number}", ["TH"], commune=w.commune_a, manager=w.commune_a)
        assert school.levels == levels.from_codes(["TH"])
        send(make.make_report(w.round, school), w.twin_principal, answers(24, 380))
    with django_assert_num_queries(1):
        assert len(answers_nearby(w.report)) == 4
    send(w.report, w.principal, answers(24, 380))
    report = Report.objects.get(pk=w.report.pk)
    with django_assert_num_queries(3):
        assert len(neighbours_with_equal_answers(report)) == 4
