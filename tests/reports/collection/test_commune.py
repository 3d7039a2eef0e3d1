from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from openpyxl import load_workbook

from accounts.models import User
from reports.collection import commune, form_spec, services
from reports.collection.errors import ReportInvalid
from reports.completion import services as completion
from reports.completion.selectors import commune_now, rates
from reports.exports.workbook import round_workbook
from reports.models import Basis, CommuneSummary, Draft, Grouping, Report, ReportState, Submission
from reports.review.services import return_report
from tests import factories as make
from tests.conftest import build_world, open_round_of

ClientOf = Callable[[User], Client]
Submit = Callable[..., Report]
NOW = make.local(2026, 11, 21, 8, 30)
WHY = "Trường THPT Gia Viễn A đang chuyển địa điểm."


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


@pytest.fixture
def own(computed_world: SimpleNamespace) -> Report:
    """Commune A's own report: of its three schools the high school is silent."""
    return make.make_report(computed_world.round, computed_world.commune_a)


def send(report: Report, by: User, **words: str) -> Submission:
    return services.submit_report(report=report, by=by, token=uuid4(), values={}, narrative=words, now=NOW)


def words_of(response: Any) -> str:
    html = response.content.decode().split("<main", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_sums_from_the_rows_are_those_that_are_computed(computed_world: SimpleNamespace) -> None:
    w = computed_world
    stored = rates(round_id=w.round.pk, basis=Basis.PROVISIONAL, grouping=Grouping.PLACE, unit_ids=[w.commune_a.pk])
    now = commune_now(round_id=w.round.pk, commune_id=w.commune_a.pk)
    assert now.rates == {(indicator, level): value for (_unit, indicator, level), value in stored.items()}
    assert now.schools == {w.th_a.pk: True, w.thths_a.pk: True, w.thpt_a.pk: False}


def test_without_a_reason_nothing_is_sent_while_a_school_is_silent(
    computed_world: SimpleNamespace, own: Report
) -> None:
    with pytest.raises(ReportInvalid) as refused:
        send(own, computed_world.commune_officer, results="Tốt", missing="   ")
    (problem,) = refused.value.problems.errors
    assert "còn 1 trường chưa nộp (Trường THPT Gia Viễn A)" in problem.text
    assert (problem.field, problem.anchor) == ("missing", "missing")
    assert not Submission.objects.filter(report=own).exists()
    assert Report.objects.get(pk=own.pk).state == ReportState.NOT_STARTED


def test_sending_keeps_the_sums_and_names_who_is_missing(computed_world: SimpleNamespace, own: Report) -> None:
    kept = send(own, computed_world.commune_officer, missing=WHY).summary
    assert (kept.expected, kept.submitted, kept.missing_reason, kept.as_of) == (3, 2, WHY, NOW)
    assert kept.missing == [{"unit": computed_world.thpt_a.pk, "name": "Trường THPT Gia Viễn A"}]
    by_code = {row["code"]: (row["counted"], row["numerator"], row["denominator"]) for row in kept.sums}
    assert by_code == {"1.1": (2, 2, 2), "1.2": (2, 77, 80), "1.4": (2, 830, 900), "2.1": (2, 1, 2)}


def test_the_sums_are_those_of_the_rows_also_where_the_rates_lag_behind(
    computed_world: SimpleNamespace, own: Report, submit: Submit
) -> None:
    computed_world.round.completion_rates.all().delete()
    kept = send(own, computed_world.commune_officer, missing=WHY).summary
    assert [row["numerator"] for row in kept.sums] == [2, 77, 830, 1]


def test_with_all_schools_in_no_reason_is_asked_nor_kept(
    computed_world: SimpleNamespace, own: Report, submit: Submit
) -> None:
    submit("thpt_a")
    assert not commune.has_silent_schools(own)
    assert "missing" not in {field.key for field in form_spec.build_form(own, {}, {}).narrative}
    sent = send(own, computed_world.commune_officer, results="Tốt", missing="Viết khi còn thiếu.")
    assert (sent.summary.missing, sent.summary.missing_reason) == ([], "")
    assert Submission.objects.get(pk=sent.pk).narrative == {"results": "Tốt"}


def test_a_school_that_was_taken_off_the_list_is_not_missed(computed_world: SimpleNamespace, own: Report) -> None:
    high_school = computed_world.reports[computed_world.thpt_a.pk]
    Report.objects.filter(pk=high_school.pk).update(excluded_at=NOW, exclusion_reason="Đã giải thể.")
    assert send(own, computed_world.commune_officer).summary.expected == 2


def test_the_form_asks_a_school_for_no_reason(computed_world: SimpleNamespace, own: Report) -> None:
    def keys(report: Report) -> list[str]:
        return [field.key for field in form_spec.build_form(report, {}, {}).narrative]

    assert keys(own) == ["missing", "results", "difficulties", "proposals", "models"]
    assert keys(computed_world.report) == ["results", "difficulties", "proposals", "models"]


def test_a_school_that_says_a_reason_unasked_is_not_shown_the_question(computed_world: SimpleNamespace) -> None:
    report = computed_world.report
    sent = Submission.objects.get(report=report)
    sent.narrative = {"results": "Tốt.", "missing": "Qua API."}
    assert "missing" not in {field.key for field in form_spec.form_of_submission(report, sent).narrative}


def test_the_pages_lead_to_the_reason_and_keep_what_was_typed(
    computed_world: SimpleNamespace, own: Report, client_of: ClientOf
) -> None:
    client = client_of(computed_world.commune_officer)
    form = reverse("collection:report_form", args=[own.pk])
    assert 'name="missing"' in client.get(form).content.decode()
    check = reverse("collection:report_check", args=[own.pk])
    page = client.get(check).content.decode()
    assert f'href="{form}?loi=1#missing"' in page and "Nộp báo cáo" not in page
    client.post(reverse("collection:draft_save", args=[own.pk]), {"version": 0, "missing": WHY})
    assert Draft.objects.get(pk=own.pk).narrative == {"missing": WHY}
    assert "Nộp báo cáo" in client.get(check).content.decode()


def test_a_page_without_the_reason_is_turned_back_to_the_check(
    computed_world: SimpleNamespace, own: Report, client_of: ClientOf
) -> None:
    client = client_of(computed_world.commune_officer)
    answer = client.post(
        reverse("collection:report_submit", args=[own.pk]), {"token": str(uuid4()), "version": 0}, follow=True
    )
    assert "nêu lý do gửi khi còn 1 trường chưa nộp" in answer.content.decode()
    assert not Submission.objects.filter(report=own).exists()


def test_what_was_sent_stays_and_every_page_says_what_has_changed(
    computed_world: SimpleNamespace, own: Report, submit: Submit, client_of: ClientOf
) -> None:
    send(own, computed_world.commune_officer, missing=WHY)
    before = CommuneSummary.objects.values().get()
    submit("thpt_a")
    assert CommuneSummary.objects.values().get() == before
    pages = [
        (computed_world.commune_officer, reverse("collection:report_form", args=[own.pk])),
        (computed_world.commune_officer, reverse("collection:receipt", args=[own.pk, 1])),
        (computed_world.officer, reverse("review:report_review", args=[own.pk])),
    ]
    for user, address in pages:
        text = words_of(client_of(user).get(address))
        assert "Gửi khi 2 / 3 trường đã nộp" in text, address
        assert "1 trường nộp thêm (Trường THPT Gia Viễn A)" in text, address
        assert "77 nay 156" in text and "Số cộng nay khác ở 4 chỉ tiêu" in text, address
        assert f"Lý do: {WHY}" in text, address


def test_a_school_that_is_returned_after_the_sending_is_named(
    computed_world: SimpleNamespace, own: Report, client_of: ClientOf
) -> None:
    send(own, computed_world.commune_officer, missing=WHY)
    school = Report.objects.select_related("round").get(pk=computed_world.report.pk)
    return_report(report=school, by=computed_world.officer, version=school.version, comment="Sai.", now=NOW)
    text = words_of(client_of(computed_world.officer).get(reverse("review:report_review", args=[own.pk])))
    assert "1 trường nay chưa có báo cáo hợp lệ" in text and "Trường TH Gia Viễn" in text


def test_each_version_has_the_sums_of_its_own_moment(
    computed_world: SimpleNamespace, own: Report, submit: Submit, client_of: ClientOf
) -> None:
    send(own, computed_world.commune_officer, missing=WHY)
    submit("thpt_a")
    sent = Report.objects.select_related("round").get(pk=own.pk)
    return_report(report=sent, by=computed_world.officer, version=sent.version, comment="Bổ sung.", now=NOW)
    send(Report.objects.get(pk=own.pk), computed_world.commune_officer)
    client = client_of(computed_world.officer)
    address = reverse("collection:report_form", args=[own.pk])
    assert "Gửi khi 2 / 3 trường" in words_of(client.get(address, {"ban": 1}))
    assert "Gửi khi 3 / 3 trường" in words_of(client.get(address, {"ban": 2}))


@pytest.mark.django_db(transaction=True)
def test_a_school_that_submits_at_the_same_moment_is_in_the_sums_or_named() -> None:
    """Never in one and in the other, whoever comes first."""
    world = open_round_of(build_world())
    own = make.make_report(world.round, world.commune_a)
    school = world.reports[world.th_a.pk]
    values: Any = {"1.1": {"": {"n": 1}}, "1.2": {"": {"n": 24}}, "1.4": {"TH": {"n": 380}}, "2.1": {"": {"n": 0}}}
    barrier = threading.Barrier(2)
    works: list[Callable[[], Any]] = [
        lambda: send(own, world.commune_officer, missing=WHY),
        lambda: services.submit_report(
            report=school, by=world.principal, token=uuid4(), values=values, narrative={}, now=NOW
        ),
    ]

    def run(work: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = CommuneSummary.objects.get()
    named = {row["unit"] for row in kept.missing}
    summed = next(row for row in kept.sums if row["code"] == "1.2")
    assert summed["counted"] == kept.submitted == 3 - len(named)
    assert (summed["numerator"] == 24) is (world.th_a.pk not in named)
    completion.compute_completion(round_id=world.round.pk)


def test_the_file_holds_what_was_sent(computed_world: SimpleNamespace, own: Report, submit: Submit) -> None:
    send(own, computed_world.commune_officer, missing=WHY)
    submit("thpt_a")
    book = load_workbook(round_workbook(round_id=computed_world.round.pk, basis="provisional", now=NOW))
    rows = list(book["Xã đã gửi"].iter_rows(min_row=4, values_only=True))
    assert [row[:1] + row[3:] for row in rows if row[7] == "1.2"] == [
        ("Xã Gia Viễn", 3, 2, "Trường THPT Gia Viễn A", WHY, "1.2", "Chỉ tiêu 1.2", 2, 77, 80, 96.2)
    ]
