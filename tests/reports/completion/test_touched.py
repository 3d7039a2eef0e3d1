"""After a submission only what it touches is computed; what comes out is what a whole computation gives."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.collection.errors import DraftConflict, ReportClosed
from reports.collection.services import submit_report
from reports.completion import services
from reports.models import CompletionDue, CompletionPart, CompletionRate, Report, Round
from schools.models import Unit
from tests import factories as make
from tests.reports.completion import brute
from tests.reports.completion.test_compute import build, schools, share, stored, submit

changes = st.lists(
    st.fixed_dictionaries(
        {
            "which": st.integers(0, 20),
            "act": st.sampled_from(["submit", "accept", "return", "exclude", "restore"]),
            "values": st.lists(share, min_size=8, max_size=8),
        }
    ),
    min_size=1,
    max_size=6,
)


def change(report: Report, act: str, values: list[tuple[int, int]]) -> None:
    """As the services leave the rows, with the note that they make."""
    reports = Report.objects.filter(pk=report.pk)
    if act == "submit" and report.current_submission_id is None:
        submit(report, values)
    elif act in {"accept", "return"} and report.current_submission_id is not None:
        reports.update(state={"accept": "accepted", "return": "returned"}[act])
    elif act == "exclude":
        reports.update(excluded_at=make.local(2026, 11, 2), exclusion_reason="Sáp nhập")
    elif act == "restore":
        reports.update(excluded_at=None, exclusion_reason="")
    services.note_due(round_id=report.round_id, report_id=report.pk)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drawn=schools.filter(bool), changed=changes)
def test_what_the_changes_touched_equals_brute_force(
    drawn: list[dict[str, Any]], changed: list[dict[str, Any]]
) -> None:
    with transaction.atomic():
        round_ = build(drawn)
        services.compute_completion(round_id=round_.pk)
        CompletionDue.objects.all().delete()
        for one in changed:
            reports = list(Report.objects.filter(round=round_).order_by("pk"))
            change(reports[one["which"] % len(reports)], one["act"], one["values"])
            services.compute_due_completion()
            assert stored(round_) == brute.Brute(round_).rates()
        assert not CompletionDue.objects.exists()
        transaction.set_rollback(True)


def primary_schools(communes: int, each: int) -> Round:
    """A round that asks primary schools for one share of staff and one yes or no; computed as a whole."""
    department = make.make_department()
    campaign = make.make_campaign(department)
    asked = [
        make.make_indicator(campaign, "yes"),
        make.make_indicator(campaign, "staff", kind="people", counted="staff"),
    ]
    round_ = make.make_round(campaign, department, asked, state="open", opened_at=make.local(2026, 11, 1))
    for place in range(communes):
        commune = make.make_commune(department, f"x{place}", f"Xã {place}")
        for number in range(each):
            school = make.make_school(f"Trường {place}.{number}", ["TH"], commune=commune, manager=commune)
            make.make_headcounts(school, 2026, staff=20, TH=100)
            make.make_report(round_, school)
    services.compute_completion(round_id=round_.pk)
    return round_


@pytest.mark.django_db
def test_after_one_submission_the_other_communes_are_not_written() -> None:
    round_ = primary_schools(communes=3, each=2)
    report = Report.objects.filter(round=round_).earliest("pk")
    others = CompletionRate.objects.filter(grouping="place").exclude(unit=report.commune_id).order_by("pk")
    before = list(others.values_list("pk", "computed_at"))
    change(report, "submit", [(1, 1)] * 8)
    services.compute_due_completion()
    assert list(others.values_list("pk", "computed_at")) == before
    assert stored(round_) == brute.Brute(round_).rates()


@pytest.mark.django_db
def test_it_costs_as_many_statements_in_a_large_province_as_in_a_small_one() -> None:
    counts = []
    for communes in (2, 8):
        with transaction.atomic():
            report = Report.objects.filter(round=primary_schools(communes=communes, each=2)).earliest("pk")
            CompletionDue.objects.all().delete()
            change(report, "submit", [(1, 1)] * 8)
            with CaptureQueriesContext(connection) as queries:
                services.compute_due_completion()
            counts.append(len(queries))
            transaction.set_rollback(True)
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_a_round_computed_before_there_were_parts_is_computed_whole() -> None:
    round_ = primary_schools(communes=2, each=1)
    CompletionPart.objects.all().delete()
    change(Report.objects.filter(round=round_).earliest("pk"), "submit", [(1, 1)] * 8)
    services.compute_due_completion()
    assert stored(round_) == brute.Brute(round_).rates()


@pytest.mark.django_db
def test_a_school_that_stands_in_no_commune_counts_in_the_province() -> None:
    round_ = primary_schools(communes=1, each=1)
    department = Unit.objects.get(code="37")
    report = make.make_report(round_, make.make_school("Trường của Sở", ["TH"], commune=None, manager=department))
    services.compute_completion(round_id=round_.pk)
    change(report, "submit", [(1, 1)] * 8)
    services.compute_due_completion()
    change(Report.objects.filter(round=round_).earliest("pk"), "submit", [(1, 1)] * 8)
    services.compute_due_completion()
    assert stored(round_) == brute.Brute(round_).rates()


@pytest.mark.django_db(transaction=True)
def test_principals_submitting_in_parallel_leave_what_a_whole_computation_gives() -> None:
    """32 at once, one school twice among them, each followed by a drain of the notes."""
    round_ = primary_schools(communes=4, each=8)
    reports = list(Report.objects.filter(round=round_).order_by("pk"))
    users = {report.pk: make.make_user(f"ht{report.pk}", report.unit) for report in reports}
    start = threading.Barrier(len(reports) + 1)
    errors: list[BaseException] = []
    refused: list[Report] = []

    def work(report: Report, staff: int) -> None:
        try:
            start.wait()
            values: Any = {"yes": {"": {"n": staff % 2, "d": 1}}, "staff": {"": {"n": staff, "d": 20}}}
            submit_report(report=report, by=users[report.pk], token=uuid.uuid4(), values=values, narrative={})
            services.compute_due_completion()
        except (ReportClosed, DraftConflict):
            refused.append(report)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(one, n % 20)) for n, one in enumerate([*reports, reports[5]])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert refused == [reports[5]]
    assert Report.objects.filter(state="submitted").count() == len(reports)
    services.compute_due_completion()
    assert stored(round_) == brute.Brute(round_).rates()
