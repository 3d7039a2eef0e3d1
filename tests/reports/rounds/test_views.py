from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time

from accounts.models import User
from reports.models import Report, Round, RoundAudience
from tests import factories as make

ClientOf = Callable[[User], Client]
MORNING = "2026-11-21 08:30:00+07:00"


def page(client: Client, name: str, *args: int, **query: str) -> str:
    response = client.get(reverse(f"rounds:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def commune_round(world: SimpleNamespace) -> Round:
    """A round of commune A for its own schools, without a date."""
    round_ = make.make_round(
        world.campaign, world.commune_a, [], deadline_on=None, audience_all=False, name="Đợt của xã"
    )
    RoundAudience.objects.create(
        round=round_, wording="Các trường trong xã", unit_kind="school", commune=world.commune_a
    )
    return round_


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("admin", True),
        ("other_officer", True),
        ("viewer", True),
        ("commune_officer", True),
        ("principal", True),
        ("commune_officer_b", True),
        ("principal_b", True),
    ],
)
def test_an_open_round_is_listed_to_all_who_owe_or_follow_it(
    open_world: SimpleNamespace, client_of: ClientOf, who: str, sees: bool
) -> None:
    client = client_of(getattr(open_world, who))
    assert (open_world.round.name in page(client, "round_list")) is sees


@pytest.mark.parametrize("who", ["commune_officer", "principal"])
def test_a_planned_round_is_out_of_sight_of_those_who_do_not_run_it(
    world: SimpleNamespace, client_of: ClientOf, who: str
) -> None:
    client = client_of(getattr(world, who))
    assert world.round.name not in page(client, "round_list")
    assert client.get(reverse("rounds:round_detail", args=[world.round.pk])).status_code == 404


