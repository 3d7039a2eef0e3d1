from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts.models import AuditEntry, User
from reports.models import CompletionDue, Draft, ExpectationChange, Report, Round
from reports.rounds import services
from reports.rounds.errors import RoundError
from reports.rounds.freezing import freeze_of
from tests import factories as make
from tests.conftest import build_world, open_round_of

ClientOf = Callable[[User], Client]
NOW = make.local(2026, 11, 21, 8, 30)
WHY = "Trường mới thành lập, Sở yêu cầu báo cáo."


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


@pytest.fixture
def new_school(open_world: SimpleNamespace) -> Any:
    return make.make_school("Trường TH Gia Viễn B", ["TH"], commune=open_world.commune_a, manager=open_world.commune_a)


def words_of(response: Any) -> str:
    html = response.content.decode().split("<main", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_unit_is_added_by_name_with_a_reason_and_its_record(open_world: SimpleNamespace, new_school: Any) -> None:
    report = services.add_report(round=open_world.round, unit=new_school, by=open_world.officer, reason=WHY, now=NOW)
    assert (report.levels, report.commune, report.manager) == (
        new_school.levels,
        open_world.commune_a,
        open_world.commune_a,
    )
    assert Draft.objects.filter(pk=report.pk).exists()
    change = ExpectationChange.objects.get()
    assert (change.kind, change.reason, change.by) == ("added", WHY, open_world.officer)
    assert AuditEntry.objects.get(action="report.added").reason == WHY
    assert CompletionDue.objects.filter(report=report).exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_nobody_is_added_without_a_reason(open_world: SimpleNamespace, new_school: Any, reason: str) -> None:
    with pytest.raises(RoundError, match="Nêu lý do"):
        services.add_report(round=open_world.round, unit=new_school, by=open_world.officer, reason=reason, now=NOW)
    assert not Report.objects.filter(unit=new_school).exists()


def test_a_unit_stands_on_the_list_once(open_world: SimpleNamespace) -> None:
    with pytest.raises(RoundError, match="đã có trong danh sách"):
        services.add_report(round=open_world.round, unit=open_world.th_a, by=open_world.officer, reason=WHY, now=NOW)
    assert not ExpectationChange.objects.exists()


def test_nothing_is_added_to_a_frozen_round(open_world: SimpleNamespace, new_school: Any) -> None:
    services.close_round(round=open_world.round, by=open_world.admin, now=NOW)
    with pytest.raises(RoundError, match="đang mở"):
        services.add_report(round=open_world.round, unit=new_school, by=open_world.officer, reason=WHY, now=NOW)


@pytest.mark.parametrize("whom", ["everybody", "commune", "other"])
def test_what_was_prolonged_for_all_holds_for_who_is_added_later(
    open_world: SimpleNamespace, new_school: Any, whom: str
) -> None:
    unit = {"everybody": None, "commune": open_world.commune_a, "other": open_world.commune_b}[whom]
    until = make.local(2026, 12, 21)
    services.extend_deadline(round=open_world.round, unit=unit, until_at=until, reason="Bão", by=open_world.officer)
    report = services.add_report(round=open_world.round, unit=new_school, by=open_world.officer, reason=WHY, now=NOW)
    assert report.extended_until == (None if whom == "other" else until)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_same_unit_one_does() -> None:
    w = open_round_of(build_world())
    school = make.make_school("Trường TH Gia Viễn B", ["TH"], commune=w.commune_a, manager=w.commune_a)
    barrier, results = threading.Barrier(3), []

    def add() -> None:
        barrier.wait()
        try:
            services.add_report(round=w.round, unit=school, by=w.officer, reason=WHY, now=NOW)
            results.append("added")
        except RoundError:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _press in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["added", "refused", "refused"]
    assert ExpectationChange.objects.count() == Report.objects.filter(unit=school).count() == 1


def test_the_page_finds_who_is_not_on_the_list_and_shows_the_change(
    open_world: SimpleNamespace, new_school: Any, client_of: ClientOf
) -> None:
    client = client_of(open_world.officer)
    page = reverse("rounds:round_detail", args=[open_world.round.pk])
    assert [unit.name for unit in client.get(page, {"them": "gia vien"}).context["addable"]] == [
        "Trường TH Gia Viễn B",
        "Xã Gia Viễn",
    ]
    answer = client.post(
        reverse("rounds:report_add", args=[open_world.round.pk]), {"unit": new_school.pk, "reason": WHY}, follow=True
    )
    text = words_of(answer)
    assert "Danh sách phải báo cáo: thay đổi" in text
    assert f"Thêm vào : Trường TH Gia Viễn B {WHY}" in text


def test_a_commune_sees_the_changes_among_its_schools_and_no_other(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    for school, reason in [(open_world.th_a, "Đã giải thể."), (open_world.mn_b, "Sáp nhập.")]:
        services.exclude_report(report=open_world.reports[school.pk], by=open_world.officer, reason=reason, now=NOW)
    page = reverse("rounds:round_detail", args=[open_world.round.pk])
    text = words_of(client_of(open_world.commune_officer).get(page))
    assert "Đã giải thể." in text and "Sáp nhập." not in text


def test_who_gave_an_extension_why_and_until_when_stands_on_the_page(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    client = client_of(open_world.officer)
    answer = client.post(
        reverse("rounds:deadline_extend", args=[open_world.round.pk]),
        {"whom": "commune", "code": open_world.commune_a.code, "until_on": "2026-12-20", "reason": "Bão số 9."},
        follow=True,
    )
    text = words_of(answer)
    assert "Xã Gia Viễn (mọi đơn vị)" in text.replace("( ", "(").replace(" )", ")")
    assert "Bão số 9." in text and "hết ngày 20/12/2026" in text and "21/11/2026 08:30" in text


# --- the freeze -------------------------------------------------------------------------------


def test_the_page_before_the_freeze_names_who_is_missing_what_waits_and_who_has_time(
    computed_world: SimpleNamespace, client_of: ClientOf
) -> None:
    w = computed_world
    services.extend_deadline(round=w.round, unit=w.mn_b, until_at=make.local(2026, 12, 21), reason="Bão", by=w.officer)
    text = words_of(client_of(w.officer).get(reverse("rounds:round_close", args=[w.round.pk])))
    assert "Chốt khi 2 / 4 đơn vị chưa có báo cáo hợp lệ" in text
    assert "2 báo cáo đang chờ duyệt" in text and "Trường TH Gia Viễn" in text
    assert "1 đơn vị còn trong thời gian gia hạn Trường MN Phát Diệm (đến hết ngày 20/12/2026)" in text
    assert "Chốt bây giờ là đóng trước hạn." in text
    assert Round.objects.get(pk=w.round.pk).state == "open"


def test_the_freeze_is_not_done_without_its_confirmation(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(open_world.officer)
    address = reverse("rounds:round_close", args=[open_world.round.pk])
    assert "Đánh dấu ô dưới đây để xác nhận" in words_of(client.post(address))
    assert Round.objects.get(pk=open_world.round.pk).state == "open"
    client.post(address, {"confirm": "1"})
    assert Round.objects.get(pk=open_world.round.pk).state == "closed"
    assert client.get(address).status_code == 302


def test_a_unit_off_the_list_is_neither_missing_nor_counted(open_world: SimpleNamespace) -> None:
    services.exclude_report(report=open_world.report, by=open_world.officer, reason="Đã giải thể.", now=NOW)
    freeze = freeze_of(open_world.round, NOW)
    assert (freeze.tally.expected, freeze.missing.count) == (3, 3)
    assert open_world.report.pk not in {report.pk for report in freeze.missing.reports}
