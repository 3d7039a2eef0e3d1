"""What is not strange is accepted in one act, and that act can be taken back."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from freezegun import freeze_time

from accounts.models import AuditEntry
from reports.models import CompletionDue, Draft, Report, ReviewStep, Submission
from reports.review import bulk, services
from tests import factories as make
from tests.conftest import build_world, open_round_of
from tests.reports.review.conftest import NOW, decide, fresh, hand_in, url, warn

ClientOf = Callable[[Any], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW) as frozen:
        yield frozen


def department_world(w: SimpleNamespace) -> list[Report]:
    """All four reports wait for the department, with nothing strange."""
    w.round.commune_reviews_first = False
    w.round.save()
    return [hand_in(w, w.reports[unit.pk]) for unit in w.schools]


def preview(client: Client, **query: Any) -> Any:
    return client.get(url("bulk_accept"), query)


def press(client: Client, page: Any, **more: Any) -> Any:
    sent = {"batch": str(page.context["batch"]), "versions": page.context["versions"], **more}
    return client.post(url("bulk_accept"), sent, follow=True)


def states(reports: list[Report]) -> list[str]:
    return [fresh(report).state for report in reports]


def test_what_is_not_strange_is_accepted_in_one_act(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    reports, client = department_world(open_world), client_of(open_world.officer)
    CompletionDue.objects.all().delete()
    assert "Chấp nhận 4 báo cáo không có cảnh báo" in client.get(url("queue")).content.decode()
    page = preview(client)
    assert "Chấp nhận 4 trong 4 báo cáo chờ duyệt" in page.content.decode()
    assert states(reports) == ["submitted"] * 4
    assert "Đã chấp nhận cùng lúc 4 báo cáo" in press(client, page).content.decode()
    assert states(reports) == ["accepted"] * 4
    assert {fresh(report).accepted_at for report in reports} == {NOW}
    assert ReviewStep.objects.filter(kind="accepted", by=open_world.officer).count() == 4
    assert AuditEntry.objects.filter(action="report.accept", actor=open_world.officer).count() == 4
    assert CompletionDue.objects.count() == 4


def test_the_page_says_what_is_left_and_why(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    reports, client = department_world(open_world), client_of(open_world.officer)
    warn(reports[0], "all_full")
    Submission.objects.filter(report=reports[1]).update(warnings=None)
    decide(client, "return", reports[2], "Xem lại.")
    hand_in(open_world, fresh(reports[2]), n=16)
    Submission.objects.filter(report=reports[3]).update(on_behalf_reason="Mất mạng", submitted_by=open_world.officer)
    own = make.make_report(open_world.round, open_world.commune_b)
    own.levels = 0
    hand_in(open_world, own)
    text = " ".join(preview(client).content.decode().split())
    assert "Để lại 5 báo cáo" in text
    for words in (
        "1 có cảnh báo",
        "1 nộp trước khi cổng kiểm tra",
        "1 nộp lại sau khi bị trả",
        "1 do chính bạn nhập thay",
        "1 báo cáo tổng hợp của xã, phường",
    ):
        assert words in text
    assert "Chấp nhận 1 trong 5" in preview(client_of(open_world.other_officer)).content.decode()


def test_what_is_strange_is_not_accepted_even_if_it_is_sent(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    reports, client = department_world(open_world), client_of(open_world.officer)
    page = preview(client)
    warn(reports[0], "swapped")
    said = press(client, page).content.decode()
    assert states(reports) == ["submitted", "accepted", "accepted", "accepted"]
    assert "1 báo cáo vừa thay đổi nên không được chấp nhận: Trường TH Gia Viễn." in said


def test_what_changed_meanwhile_is_left_out_and_named(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    reports, client = department_world(open_world), client_of(open_world.officer)
    page = preview(client)
    decide(client_of(open_world.other_officer), "return", reports[1], "Kiểm tra.")
    said = press(client, page).content.decode()
    assert states(reports) == ["accepted", "returned", "accepted", "accepted"]
    assert "1 báo cáo vừa thay đổi nên không được chấp nhận: Trường TH&amp;THCS Gia Lâm." in said


def test_a_page_older_than_the_report_accepts_it_not(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    reports, client = department_world(open_world), client_of(open_world.officer)
    page, other = preview(client), client_of(open_world.other_officer)
    decide(other, "return", reports[1], "Nhầm trường.")
    decide(other, "undo", reports[1])
    press(client, page)
    assert states(reports) == ["accepted", "submitted", "accepted", "accepted"]


def test_a_report_can_be_left_out_by_a_tick(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    reports, client = department_world(open_world), client_of(open_world.officer)
    press(client, preview(client), bo=[str(reports[2].pk)])
    assert states(reports) == ["accepted", "accepted", "submitted", "accepted"]


def test_the_filter_of_the_queue_holds(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    reports, client = department_world(open_world), client_of(open_world.officer)
    page = preview(client, xa=open_world.commune_b.pk)
    assert "Chấp nhận 1 trong 1" in page.content.decode()
    press(client, page)
    assert states(reports) == ["submitted", "submitted", "submitted", "accepted"]


def test_the_communes_act_passes_on_to_the_department(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.commune_officer)
    foreign = hand_in(open_world, open_world.reports[open_world.mn_b.pk])
    assert "Chấp nhận 1 trong 1" in preview(client).content.decode()
    sent = {"batch": str(uuid.uuid4()), "versions": f"{report.pk}:{report.version},{foreign.pk}:{foreign.version}"}
    said = client.post(url("bulk_accept"), sent, follow=True).content.decode()
    assert (fresh(report).state, fresh(report).awaiting_commune) == ("submitted", False)
    assert fresh(foreign).awaiting_commune and "Trường MN" not in said
    assert ReviewStep.objects.filter(kind="forwarded").count() == 1


def test_pressed_twice_it_is_done_once(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    department_world(open_world)
    client = client_of(open_world.officer)
    page = preview(client)
    first, second = press(client, page), press(client, page)
    assert first.redirect_chain == second.redirect_chain
    assert "không được chấp nhận" not in second.content.decode()
    assert ReviewStep.objects.filter(kind="accepted").count() == 4


@pytest.mark.parametrize("versions", ["", "x", "1:2:3", "-1:0", "99999999:1", "1:" + "9" * 40])
def test_what_the_page_never_sent_accepts_nothing(
    open_world: SimpleNamespace, client_of: ClientOf, versions: str
) -> None:
    reports = department_world(open_world)
    sent = {"batch": str(uuid.uuid4()), "versions": versions}
    assert client_of(open_world.officer).post(url("bulk_accept"), sent).status_code == 302
    assert states(reports) == ["submitted"] * 4


def test_the_act_is_taken_back_whole(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    reports, client = department_world(open_world), client_of(open_world.officer)
    page = preview(client)
    press(client, page)
    said = client.post(url("bulk_undo", page.context["batch"]), follow=True).content.decode()
    assert "Đã hoàn tác 4 báo cáo" in said
    assert [(fresh(report).state, fresh(report).accepted_at) for report in reports] == [("submitted", None)] * 4
    assert ReviewStep.objects.filter(kind="undone").count() == 4
    assert AuditEntry.objects.filter(action="report.undo").count() == 4
    assert "Chấp nhận 4 báo cáo" in client.get(url("queue")).content.decode()


def test_what_has_moved_on_is_left_when_the_act_is_taken_back(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    reports, client = department_world(open_world), client_of(open_world.officer)
    page = preview(client)
    press(client, page)
    decide(client, "reopen", reports[0], "Trường xin sửa.")
    decide(client, "undo", reports[3])
    said = client.post(url("bulk_undo", page.context["batch"]), follow=True).content.decode()
    assert states(reports) == ["returned", "submitted", "submitted", "submitted"]
    assert "2 báo cáo không hoàn tác được: Trường TH Gia Viễn, Trường MN Phát Diệm." in said


def test_nobody_elses_act_is_seen_or_taken_back(open_world: SimpleNamespace, client_of: ClientOf, clock: Any) -> None:
    reports, client = department_world(open_world), client_of(open_world.officer)
    page = preview(client)
    press(client, page)
    for user in (open_world.other_officer, open_world.commune_officer):
        assert client_of(user).get(url("bulk_show", page.context["batch"])).status_code == 404
        assert client_of(user).post(url("bulk_undo", page.context["batch"])).status_code == 404
    clock.tick(24 * 3600)
    client.post(url("bulk_undo", page.context["batch"]))
    assert states(reports) == ["accepted"] * 4


def make_many(w: SimpleNamespace, count: int) -> None:
    """Clean reports of new schools of the department, that wait."""
    w.round.commune_reviews_first = False
    w.round.save()
    for number in range(count):
        school = make.make_school(f"Trường số {number}", ["TH"], commune=w.commune_a, manager=w.commune_a)
        report = make.make_report(w.round, school)
        submission = Submission.objects.create(
            report=report, number=1, receipt=f"BC-{number}", submitted_at=NOW, submitted_by=w.principal, warnings=[]
        )
        Report.objects.filter(pk=report.pk).update(
            state="submitted", current_submission=submission, first_submitted_at=NOW
        )


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_costs_the_same_however_long_it_is(
    open_world: SimpleNamespace, client_of: ClientOf, django_assert_num_queries: Any, count: int
) -> None:
    make_many(open_world, count)
    client = client_of(open_world.officer)
    preview(client)
    with django_assert_num_queries(PREVIEW_QUERIES):
        assert f"Chấp nhận {count} trong {count}" in preview(client).content.decode()


PREVIEW_QUERIES = 5


def test_of_many_only_the_update_is_one_by_one(open_world: SimpleNamespace, django_assert_num_queries: Any) -> None:
    make_many(open_world, 30)
    versions = dict(Report.objects.filter(state="submitted").values_list("pk", "version"))
    CompletionDue.objects.all().delete()
    with django_assert_num_queries(30 + ACT_QUERIES):
        outcome = bulk.accept_reports(versions=versions, by=open_world.officer, batch=uuid.uuid4())
    assert len(outcome.done) == 30 and not outcome.skipped
    # One note that the whole round is to be computed, rather than one for each report.
    assert CompletionDue.objects.filter(round=open_world.round, report=None).count() == 1


# Who it is, whether it was begun, what is clean, two for the transaction, three writes, what is there.
ACT_QUERIES = 9


@pytest.mark.django_db(transaction=True)
def test_two_acts_and_a_return_at_one_moment_decide_each_report_once() -> None:
    world = open_round_of(build_world())
    make_many(world, 12)
    found = list(Report.objects.filter(state="submitted").select_related("round").order_by("pk"))
    versions = {report.pk: report.version for report in found}
    barrier, done = threading.Barrier(3), []

    def run(who: str) -> None:
        barrier.wait()
        try:
            if who == "return":
                for report in found[::-1]:
                    try:
                        services.return_report(
                            report=report, by=world.other_officer, version=report.version, comment="Xem lại."
                        )
                        done.append(report.pk)
                    except services.AlreadyDecided:
                        pass
            else:
                by = world.officer if who == "one" else world.admin
                outcome = bulk.accept_reports(versions=versions, by=by, batch=uuid.uuid4())
                done.extend(report.pk for report in outcome.done)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(who,)) for who in ("one", "two", "return")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(versions)
    assert ReviewStep.objects.count() == len(versions)
    assert Draft.objects.filter(report__in=found).count() == len(versions)
