from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from openpyxl import load_workbook

from accounts.models import User
from reports.completion.services import compute_completion
from reports.exports.workbook import round_workbook
from reports.models import Correction, Report, Submission
from reports.review.services import accept_report
from reports.rounds import services as rounds
from tests import factories as make

ClientOf = Callable[[User], Client]
CLOSED_AT = make.local(2026, 12, 20, 8)
WHY = "Trường báo nhầm số học sinh khối 5."
TYPED = {"n-1.1-": "1", "n-1.2-": "27", "d-1.2-": "30", "n-1.4-TH": "300", "d-1.4-TH": "400", "n-2.1-": "1"}


@pytest.fixture(autouse=True)
def after_the_freeze() -> Iterator[None]:
    with freeze_time("2026-12-22 09:00:00+07:00"):
        yield


@pytest.fixture
def frozen(computed_world: SimpleNamespace) -> SimpleNamespace:
    w = computed_world
    report = Report.objects.select_related("round", "manager").get(pk=w.report.pk)
    accept_report(report=report, by=w.officer, version=report.version, now=CLOSED_AT)
    rounds.close_round(round=w.round, by=w.admin, now=CLOSED_AT)
    compute_completion(round_id=w.round.pk)
    w.report = Report.objects.get(pk=w.report.pk)
    return w


def url(name: str, pk: int) -> str:
    return reverse(f"corrections:{name}", args=[pk])


def words_of(response: Any) -> str:
    html = response.content.decode().split("<main", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def hidden(response: Any) -> dict[str, str]:
    """What the one button of the check page sends."""
    html = response.content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
    return fields | dict(re.findall(r'<textarea class="vh" name="([^"]+)" hidden>([^<]*)</textarea>', html))


def check(client: Client, report: Report, **more: str) -> Any:
    data = {**TYPED, "results": "Đã triển khai.", "reason": WHY, "version": str(report.version), **more}
    return client.post(url("correction_check", report.pk), data)


def test_the_report_is_found_by_name_and_the_form_holds_what_stands(
    frozen: SimpleNamespace, client_of: ClientOf
) -> None:
    client = client_of(frozen.officer)
    found = client.get(url("report_choose", frozen.round.pk), {"q": "gia vien"}).content.decode()
    assert f'href="{url("report_correct", frozen.report.pk)}"' in found
    form = client.get(url("report_correct", frozen.report.pk)).content.decode()
    assert 'name="n-1.4-TH"' in form and 'value="380"' in form and "Đã triển khai." in form


def test_the_effect_is_shown_before_anything_is_written(frozen: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(frozen.officer)
    answer = check(client, frozen.report)
    text = words_of(answer)
    assert "Đính chính này đổi 12 tỷ lệ" in text
    assert "380 trên 400 300 trên 400" in text
    # 830 of 900 to 750 of 900 provisionally, 380 of 400 to 300 of 400 officially.
    assert "92,2% 830 / 900 83,3% 750 / 900 −8,8 điểm" in text
    assert "95,0% 380 / 400 75,0% 300 / 400 −20,0 điểm" in text
    assert not Correction.objects.exists()


def test_what_was_checked_is_done_and_all_are_told(frozen: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(frozen.officer)
    fields = hidden(check(client, frozen.report))
    done = client.post(url("correction_commit", frozen.report.pk), fields, follow=True)
    made = Submission.objects.get(report=frozen.report, number=2)
    assert made.receipt in done.content.decode()
    assert made.correction.reason == WHY
    for user, address in [
        (frozen.principal, reverse("collection:report_form", args=[frozen.report.pk])),
        (frozen.principal, "/"),
        (frozen.officer, reverse("rounds:round_detail", args=[frozen.round.pk])),
        (frozen.commune_officer, reverse("rounds:round_detail", args=[frozen.round.pk])),
    ]:
        assert WHY in words_of(client_of(user).get(address)), address


def test_the_button_pressed_twice_makes_one_correction(frozen: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(frozen.officer)
    fields = hidden(check(client, frozen.report))
    for _press in range(2):
        assert client.post(url("correction_commit", frozen.report.pk), fields).status_code == 302
    assert Correction.objects.count() == 1


def test_going_back_keeps_what_was_typed(frozen: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(frozen.officer)
    fields = hidden(check(client, frozen.report))
    back = client.post(url("report_correct", frozen.report.pk), fields).content.decode()
    assert 'value="300"' in back and WHY in back


def test_the_second_of_two_is_told_and_loses_nothing(frozen: SimpleNamespace, client_of: ClientOf) -> None:
    first, second = client_of(frozen.officer), client_of(frozen.other_officer)
    mine = hidden(check(first, frozen.report))
    theirs = hidden(check(second, frozen.report, **{"n-1.4-TH": "200"}))
    first.post(url("correction_commit", frozen.report.pk), mine)
    answer = second.post(url("correction_commit", frozen.report.pk), theirs)
    text = words_of(answer)
    assert answer.status_code == 400
    assert "vừa được đính chính hoặc thay đổi ở nơi khác" in text
    assert "300 trên 400 200 trên 400" in text
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": " "}, "Nêu lý do đính chính."),
        ({"n-1.4-TH": "380"}, "Chưa có gì khác bản hiện tại."),
        ({"n-1.4-TH": "401"}, "lớn hơn tổng số"),
    ],
)
def test_what_cannot_be_done_is_said_beside_what_was_typed(
    frozen: SimpleNamespace, client_of: ClientOf, change: dict[str, str], said: str
) -> None:
    answer = check(client_of(frozen.officer), frozen.report, **change)
    assert answer.status_code == 400
    assert said in words_of(answer)


def test_a_commune_sees_the_effect_on_its_own_rates_only(frozen: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(frozen.officer)
    client.post(url("correction_commit", frozen.report.pk), hidden(check(client, frozen.report)))
    address = reverse("rounds:round_detail", args=[frozen.round.pk])
    shown = client_of(frozen.commune_officer).get(address).context["corrections"][0].effects
    assert {line.unit_name for line in shown} == {"Xã Gia Viễn"}
    assert client_of(frozen.principal).get(address).context["corrections"][0].effects == []
    assert client_of(frozen.principal_b).get(address).context["corrections"] == []


def test_the_dashboard_and_the_file_say_that_the_round_was_corrected(
    frozen: SimpleNamespace, client_of: ClientOf
) -> None:
    client = client_of(frozen.officer)
    client.post(url("correction_commit", frozen.report.pk), hidden(check(client, frozen.report)))
    for user, address in [(frozen.officer, "/bang-dieu-khien/"), (frozen.commune_officer, "/")]:
        text = words_of(client_of(user).get(address, {"dot": frozen.round.pk}))
        assert "Đã đính chính 1 lần, lần cuối 22/12/2026 09:00" in text, address
    book = load_workbook(round_workbook(round_id=frozen.round.pk, basis="official", now=make.local(2026, 12, 23)))
    notes = [row[0] for row in book["Ghi chú"].iter_rows(values_only=True)]
    assert "Đợt đã chốt và đã đính chính 1 lần, lần cuối 09:00 22/12/2026." in notes