def test_the_list_counts_within_the_reader_s_reach(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    assert "<b>0</b> / 4" in page(client_of(open_world.officer), "round_list")
    assert "<b>0</b> / 3" in page(client_of(open_world.commune_officer), "round_list")
    assert "Chưa bắt đầu" in page(client_of(open_world.principal), "round_list")


@freeze_time(MORNING)
def test_the_page_keeps_the_words_the_rule_and_the_last_valid_moment_apart(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    html = page(client_of(open_world.officer), "round_detail", open_world.round.pk)
    assert "hết ngày 14/12/2026 (thứ Hai)" in html
    assert "trước ngày 15/12/2026" in html
    assert "còn 23 ngày" in html


def test_a_last_day_off_is_told_and_nothing_is_moved(world: SimpleNamespace, client_of: ClientOf) -> None:
    sunday = make.make_round(world.campaign, world.department, [], deadline_on=date(2026, 12, 14))
    html = page(client_of(world.officer), "round_detail", sunday.pk)
    assert "13/12/2026 là Chủ nhật" in html
    sunday.refresh_from_db()
    assert sunday.deadline_at == make.local(2026, 12, 14)


def test_a_round_without_a_date_says_so(commune_round: Round, world: SimpleNamespace, client_of: ClientOf) -> None:
    html = page(client_of(world.commune_officer), "round_detail", commune_round.pk)
    assert "Không ấn định" in html
    assert "không nhắc tự động" in html


POSTS = [
    ("round_open", "planned", {}),
    ("round_close", "open", {"confirm": "1"}),
    ("deadline_extend", "open", {"whom": "everybody", "until_on": "2026-12-20", "reason": "Bão"}),
    ("report_exclude", "report", {"reason": "Sáp nhập"}),
    ("report_restore", "report", {"reason": "Nhầm"}),
]
WHO = {
    "admin": 302,
    "officer": 302,
    "other_officer": 302,
    "viewer": 403,
    "commune_officer": 403,
    "principal": 403,
    "staff_member": 403,
    "principal_b": 403,
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("route", "about", "data"), POSTS)
def test_who_may_run_a_round_of_the_department(
    open_world: SimpleNamespace, client_of: ClientOf, route: str, about: str, data: dict[str, str], who: str
) -> None:
    planned = make.make_round(open_world.campaign, open_world.department, [])
    key = {"planned": planned.pk, "open": open_world.round.pk, "report": open_world.report.pk}[about]
    expected = WHO[who]
    if expected == 403 and ((about == "planned" and who != "viewer") or (about == "report" and who == "principal_b")):
        expected = 404
    response = client_of(getattr(open_world, who)).post(reverse(f"rounds:{route}", args=[key]), data)
    assert response.status_code == expected
    if expected != 302:
        assert Report.objects.filter(round=planned).count() == 0
        assert Round.objects.get(pk=open_world.round.pk).state == "open"
        assert Report.objects.filter(extended_until__isnull=False).count() == 0
        assert Report.objects.filter(excluded_at__isnull=False).count() == 0


@pytest.mark.parametrize(("route", "about", "data"), POSTS)
def test_what_changes_a_round_is_only_done_by_post(
    open_world: SimpleNamespace, client_of: ClientOf, route: str, about: str, data: dict[str, str]
) -> None:
    key = open_world.report.pk if about == "report" else open_world.round.pk
    # The freeze has a page that says what it means; looking at it freezes nothing.
    looked = 200 if route == "round_close" else 405
    assert client_of(open_world.admin).get(reverse(f"rounds:{route}", args=[key])).status_code == looked
    assert Round.objects.get(pk=open_world.round.pk).state == "open"


def test_a_commune_runs_the_rounds_that_it_receives(
    commune_round: Round, world: SimpleNamespace, client_of: ClientOf
) -> None:
    client = client_of(world.commune_officer)
    assert "Mở đợt cho 3 đơn vị" in page(client, "round_detail", commune_round.pk)
    client.post(reverse("rounds:round_open", args=[commune_round.pk]))
    assert Report.objects.filter(round=commune_round).count() == 3
    other = client_of(world.commune_officer_b)
    assert other.post(reverse("rounds:round_close", args=[commune_round.pk])).status_code == 404


def test_opening_says_how_many_owe_and_opening_again_says_why_not(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.officer)
    url = reverse("rounds:round_open", args=[world.round.pk])
    assert "4 đơn vị phải báo cáo" in client.post(url, follow=True).content.decode()
    assert "Đợt này đã được mở" in client.post(url, follow=True).content.decode()


def test_an_exclusion_is_found_by_name_asks_why_and_is_shown_with_its_reason(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    client = client_of(open_world.officer)
    url = reverse("rounds:report_exclude", args=[open_world.report.pk])
    assert url in page(client, "round_detail", open_world.round.pk, q="th gia vien")
    assert "Nêu lý do" in client.post(url, {"reason": " "}, follow=True).content.decode()
    html = client.post(url, {"reason": "Sáp nhập từ 01/12"}, follow=True).content.decode()
    assert "Sáp nhập từ 01/12" in html
    assert "1 đơn vị được đưa ra khỏi danh sách" in html


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"whom": "unit", "code": "khong-co"}, "Không có đơn vị nào mang mã này"),
        ({"whom": "everybody", "until_on": "2026-12-01"}, "sau hạn nộp"),
        ({"whom": "commune", "code": "14464"}, "hết ngày 20/12/2026"),
        ({"whom": "everybody", "reason": ""}, "Gia hạn phải có lý do"),
    ],
)
def test_an_extension_says_what_it_did_or_what_is_wrong(
    open_world: SimpleNamespace, client_of: ClientOf, data: dict[str, str], said: str
) -> None:
    whole = {"until_on": "2026-12-20", "reason": "Bão", **data}
    url = reverse("rounds:deadline_extend", args=[open_world.round.pk])
    assert said in client_of(open_world.officer).post(url, whole, follow=True).content.decode()


def whole_form(world: SimpleNamespace) -> dict[str, Any]:
    return {
        "campaign": world.campaign.pk,
        "name": "Sơ kết học kỳ",
        "kind": "interim",
        "year": 2026,
        "school_year": 2026,
        "receiver": world.department.pk,
        "indicators": [world.indicators["1.2"].pk],
        "levels": ["TH", "THCS"],
        "managed_by": "commune",
        "deadline_on": "2026-12-15",
        "deadline_rule": "before",
        "deadline_words": "trước ngày 15/12/2026",
        "ask_narrative": "on",
    }


