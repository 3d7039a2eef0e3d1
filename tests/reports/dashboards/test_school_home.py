from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.test import Client
from freezegun import freeze_time

from accounts.models import User
from campaigns.models import Acknowledgement, Addressee, Directive
from reports.models import Draft, Report
from reports.review import services as review
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


def address_to_schools(w: SimpleNamespace) -> Directive:
    directive = Directive.objects.create(
        kind="plan", code="kh", symbol="/KH", issuer=w.department, issuer_name="Sở GDĐT", subject="Bình dân học vụ số"
    )
    Addressee.objects.create(directive=directive, wording="Các trường có cấp TH", unit_kind="school", levels=2)
    return directive


def test_one_sentence_one_date_one_button(open_world: SimpleNamespace, client_of: SignIn) -> None:
    response = client_of(open_world.principal).get("/")
    text = words(response)
    assert "Trường có 1 việc phải làm" in text
    assert "Nộp trước ngày 15/12/2026" in text
    assert "23 ngày nữa" in text
    assert "Điền báo cáo" in text
    assert response.content.decode().count("btn--p") == 1


def test_a_draft_is_taken_up_where_it_was_left(open_world: SimpleNamespace, client_of: SignIn) -> None:
    Draft.objects.filter(report=open_world.report).update(
        values={"1.2": {"": {"n": 27, "d": 30}}, "2.1": {"": {"n": 1, "d": 1}}},
        saved_at=make.local(2026, 11, 20, 16, 20),
    )
    Report.objects.filter(pk=open_world.report.pk).update(state="draft")
    response = client_of(open_world.principal).get("/")
    text = words(response)
    assert "Điền tiếp báo cáo" in text
    assert "Đã điền 2 / 4 mục" in text
    assert "hôm qua lúc 16:20" in text
    line = next(line for line in response.context["home"].lines if line.name == "CT 1.2")
    assert (str(line.percent), str(line.target)) == ("90", "100.00")


def test_a_return_stands_on_top_with_its_reason(
    open_world: SimpleNamespace, submit: Callable[..., Report], client_of: SignIn
) -> None:
    report = submit("th_a")
    review.return_report(
        report=report, by=open_world.commune_officer, version=report.version, comment="Xem lại số đội ngũ."
    )
    text = words(client_of(open_world.principal).get("/"))
    assert "Bị trả lại để sửa Xem lại số đội ngũ." in text
    assert "Sửa và nộp lại" in text


def test_what_is_submitted_is_no_work_any_more(
    open_world: SimpleNamespace, submit: Callable[..., Report], client_of: SignIn
) -> None:
    submit("th_a")
    text = words(client_of(open_world.principal).get("/"))
    assert "Trường không có việc nào phải làm" in text
    assert "Tổng kết 2026: đã nộp, chờ duyệt" in text
    assert "Theo báo cáo Tổng kết 2026" in text


def test_overdue_says_so_by_how_much(open_world: SimpleNamespace, client_of: SignIn) -> None:
    with freeze_time("2026-12-20 08:30:00+07:00"):
        text = words(client_of(open_world.principal).get("/"))
    assert "6 ngày quá hạn" in text
    assert "báo cáo sẽ ghi là nộp muộn" in text


def test_an_extension_moves_the_date_of_this_school(open_world: SimpleNamespace, client_of: SignIn) -> None:
    Report.objects.filter(pk=open_world.report.pk).update(extended_until=make.local(2026, 12, 21))
    task = client_of(open_world.principal).get("/").context["home"].task
    assert (task.days, task.deadline_words, task.is_extended) == (29, "đến hết ngày 20/12/2026", True)


def test_asked_without_a_date_is_a_duty_and_never_overdue(open_world: SimpleNamespace, client_of: SignIn) -> None:
    dateless = make.make_round(
        open_world.campaign, open_world.commune_a, [open_world.indicators["1.1"]], deadline_on=None, name="Đại sứ số"
    )
    rounds.open_round(round=dateless, by=open_world.commune_officer, now=make.local(2025, 1, 1))
    home = client_of(open_world.principal).get("/").context["home"]
    assert [(task.name, task.days, task.is_overdue) for task in home.tasks] == [
        ("Tổng kết 2026", 23, False),
        ("Đại sứ số", None, False),
    ]


def test_a_document_waits_until_it_is_confirmed(open_world: SimpleNamespace, client_of: SignIn) -> None:
    directive = address_to_schools(open_world)
    client = client_of(open_world.principal)
    assert "Trường có 2 việc phải làm" in words(client.get("/"))
    Acknowledgement.objects.create(directive=directive, unit=open_world.th_a, by=open_world.principal)
    text = words(client.get("/"))
    assert "Trường có 1 việc phải làm" in text
    assert "Đã xác nhận tiếp nhận kế hoạch" in text


def test_a_document_for_other_levels_is_not_this_schools(open_world: SimpleNamespace, client_of: SignIn) -> None:
    address_to_schools(open_world)
    assert client_of(open_world.principal_b).get("/").context["home"].waiting_directives == []


def test_a_school_sees_nothing_of_another(
    open_world: SimpleNamespace, submit: Callable[..., Report], client_of: SignIn
) -> None:
    submit("thths_a")
    text = words(client_of(open_world.principal).get("/"))
    assert "Gia Lâm" not in text
    assert client_of(open_world.principal).get("/").context["home"].other_reports == []


def test_a_school_left_off_the_list_owes_nothing(open_world: SimpleNamespace, client_of: SignIn) -> None:
    rounds.exclude_report(report=open_world.report, by=open_world.admin, reason="Đã sáp nhập")
    assert client_of(open_world.principal).get("/").context["home"].tasks == []


def test_a_closed_round_takes_nothing_any_more(open_world: SimpleNamespace, client_of: SignIn) -> None:
    rounds.close_round(round=open_world.round, by=open_world.admin)
    assert "Trường không có việc nào phải làm" in words(client_of(open_world.principal).get("/"))


def test_without_a_unit_one_is_told_whom_to_ask(world: SimpleNamespace, client_of: SignIn) -> None:
    text = words(client_of(make.make_user("lac")).get("/"))
    assert "Tài khoản chưa gắn với đơn vị nào" in text
    assert "quản trị của Sở GDĐT" in text


def test_the_department_is_led_to_its_dashboard(world: SimpleNamespace, client_of: SignIn) -> None:
    assert client_of(world.officer).get("/").headers["Location"] == "/bang-dieu-khien/"
