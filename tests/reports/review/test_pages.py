"""What a reviewer is shown, told and led to."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts.models import AuditEntry
from reports.collection.services import submit_report
from reports.models import Draft, Report, ReviewStep, Round, Submission
from tests import factories as make
from tests.reports.review.conftest import NOW, decide, fresh, hand_in, url, warn

ClientOf = Callable[[Any], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with freeze_time(NOW) as frozen:
        yield frozen


def shown(client: Client, report: Report, query: str = "") -> str:
    return " ".join(client.get(url("report_review", report.pk) + query).content.decode().split())


def all_wait(w: SimpleNamespace) -> list[Report]:
    Round.objects.update(commune_reviews_first=False)
    reports = [w.reports[unit.pk] for unit in w.schools]
    for report in reports:
        hand_in(w, fresh(report))
    return reports


def test_deciding_stays_within_the_filter(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    reports, client = all_wait(open_world), client_of(open_world.officer)
    for report in (reports[0], reports[2]):
        warn(fresh(report), "all_full")
    query = "?canh-bao=co"
    page = client.get(url("queue") + query).content.decode()
    assert "2 báo cáo chờ bạn duyệt" in page and url("report_review", reports[0].pk) + query in page
    assert "1 / 2" in shown(client, reports[0], query)
    sent = {"version": fresh(reports[0]).version}
    answer = client.post(url("report_accept", reports[0].pk) + query, sent)
    assert answer["Location"] == url("report_review", reports[2].pk) + query
    sent = {"version": fresh(reports[2]).version}
    last = client.post(url("report_accept", reports[2].pk) + query, sent)
    assert last["Location"] == url("queue") + query


@pytest.mark.parametrize(("warned", "count"), [("co", 1), ("khong", 2), ("chua", 1), ("la", 4), ("", 4)])
def test_the_queue_is_narrowed_by_warnings(
    open_world: SimpleNamespace, client_of: ClientOf, warned: str, count: int
) -> None:
    reports = all_wait(open_world)
    warn(fresh(reports[0]), "swapped", "all_full")
    Submission.objects.filter(report=reports[1]).update(warnings=None)
    page = client_of(open_world.officer).get(url("queue"), {"canh-bao": warned}).content.decode()
    assert f"{count} báo cáo chờ bạn duyệt" in page
    assert ("2 cảnh báo" in page) == (warned in ("co", "la", ""))


def test_warnings_are_shown_beside_what_they_are_about(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    assert "Cảnh báo</span>" not in shown(client, report)
    warn(report, "swapped")
    page = shown(client, report)
    assert "1 cảnh báo khi nộp" in page and 'class="odd"' in page
    assert "Mục 2: có thể số đạt và tổng số đang bị đổi chỗ cho nhau." in page
    Submission.objects.filter(report=report).update(warnings=None)
    assert "chưa có cảnh báo để xem" in shown(client, report)


def test_a_value_stands_beside_that_of_the_last_round(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    last = make.make_round(open_world.campaign, open_world.department, list(open_world.indicators.values()))
    Round.objects.filter(pk=last.pk).update(state="open", opened_at=NOW)
    hand_in(open_world, make.make_report(fresh_round(last), open_world.th_a), n=12)
    Round.objects.filter(pk=open_world.round.pk).update(previous=last)
    report = hand_in(open_world, fresh(open_world.report), n=15)
    page = shown(client_of(open_world.officer), report)
    assert "12 trên 30" in page and "+3 người" in page and "+10,0 điểm %" in page


def fresh_round(round_: Round) -> Round:
    return Round.objects.get(pk=round_.pk)


def test_who_came_second_is_told_who_when_and_what(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = hand_in(open_world, open_world.report)
    decide(client_of(open_world.officer), "accept", report)
    sent = {"version": report.version, "comment": "Sai ở mục 2."}
    answer = client_of(open_world.other_officer).post(url("report_return", report.pk), sent, follow=True)
    page = answer.content.decode()
    assert "chuyenvien (Phòng Công tác học sinh, sinh viên) đã chấp nhận báo cáo này lúc 08:30 21/11/2026" in page
    assert "Ý kiến bạn viết chưa được gửi: “Sai ở mục 2.”" in page


def test_quick_comments_are_ticked_without_javascript(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(open_world.officer)
    assert 'name="mau" value="tong-so"' in shown(client, report)
    decide(client, "return", report, "Số học sinh lớp 3.", mau=["tong-so", "minh-chung", "la"])
    said = ReviewStep.objects.get(kind="returned").comment
    assert said == "Kiểm tra lại tổng số.\nBổ sung minh chứng.\nSố học sinh lớp 3."


def test_a_tick_alone_is_a_reason(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = hand_in(open_world, open_world.report)
    decide(client_of(open_world.officer), "return", report, mau=["tong-so"])
    assert fresh(report).state == "returned"


@pytest.mark.parametrize("who", ["commune_officer", "officer"])
def test_a_comment_decides_nothing_and_the_school_reads_it(
    open_world: SimpleNamespace, client_of: ClientOf, who: str
) -> None:
    report, client = hand_in(open_world, open_world.report), client_of(getattr(open_world, who))
    assert decide(client, "comment", report).status_code == 400
    decide(client, "comment", report, "Đề nghị nộp thêm ảnh.")
    decide(client, "comment", report, "Đề nghị nộp thêm ảnh.")
    assert (fresh(report).state, fresh(report).version) == ("submitted", report.version)
    step = ReviewStep.objects.get(kind="commented")
    assert (step.by, step.comment) == (getattr(open_world, who), "Đề nghị nộp thêm ảnh.")
    assert AuditEntry.objects.get(action="report.comment").reason == step.comment
    school = client_of(open_world.principal)
    address = reverse("collection:report_form", args=[report.pk])
    assert "Đề nghị nộp thêm ảnh." in school.get(address).content.decode()
    decide(client_of(open_world.officer), "return", report, "Sửa mục 2.")
    form = school.get(address).content.decode()
    assert 'name="n-1.2-"' in form and "Đề nghị nộp thêm ảnh." in form


def test_the_communes_words_go_with_what_it_passes_on(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report = hand_in(open_world, open_world.report)
    decide(client_of(open_world.commune_officer), "accept", report, "Xã đã đối chiếu với trường.")
    assert "Xã đã đối chiếu với trường." in shown(client_of(open_world.officer), report)


def test_one_hand_that_entered_and_accepts_is_marked(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    report, client = open_world.report, client_of(open_world.officer)
    Draft.objects.filter(pk=report.pk).update(entrusted_to=open_world.officer, entrusted_reason="Trường mất mạng")
    values: dict[str, Any] = {"1.1": {"": {"n": 1}}, "1.2": {"": {"n": 15}}, "2.1": {"": {"n": 0}}}
    values["1.4"] = {"TH": {"n": 300}}
    submit_report(
        report=report,
        by=open_world.officer,
        token=uuid.uuid4(),
        values=values,
        narrative={},
        on_behalf_reason="Trường mất mạng",
    )
    assert "Bản 1 do chuyenvien nhập thay" in shown(client_of(open_world.other_officer), report)
    assert "Người nhập thay cũng là người duyệt" not in shown(client_of(open_world.other_officer), report)
    assert "Người nhập thay cũng là người duyệt" in shown(client, report)
    Report.objects.update(awaiting_commune=False)
    assert "nhập thay</span>" in client.get(url("queue")).content.decode()
    decide(client, "accept", report)
    entry = AuditEntry.objects.get(action="report.accept")
    assert entry.after == {"state": "accepted", "entered_by_reviewer": True}
    history = client_of(open_world.principal).get(reverse("collection:report_form", args=[report.pk]))
    assert "Người nhập thay cũng là người duyệt" in history.content.decode()