@freeze_time(MORNING)
def test_a_new_round_is_planned_and_nobody_owes_before_it_is_opened(
    world: SimpleNamespace, client_of: ClientOf
) -> None:
    client = client_of(world.officer)
    html = client.post(reverse("rounds:round_create"), whole_form(world), follow=True).content.decode()
    made = Round.objects.get(name="Sơ kết học kỳ")
    assert "Mở đợt cho 2 đơn vị" in html
    assert (made.state, made.deadline_at) == ("planned", make.local(2026, 12, 15))
    assert [rule.wording for rule in made.audiences.all()] == ["Các trường có cấp TH, THCS, do xã, phường quản lý"]
    assert not Report.objects.filter(round=made).exists()


@freeze_time(MORNING)
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Tên đợt"),
        ({"indicators": []}, "Chọn ít nhất một chỉ tiêu"),
        ({"deadline_rule": "at"}, "Nhập giờ nêu trong văn bản"),
        ({"deadline_time": "17:00"}, "Bỏ giờ, hoặc chọn"),
        ({"cutoff_on": "2026-12-16"}, "Ngày chốt số liệu không được sau hạn nộp"),
        ({"locks_on": "2026-12-01"}, "Thời điểm khóa không được trước hạn nộp"),
    ],
)
def test_what_is_wrong_with_a_new_round_is_said_in_vietnamese(
    world: SimpleNamespace, client_of: ClientOf, changed: dict[str, Any], said: str
) -> None:
    data = {**whole_form(world), **changed}
    response = client_of(world.officer).post(reverse("rounds:round_create"), data)
    assert said in response.content.decode()
    assert Round.objects.count() == 1


@freeze_time(MORNING)
@pytest.mark.parametrize(
    ("on", "rule", "at", "said"),
    [
        ("2026-12-15", "before", "", "hết ngày 14/12/2026 (thứ Hai)"),
        ("10/12/2026", "by", "", "hết ngày 10/12/2026 (thứ Năm)"),
        ("2026-12-15", "by", "", "hết ngày 15/12/2026 (thứ Ba)"),
        ("2026-12-15", "at", "17:00", "trước 17:00 ngày 15/12/2026 (thứ Ba)"),
        ("2026-09-02", "by", "", "ngày nghỉ lễ"),
        ("", "before", "", "Chưa có hạn"),
    ],
)
def test_the_form_says_the_last_valid_moment_and_makes_nothing(
    world: SimpleNamespace, client_of: ClientOf, on: str, rule: str, at: str, said: str
) -> None:
    data = {"preview": "1", "deadline_on": on, "deadline_rule": rule, "deadline_time": at}
    client, url = client_of(world.officer), reverse("rounds:round_create")
    assert said in client.post(url, data).content.decode()
    part = client.post(url, data, headers={"HX-Request": "true"}).content.decode()
    assert said in part
    assert "<html" not in part
    assert Round.objects.count() == 1


@freeze_time(MORNING)
def test_a_commune_plans_a_round_for_its_own_schools_only(world: SimpleNamespace, client_of: ClientOf) -> None:
    client, url = client_of(world.commune_officer), reverse("rounds:round_create")
    client.post(url, {**whole_form(world), "managed_by": "", "communes": [world.commune_b.pk]})
    assert Round.objects.count() == 1
    client.post(url, {**whole_form(world), "receiver": world.commune_a.pk, "communes": [world.commune_b.pk]})
    made = Round.objects.get(receiver=world.commune_a)
    assert [rule.commune for rule in made.audiences.all()] == [world.commune_a]


@pytest.mark.parametrize("who", ["viewer", "principal", "staff_member"])
def test_others_make_no_rounds(world: SimpleNamespace, client_of: ClientOf, who: str) -> None:
    client, url = client_of(getattr(world, who)), reverse("rounds:round_create")
    assert client.get(url).status_code == 403
    assert client.post(url, whole_form(world)).status_code == 403


def test_the_list_asks_the_same_number_of_queries_for_one_round_and_for_three(
    open_world: SimpleNamespace, client_of: ClientOf, django_assert_num_queries: Any
) -> None:
    client, url = client_of(open_world.officer), reverse("rounds:round_list")
    client.get(url)
    with django_assert_num_queries(5):
        client.get(url)
    for _ in range(2):
        make.make_round(open_world.campaign, open_world.department, [])
    with django_assert_num_queries(5):
        client.get(url)
