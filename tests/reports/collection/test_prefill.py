"""Nothing is asked that is known: where a number comes from, and that the school's own word goes before."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reports.collection import form_spec, rules
from reports.collection.questions import Form, Offered, Question, Row, Values
from reports.collection.services import save_draft, submit_report
from reports.models import Draft, Report, Round, Submission, Value
from schools import levels
from schools.models import Headcount
from targets.completion import Rate
from targets.models import Indicator
from tests import factories as make

ClientOf = Callable[[Any], Client]
NOW = make.local(2026, 11, 21, 8, 30)
ANSWERS: Values = {
    "1.1": {"": {"n": 1, "d": 1}},
    "1.2": {"": {"n": 24, "d": 30}},
    "1.4": {"TH": {"n": 380, "d": 400}},
    "2.1": {"": {"n": 0, "d": 1}},
}


def another_round(w: SimpleNamespace, *codes: str, **more: Any) -> Report:
    """A report of the same school in a second round that is open too, asking some of the same."""
    asked = [w.indicators[code] for code in codes or w.indicators]
    round_ = make.make_round(w.campaign, w.department, asked, **{"name": "Sơ kết 2026", **more})
    Round.objects.filter(pk=round_.pk).update(state="open", opened_at=NOW)
    round_.refresh_from_db()
    return make.make_report(round_, w.th_a)


def report_in(report: Report, by: Any, values: Values, now: datetime = NOW) -> Submission:
    return submit_report(report=report, by=by, token=uuid.uuid4(), values=values, narrative={}, now=now)


def form_of(report: Report) -> Form:
    report = Report.objects.select_related("round", "unit").get(pk=report.pk)
    return form_spec.form_of_draft(report, Draft.objects.get(pk=report.pk))


def row_of(report: Report, code: str) -> Row:
    return next(question for question in form_of(report).questions if question.code == code).rows[0]


def type_in(report: Report, by: Any, values: Values) -> None:
    """As the form sends it: every field of the page, those left blank too."""
    empty = form_spec.build_form(report, {}, {})
    sent: Values = {
        q.code: {row.level: {"n": None, "d": None, **values.get(q.code, {}).get(row.level, {})} for row in q.rows}
        for q in empty.questions
    }
    form = form_spec.refill(empty, sent, {})
    draft = Draft.objects.get(pk=report.pk)
    save_draft(report=report, by=by, version=draft.version, values=form.values, narrative={}, now=NOW)


# --- totals --------------------------------------------------------------------------------------


def test_a_total_of_the_list_says_so(open_world: SimpleNamespace) -> None:
    row = row_of(open_world.report, "1.2")
    assert (row.n, row.d, row.total_from) == (None, 30, "danh mục trường")


def test_without_a_list_the_total_is_what_the_school_said_elsewhere_of_the_same_people(
    open_world: SimpleNamespace,
) -> None:
    w = open_world
    theme = make.make_indicator(w.campaign, "9.9", kind="people", counted="staff")
    w.indicators["9.9"] = theme
    report_in(another_round(w, "9.9"), w.principal, {"9.9": {"": {"n": 3, "d": 33}}})
    assert row_of(w.report, "1.2").d == 30
    Headcount.objects.filter(unit=w.th_a).delete()
    row = row_of(w.report, "1.2")
    assert (row.n, row.d, row.total_from) == (None, 33, "báo cáo Sơ kết 2026")


@pytest.mark.parametrize("differs", [{"school_year": 2025}, {"population": True}])
def test_a_total_of_another_school_year_or_of_other_people_is_not_taken(
    open_world: SimpleNamespace, differs: dict[str, Any]
) -> None:
    w = open_world
    Headcount.objects.filter(unit=w.th_a).delete()
    pupils = differs.pop("population", False)
    code = "1.4" if pupils else "1.2"
    said: Values = {"1.4": {"TH": {"n": 3, "d": 33}}} if pupils else {"1.2": {"": {"n": 3, "d": 33}}}
    report_in(another_round(w, code, year=2025, **differs), w.principal, said)
    assert row_of(w.report, "1.2").d is None


def test_of_two_statements_the_newest_counts(open_world: SimpleNamespace) -> None:
    w = open_world
    Headcount.objects.filter(unit=w.th_a).delete()
    for number, minute in ((31, 5), (32, 10), (33, 1)):
        other = another_round(w, "1.2", year=2025)
        report_in(other, w.principal, {"1.2": {"": {"n": 3, "d": number}}}, make.local(2026, 11, 20, 8, minute))
    assert row_of(w.report, "1.2").d == 32


@pytest.mark.parametrize("disputed", [{"state": "returned"}, {"excluded_at": NOW, "exclusion_reason": "Đóng cửa."}])
def test_what_was_sent_back_or_taken_off_the_list_is_not_passed_on(
    open_world: SimpleNamespace, disputed: dict[str, Any]
) -> None:
    w = open_world
    Headcount.objects.filter(unit=w.th_a).delete()
    other = another_round(w, "1.2")
    report_in(other, w.principal, {"1.2": {"": {"n": 3, "d": 33}}})
    assert row_of(w.report, "1.2").d == 33
    Report.objects.filter(pk=other.pk).update(**disputed)
    assert (row_of(w.report, "1.2").n, row_of(w.report, "1.2").d) == (None, None)


def same_people(w: SimpleNamespace) -> Indicator:
    """A second question about the pupils, whom no list counts."""
    Headcount.objects.filter(unit=w.th_a).delete()
    more = make.make_indicator(
        w.campaign, "2.2", kind="people", counted="pupils", levels=levels.from_codes(["TH", "THCS"])
    )
    w.round.round_indicators.create(indicator=more, order=9)
    return more


def test_a_total_typed_once_stands_in_every_question_about_the_same_people(open_world: SimpleNamespace) -> None:
    w = open_world
    same_people(w)
    type_in(w.report, w.principal, {"1.4": {"TH": {"n": 380, "d": 405}}})
    typed, shared = row_of(w.report, "1.4"), row_of(w.report, "2.2")
    assert (typed.d, typed.total_from) == (405, "")
    assert (shared.n, shared.d, shared.total_from) == (None, 405, "mục 3")


def test_the_schools_own_total_is_left_alone(open_world: SimpleNamespace) -> None:
    w = open_world
    same_people(w)
    type_in(w.report, w.principal, {"1.4": {"TH": {"n": 380, "d": 405}}, "2.2": {"TH": {"d": 390}}})
    assert (row_of(w.report, "2.2").d, row_of(w.report, "2.2").total_from) == (390, "")
    type_in(w.report, w.principal, {"1.2": {"": {"n": 1, "d": 31}}})
    assert row_of(w.report, "1.2").d == 31


def test_a_total_that_was_emptied_is_filled_in_again(open_world: SimpleNamespace) -> None:
    w = open_world
    type_in(w.report, w.principal, {"1.2": {"": {"n": 24, "d": 28}}})
    type_in(w.report, w.principal, {"1.2": {"": {"n": 24}}})
    assert (row_of(w.report, "1.2").d, row_of(w.report, "1.2").total_from) == (30, "danh mục trường")


# --- two rounds that ask the same ----------------------------------------------------------------


def test_what_two_rounds_ask_is_typed_once(open_world: SimpleNamespace) -> None:
    w = open_world
    report_in(another_round(w), w.principal, ANSWERS)
    form = form_of(w.report)
    assert form.values == ANSWERS
    assert form.unanswered == 0
    assert {row.answer_from for question in form.questions for row in question.rows} == {"báo cáo Sơ kết 2026"}
    assert row_of(w.report, "1.2").total_from == "báo cáo Sơ kết 2026"


@pytest.mark.parametrize("differs", [{"year": 2025}, {"school_year": 2025}])
def test_another_year_or_school_year_is_another_question(open_world: SimpleNamespace, differs: dict[str, int]) -> None:
    report_in(another_round(open_world, **differs), open_world.principal, ANSWERS)
    assert form_of(open_world.report).answered == 0


def test_a_draft_of_another_round_is_no_answer_yet(open_world: SimpleNamespace) -> None:
    type_in(another_round(open_world), open_world.principal, ANSWERS)
    assert form_of(open_world.report).answered == 0


def test_the_answer_of_this_draft_goes_before(open_world: SimpleNamespace) -> None:
    w = open_world
    type_in(w.report, w.principal, {"1.1": {"": {"n": 0}}, "1.2": {"": {"n": 20, "d": 29}}})
    report_in(another_round(w), w.principal, ANSWERS)
    assert (row_of(w.report, "1.1").n, row_of(w.report, "1.1").answer_from) == (0, "")
    assert (row_of(w.report, "1.2").n, row_of(w.report, "1.2").d) == (20, 29)
    assert row_of(w.report, "1.4").n == 380


def test_an_answer_that_was_emptied_stays_empty_and_is_missing(open_world: SimpleNamespace) -> None:
    w = open_world
    report_in(another_round(w), w.principal, ANSWERS)
    emptied = {code: rows for code, rows in ANSWERS.items() if code not in ("1.1", "1.2")}
    type_in(w.report, w.principal, emptied)
    form = form_of(w.report)
    assert [question.code for question in form.questions if not question.is_answered] == ["1.1", "1.2"]
    errors = rules.problems(form.questions, form.values).errors
    assert [(error.kind, error.code) for error in errors] == [("missing", "1.1"), ("missing", "1.2")]


def test_an_answer_that_is_corrected_no_longer_names_the_other_round(open_world: SimpleNamespace) -> None:
    w = open_world
    report_in(another_round(w), w.principal, ANSWERS)
    type_in(w.report, w.principal, ANSWERS | {"1.2": {"": {"n": 25, "d": 30}}})
    assert (row_of(w.report, "1.2").n, row_of(w.report, "1.2").answer_from) == (25, "")
    assert row_of(w.report, "1.4").answer_from == "báo cáo Sơ kết 2026"


def test_a_report_that_is_filled_in_is_not_submitted_until_somebody_does(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w = open_world
    report_in(another_round(w), w.principal, ANSWERS)
    client = client_of(w.principal)
    page = client.get(reverse("collection:report_form", args=[w.report.pk])).content.decode()
    assert 'value="24"' in page and "theo báo cáo Sơ kết 2026" in page
    checked = client.get(reverse("collection:report_check", args=[w.report.pk])).content.decode()
    assert "24 trên 30" in checked and "380 trên 400" in checked and 'name="token"' in checked
    w.report.refresh_from_db()
    assert (w.report.state, Draft.objects.get(pk=w.report.pk).values) == ("not_started", {})


def test_what_another_round_says_meanwhile_is_shown_before_it_is_sent(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w, client = open_world, client_of(open_world.principal)
    other = another_round(w)
    report_in(other, w.principal, ANSWERS)
    check = client.get(reverse("collection:report_check", args=[w.report.pk])).context
    Value.objects.filter(submission__report=other, indicator__code="1.2").update(numerator=25)

    posted = {"token": check["token"], "version": check["version"], "shown": check["mark"]}
    answer = client.post(reverse("collection:report_submit", args=[w.report.pk]), posted, follow=True)

    assert not Submission.objects.filter(report=w.report).exists()
    assert answer.redirect_chain[-1][0] == reverse("collection:report_check", args=[w.report.pk])
    posted["shown"] = answer.context["mark"]
    client.post(reverse("collection:report_submit", args=[w.report.pk]), posted)
    assert Value.objects.get(submission__report=w.report, indicator__code="1.2").numerator == 25


def test_a_program_that_leaves_an_answer_out_is_told_so(open_world: SimpleNamespace, api_of: Any) -> None:
    w = open_world
    report_in(another_round(w), w.principal, ANSWERS)
    sent = {"values": {"1.1": {"": {"n": 1}}}, "token": str(uuid.uuid4())}
    answer = api_of(w.principal).post(f"/api/v1/reports/{w.report.pk}/submit/", sent, format="json")
    assert answer.status_code == 400
    missing = [problem["code"] for problem in answer.json()["problems"] if problem["kind"] == "missing"]
    assert missing == ["1.2", "1.4", "2.1"]


def test_a_submission_is_read_as_it_was_whatever_another_round_says(open_world: SimpleNamespace) -> None:
    w = open_world
    submission = report_in(w.report, w.principal, ANSWERS)
    more = make.make_indicator(w.campaign, "3.1")
    w.indicators["3.1"] = more
    w.round.round_indicators.create(indicator=more, order=9)
    report_in(another_round(w, "3.1"), w.principal, {"3.1": {"": {"n": 1, "d": 1}}})
    assert row_of(w.report, "3.1").n == 1
    report = Report.objects.select_related("round").get(pk=w.report.pk)
    read = form_spec.form_of_submission(report, submission)
    assert [question.rows[0].n for question in read.questions if question.code == "3.1"] == [None]


# --- what seldom changes -------------------------------------------------------------------------


def with_last_round(w: SimpleNamespace, *rarely: str) -> None:
    Indicator.objects.filter(code__in=rarely).update(rarely_changes=True)
    last = another_round(w, year=2025, school_year=2025, name="Sơ kết 2025")
    report_in(last, w.principal, ANSWERS)
    Round.objects.filter(pk=w.round.pk).update(previous=last.round)


def test_what_seldom_changes_is_filled_in_from_the_last_round(open_world: SimpleNamespace) -> None:
    w = open_world
    with_last_round(w, "2.1")
    row = row_of(w.report, "2.1")
    assert (row.n, row.answer_from) == (0, "đợt trước (Sơ kết 2025)")
    assert row_of(w.report, "1.1").n is None
    type_in(w.report, w.principal, {"2.1": {"": {"n": 1}}})
    assert (row_of(w.report, "2.1").n, row_of(w.report, "2.1").answer_from) == (1, "")


def test_people_are_counted_anew_each_round(open_world: SimpleNamespace) -> None:
    with_last_round(open_world, "1.2")
    row = row_of(open_world.report, "1.2")
    assert (row.n, row.d, row.previous) == (None, 30, Rate(24, 30))


def test_how_many_people_there_were_last_year_is_no_total_of_this_year(open_world: SimpleNamespace) -> None:
    with_last_round(open_world)
    Headcount.objects.filter(unit=open_world.th_a).delete()
    assert (row_of(open_world.report, "1.2").d, row_of(open_world.report, "1.2").previous) == (None, Rate(24, 30))


def test_a_round_that_asks_the_same_now_goes_before_the_last_round(open_world: SimpleNamespace) -> None:
    w = open_world
    with_last_round(w, "2.1")
    report_in(another_round(w, "2.1", name="Chuyên đề"), w.principal, {"2.1": {"": {"n": 1}}})
    assert (row_of(w.report, "2.1").n, row_of(w.report, "2.1").answer_from) == (1, "báo cáo Chuyên đề")


# --- what it costs -------------------------------------------------------------------------------


def test_the_form_costs_four_queries_whatever_was_reported_before(
    open_world: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    w = open_world
    report = Report.objects.select_related("round", "unit").get(pk=w.report.pk)
    with django_assert_num_queries(4):
        form_spec.build_form(report, {}, {})
    with_last_round(w, "2.1")
    for _more in range(3):
        report_in(another_round(w), w.principal, ANSWERS)
    report = Report.objects.select_related("round", "unit").get(pk=w.report.pk)
    with django_assert_num_queries(4):
        assert form_spec.build_form(report, {}, {}).unanswered == 0


# --- the row itself ------------------------------------------------------------------------------


def test_a_row_tells_apart_what_was_typed_and_what_was_given() -> None:
    offer = Offered(24, 30, "báo cáo Sơ kết")
    asked = Question(1, 1, "1.2", "", "", "", "", "people", "staff", (Row("", known=31, offered=offer),))

    def filled(**cells: Any) -> Row:
        (question,) = rules.answered([asked], {"1.2": {"": cells}})
        return question.rows[0]

    assert (filled().n, filled().d, filled().total_from) == (24, 30, "báo cáo Sơ kết")
    assert filled(d=31).total_from == ""
    assert filled(n=20).answer_from == "" and filled(n=20).d == 30
    assert filled(n=None).n is None and filled(n=None).cells == {"n": None, "d": 30}
    assert Row("", known=31, d=31).cells == {"d": 31}
