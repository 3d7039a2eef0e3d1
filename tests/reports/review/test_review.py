from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts.models import AuditEntry
from reports.collection.services import submit_report
from reports.models import CompletionDue, Report, ReviewStep, Round, Submission
from reports.review import services
from tests import factories as make
from tests.conftest import build_world, open_round_of

ClientOf = Callable[[Any], Client]
NOW = make.local(2026, 11, 21, 8, 30)
VALUES: dict[str, Any] = {
    "1.1": {"": {"n": 1, "d": 1}},
    "1.2": {"": {"n": 24, "d": None}},
    "1.4": {"TH": {"n": 380, "d": None}},
    "2.1": {"": {"n": 0, "d": 1}},
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(f"review:{name}", args=args)


def submit(w: SimpleNamespace, report: Report | None = None, **more: Any) -> Report:
    report = report or w.report
    values = {**VALUES, "1.4": {code: {"n": 1, "d": None} for code in ("TH", "THCS", "THPT")}, **more}
    if report.pk == w.report.pk and not more:
        values = VALUES
    submit_report(report=report, by=w.principal, token=uuid.uuid4(), values=values, narrative={}, now=NOW)
    return Report.objects.select_related("round", "unit").get(pk=report.pk)


def decide(client: Client, verb: str, report: Report, comment: str = "", version: int | None = None) -> Any:
    sent = {"version": report.version if version is None else version, "comment": comment}
    return client.post(url(f"report_{verb}", report.pk), sent)


def state(report: Report) -> str:
    return Report.objects.get(pk=report.pk).state


def test_the_commune_looks_first_then_the_department_accepts(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = submit(open_world)
    commune, officer = client_of(open_world.commune_officer), client_of(open_world.officer)
    assert "1 báo cáo chờ bạn duyệt" in commune.get(url("queue")).content.decode()
    assert "Không có báo cáo nào chờ bạn duyệt" in officer.get(url("queue")).content.decode()
    decide(commune, "accept", report)
    report.refresh_from_db()
    assert (report.state, report.awaiting_commune) == ("submitted", False)
    assert "Không có báo cáo nào chờ bạn duyệt" in commune.get(url("queue")).content.decode()
    assert decide(commune, "accept", report).status_code == 403
    decide(officer, "accept", report)
    report.refresh_from_db()
    assert (report.state, report.accepted_at) == ("accepted", NOW)
    assert list(ReviewStep.objects.order_by("id").values_list("kind", flat=True)) == [
        "submitted",
        "forwarded",
        "accepted",
    ]


def test_the_department_need_not_wait_for_the_commune(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = submit(open_world)
    decide(client_of(open_world.officer), "accept", report)
    assert state(report) == "accepted"


def test_a_school_of_the_department_waits_for_no_commune(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = submit(open_world, open_world.reports[open_world.thpt_a.pk])
    commune = client_of(open_world.commune_officer)
    assert "Không có báo cáo nào" in commune.get(url("queue")).content.decode()
    assert decide(commune, "accept", report).status_code == 403
    assert "1 báo cáo chờ bạn duyệt" in client_of(open_world.officer).get(url("queue")).content.decode()


def test_a_return_needs_a_reason_and_keeps_the_version(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = submit(open_world), client_of(open_world.officer)
    refused = decide(client, "return", report, "   ")
    assert refused.status_code == 400
    assert "Viết ý kiến để đơn vị biết sửa gì." in refused.content.decode()
    assert state(report) == "submitted"
    decide(client, "return", report, "Kiểm tra mục 2.")
    assert state(report) == "returned"
    assert ReviewStep.objects.get(kind="returned").comment == "Kiểm tra mục 2."
    assert Submission.objects.filter(report=report).count() == 1


def test_after_a_resubmission_what_changed_is_marked(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = submit(open_world), client_of(open_world.officer)
    decide(client, "return", report, "Kiểm tra mục 2.")
    report = submit(open_world, report, **{"1.2": {"": {"n": 29, "d": None}}, "1.4": {"TH": {"n": 380, "d": None}}})
    page = client.get(url("report_review", report.pk)).content.decode()
    assert "1 trong 9 mục đã thay đổi" in page and "“Kiểm tra mục 2.”" in page
    assert "<del>24 trên 30</del>" in page and "<ins>29 trên 30</ins>" in page and "+5" in page
    assert page.count('class="chg"') == 1


def test_deciding_opens_the_next_that_waits(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    first = submit(open_world, open_world.reports[open_world.thpt_a.pk])
    with freeze_time("2026-11-21 09:00:00+07:00"):
        second = make.make_report(open_world.round, open_world.commune_b)
        words = {"missing": "Trường đang chuyển địa điểm."}
        submit_report(report=second, by=open_world.commune_officer_b, token=uuid.uuid4(), values={}, narrative=words)
    client = client_of(open_world.officer)
    assert decide(client, "accept", first).url == url("report_review", second.pk)
    second.refresh_from_db()
    assert decide(client, "accept", second).url == url("queue")


def test_of_two_reviewers_the_second_is_told(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = submit(open_world)
    decide(client_of(open_world.officer), "accept", report)
    answer = decide(client_of(open_world.other_officer), "return", report, "Sai rồi.")
    assert answer.url == url("report_review", report.pk)
    assert state(report) == "accepted"
    assert not ReviewStep.objects.filter(kind="returned").exists()


def test_a_decision_on_an_older_version_changes_nothing(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = submit(open_world)
    decide(client_of(open_world.officer), "accept", report, version=report.version - 1)
    assert state(report) == "submitted"


def test_an_accepted_report_is_reopened_with_a_reason(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = submit(open_world), client_of(open_world.officer)
    decide(client, "accept", report)
    report.refresh_from_db()
    assert decide(client, "reopen", report).status_code == 400
    decide(client, "reopen", report, "Trường xin sửa số học sinh.")
    report.refresh_from_db()
    assert (report.state, report.accepted_at) == ("returned", None)
    assert ReviewStep.objects.get(kind="reopened").comment == "Trường xin sửa số học sinh."


def test_the_commune_does_not_reopen_what_the_department_accepted(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    report = submit(open_world)
    decide(client_of(open_world.officer), "accept", report)
    report.refresh_from_db()
    decide(client_of(open_world.commune_officer), "reopen", report, "Sửa.")
    assert state(report) == "accepted"


def test_nothing_is_decided_in_a_closed_round(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = submit(open_world)
    Round.objects.update(state="closed", closed_at=NOW)
    assert decide(client_of(open_world.officer), "accept", report).status_code == 403
    with pytest.raises(services.AlreadyDecided):
        services.accept_report(report=report, by=open_world.officer, version=report.version)


def test_a_commune_reviews_the_rounds_that_it_receives(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    own = make.make_round(open_world.campaign, open_world.commune_a, [], deadline_on=None, commune_reviews_first=True)
    Round.objects.filter(pk=own.pk).update(state="open", opened_at=NOW)
    report = make.make_report(own, open_world.th_a)
    submit_report(report=report, by=open_world.principal, token=uuid.uuid4(), values={}, narrative={})
    report.refresh_from_db()
    assert report.awaiting_commune is False
    decide(client_of(open_world.commune_officer), "accept", report)
    assert state(report) == "accepted"


@pytest.mark.parametrize("verb", ["accept", "return", "reopen"])
def test_who_may_not_review_is_turned_away(open_world: SimpleNamespace, client_of: ClientOf, verb: str) -> None:
    report = submit(open_world)
    for user in (open_world.principal, open_world.viewer):
        assert decide(client_of(user), verb, report, "Ý kiến").status_code == 403
    for user in (open_world.principal_b, open_world.commune_officer_b):
        assert decide(client_of(user), verb, report, "Ý kiến").status_code == 404
    assert client_of(open_world.officer).get(url(f"report_{verb}", report.pk)).status_code == 405
    assert Report.objects.get(pk=report.pk).version == report.version


@pytest.mark.parametrize("role", ["principal", "viewer"])
def test_the_queue_is_for_reviewers(open_world: SimpleNamespace, client_of: ClientOf, role: str) -> None:
    assert client_of(getattr(open_world, role)).get(url("queue")).status_code == 403


def test_each_decision_is_recorded_and_asks_for_new_rates(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = submit(open_world)
    CompletionDue.objects.all().delete()
    decide(client_of(open_world.officer), "return", report, "Xem lại.")
    entry = AuditEntry.objects.get(action="report.return")
    assert (entry.actor, entry.reason, entry.before, entry.after) == (
        open_world.officer,
        "Xem lại.",
        {"state": "submitted"},
        {"state": "returned"},
    )
    assert CompletionDue.objects.filter(report=report).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_however_long_it_is(
    open_world: SimpleNamespace, client_of: ClientOf, django_assert_num_queries: Any, count: int
) -> None:
    open_world.round.commune_reviews_first = False
    open_world.round.save()
    for unit in (open_world.th_a, open_world.thpt_a, open_world.thths_a)[:count]:
        submit(open_world, open_world.reports[unit.pk])
    client = client_of(open_world.officer)
    client.get(url("queue"))
    with django_assert_num_queries(QUEUE_QUERIES):
        assert f"{count} báo cáo chờ" in client.get(url("queue")).content.decode()


QUEUE_QUERIES = 10


@pytest.mark.django_db(transaction=True)
def test_of_decisions_at_one_moment_one_wins() -> None:
    world = open_round_of(build_world())
    report = submit(world)
    barrier, results = threading.Barrier(4), []

    def run(accept: bool) -> None:
        barrier.wait()
        try:
            if accept:
                services.accept_report(report=report, by=world.officer, version=report.version)
            else:
                services.return_report(report=report, by=world.admin, version=report.version, comment="Sai.")
            results.append("won")
        except services.AlreadyDecided:
            results.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place % 2 == 0,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["told", "told", "told", "won"]
    assert ReviewStep.objects.exclude(kind="submitted").count() == 1
