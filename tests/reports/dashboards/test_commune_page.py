from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time

from accounts.models import User
from campaigns.models import Addressee, Directive
from reports.collection.services import submit_report
from reports.completion import services as completion
from reports.completion.selectors import rates
from reports.models import Basis, Grouping, Reminder, Report
from reports.rounds import services as rounds
from tests import factories as make

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


def words(response: object) -> str:
    html = response.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1]))


def test_the_title_is_the_answer(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    text = words(client_of(computed_world.commune_officer).get("/"))
    assert "2 / 3 trường đã nộp" in text
    assert "Xã Gia Viễn · Tổng kết 2026, trước ngày 15/12/2026 (còn 23 ngày)" in text


def test_its_rates_are_those_of_the_selector(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    w = computed_world
    page = client_of(w.commune_officer).get("/").context["page"]
    known = rates(round_id=w.round.pk, basis=Basis.PROVISIONAL, grouping=Grouping.PLACE, unit_ids=[w.commune_a.pk])
    shown = {row.figures.indicator.id: row.whole.completion for row in page.table.rows}
    assert shown == {indicator: value for (_unit, indicator, level), value in known.items() if not level}
    assert shown[w.indicators["1.4"].pk].numerator == 830


def test_each_school_stands_with_its_state_and_its_own_rate(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    page = client_of(computed_world.commune_officer).get("/").context["page"]
    lines = {line.name: (line.state, [str(percent) for _column, percent in line.percents]) for line in page.schools}
    assert lines == {
        "Trường TH Gia Viễn": ("submitted", ["90", "95"]),
        "Trường TH&THCS Gia Lâm": ("submitted", ["100", "90"]),
        "Trường THPT Gia Viễn A": ("not_started", ["None", "None"]),
    }


def test_a_school_of_another_commune_is_nowhere_on_the_page(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    assert "Phát Diệm" not in words(client_of(computed_world.commune_officer).get("/"))


def test_the_department_opens_any_commune_and_others_only_their_own(
    computed_world: SimpleNamespace, client_of: SignIn
) -> None:
    url = f"/bang-dieu-khien/xa/{computed_world.commune_a.pk}/"
    assert client_of(computed_world.officer).get(url).status_code == 200
    assert client_of(computed_world.commune_officer).get(url).status_code == 200
    assert client_of(computed_world.commune_officer_b).get(url).status_code == 404
    assert client_of(computed_world.principal).get(url).status_code == 404


def test_a_school_is_no_commune(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    url = f"/bang-dieu-khien/xa/{computed_world.th_a.pk}/"
    assert client_of(computed_world.officer).get(url).status_code == 404


def test_pressing_remind_reaches_the_silent_school_of_this_commune_only(
    computed_world: SimpleNamespace, client_of: SignIn
) -> None:
    client = client_of(computed_world.commune_officer)
    html = client.get("/").content.decode()
    action = f"/don-doc/dot/{computed_world.round.pk}/"
    assert f'action="{action}"' in html
    client.post(action, {"xa": computed_world.commune_a.pk, "next": "/"})
    assert set(Reminder.objects.values_list("unit__name", flat=True)) == {"Trường THPT Gia Viễn A"}


def test_the_number_of_queries_does_not_grow_with_the_schools(
    computed_world: SimpleNamespace, client_of: SignIn
) -> None:
    client = client_of(computed_world.commune_officer)
    client.get("/")
    for more in (0, 4):
        for number in range(more):
            school = make.make_school(
                f"Trường TH Thêm {number}", ["TH"], commune=computed_world.commune_a, manager=computed_world.commune_a
            )
            make.make_report(computed_world.round, school)
        completion.compute_completion(round_id=computed_world.round.pk)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/").status_code == 200
        assert len(captured) == 12


def test_its_own_report_is_counted_apart_from_its_schools(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    make.make_report(computed_world.round, computed_world.commune_a)
    response = client_of(computed_world.commune_officer).get("/")
    assert (response.context["page"].progress.expected, response.context["page"].own.state) == (3, "not_started")
    assert "Viết nhận xét" in words(response)


def test_a_round_of_the_commune_itself_without_a_date_is_never_overdue(
    computed_world: SimpleNamespace, client_of: SignIn
) -> None:
    own = make.make_round(
        computed_world.campaign,
        computed_world.commune_a,
        [computed_world.indicators["1.1"]],
        deadline_on=None,
        name="Đại sứ số học đường",
    )
    rounds.open_round(round=own, by=computed_world.commune_officer, now=make.local(2026, 5, 20))
    text = words(client_of(computed_world.commune_officer).get(f"/?dot={own.pk}"))
    assert "Đại sứ số học đường, không ấn định hạn" in text
    assert "Quá hạn" not in text


def test_documents_addressed_to_communes_stand_beside(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    directive = Directive.objects.create(
        kind="plan",
        code="kh",
        symbol="12/KH",
        issuer=computed_world.department,
        issuer_name="Sở GDĐT",
        subject="Kế hoạch",
    )
    Addressee.objects.create(directive=directive, wording="UBND các xã", unit_kind="commune")
    text = words(client_of(computed_world.commune_officer).get("/"))
    assert "Văn bản cần biết" in text
    assert "chưa xác nhận" in text


def test_a_commune_without_any_round_is_told_so(world: SimpleNamespace, client_of: SignIn) -> None:
    world.round.delete()
    assert "Chưa có đợt báo cáo" in words(client_of(world.commune_officer).get("/"))


def test_the_commune_is_led_to_the_reports_that_wait_for_it(computed_world: SimpleNamespace, client_of: SignIn) -> None:
    w = computed_world
    assert "Duyệt 2 báo cáo" in words(client_of(w.commune_officer).get("/"))
    Report.objects.filter(round=w.round, unit=w.th_a).update(awaiting_commune=False)
    assert "Duyệt 1 báo cáo" in words(client_of(w.commune_officer).get("/"))
    assert "Duyệt 1 báo cáo" not in words(client_of(w.admin).get(f"/bang-dieu-khien/xa/{w.commune_a.pk}/"))


def test_each_school_leads_to_the_review_only_where_the_commune_may_review(
    computed_world: SimpleNamespace, client_of: SignIn
) -> None:
    client = client_of(computed_world.commune_officer)
    html = client.get("/").content.decode()
    mine, not_mine = computed_world.reports[computed_world.thths_a.pk], computed_world.reports[computed_world.thpt_a.pk]
    assert f'href="/duyet/{mine.pk}/"' in html and f'href="/bao-cao/{not_mine.pk}/"' in html
    for address in re.findall(r'href="(/(?:duyet|bao-cao)/\d+/)"', html):
        assert client.get(address).status_code == 200, address


def test_after_sending_the_page_says_what_has_joined_since(
    computed_world: SimpleNamespace, submit: Callable[..., Report], client_of: SignIn
) -> None:
    own = make.make_report(computed_world.round, computed_world.commune_a)
    submit_report(
        report=own,
        by=computed_world.commune_officer,
        token=uuid4(),
        values={},
        narrative={"missing": "Trường đang chuyển địa điểm."},
    )
    submit("thpt_a")
    text = words(client_of(computed_world.commune_officer).get("/"))
    assert "Số liệu giữ nguyên như lúc gửi, khi 2 / 3 trường đã nộp. Từ khi gửi có 1 trường nộp thêm." in text
