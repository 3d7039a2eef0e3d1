from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from freezegun import freeze_time

from accounts.models import User
from reports.models import Report
from schools.models import Unit, UnitEvent
from tests.schools.sheets import xlsx

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HEADER = [
    "Việc", "Mã đơn vị", "Mã kế tục", "Số quyết định", "Ngày quyết định", "Hiệu lực từ", "Tên mới", "Cấp học",
    "Xã, phường",
]  # fmt: skip
DECIDED, EFFECTIVE = date(2026, 11, 10), date(2026, 11, 15)
DECISION = {"decision_number": "12/QĐ-UBND", "decision_on": "2026-11-10", "effective_on": "2026-11-15"}


@pytest.fixture(autouse=True)
def in_november() -> Any:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


def row(act: str, unit: str, successor: str = "", **more: Any) -> list[Any]:
    said = {"name": "", "levels": "", "commune": "", "number": "12/QĐ-UBND", "on": DECIDED, "from": EFFECTIVE} | more
    return [
        act, unit, successor, said["number"], said["on"], said["from"], said["name"], said["levels"], said["commune"],
    ]  # fmt: skip


def upload(client: Client, *rows: list[Any]) -> Any:
    return client.post("/truong/bien-dong/", {"file": SimpleUploadedFile("bien-dong.xlsx", xlsx(*rows))})


def commit(client: Client, preview: Any) -> Any:
    return client.post("/truong/bien-dong/ghi/", {"signed": preview.context["signed"]}, follow=True)


# --- one school --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("act", "said", "kind"),
    [
        ("doi-ten", {"name": "Trường TH Đinh Bộ Lĩnh"}, "renamed"),
        ("chuyen-quan-ly", {"manager": "37"}, "reassigned"),
        ("doi-cap-hoc", {"levels": ["TH", "THCS"]}, "relevelled"),
        ("giai-the", {}, "closed"),
        ("sap-nhap", {"successor": "37-77777", "name": "Trường Mới"}, "merged"),
        ("chia-tach", {"code_1": "37-8", "name_1": "Trường THCS Mới", "levels_1": "THCS", "continues": "on"}, "split"),
    ],
)
def test_each_kind_is_looked_at_and_then_written(
    open_world: SimpleNamespace, client_of: ClientOf, act: str, said: dict[str, Any], kind: str
) -> None:
    client, school = client_of(open_world.admin), open_world.th_a
    assert client.get(f"/truong/{school.pk}/bien-dong/{act}/").status_code == 200
    preview = client.post(f"/truong/{school.pk}/bien-dong/{act}/", {**DECISION, **said})
    assert not UnitEvent.objects.exists()
    done = commit(client, preview)

    assert done.redirect_chain[-1][0] == f"/truong/{school.pk}/"
    assert UnitEvent.objects.filter(unit=school, kind=kind, decision_on=DECIDED).exists()


def test_a_move_is_chosen_from_the_communes(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)
    address = f"/truong/{world.th_a.pk}/bien-dong/chuyen-dia-ban/"
    commit(client, client.post(address, {**DECISION, "commune": world.commune_b.pk}))

    assert Unit.objects.get(pk=world.th_a.pk).commune == world.commune_b


def test_a_closed_school_offers_only_to_reopen(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)
    Unit.objects.filter(pk=world.th_a.pk).update(closed_on=date(2026, 11, 1))
    assert [act for act, _ in client.get(f"/truong/{world.th_a.pk}/bien-dong/").context["acts"]] == ["hoat-dong-lai"]
    commit(client, client.post(f"/truong/{world.th_a.pk}/bien-dong/hoat-dong-lai/", DECISION))
    assert Unit.objects.get(pk=world.th_a.pk).closed_on is None


def test_what_stands_in_the_way_is_said_on_the_form(world: SimpleNamespace, client_of: ClientOf) -> None:
    address = f"/truong/{world.th_a.pk}/bien-dong/sap-nhap/"
    answer = client_of(world.admin).post(address, {**DECISION, "successor": "khong-co"})
    assert "Không có đơn vị mã khong-co" in answer.content.decode()

    early = {**DECISION, "effective_on": "2026-11-09", "successor": world.thths_a.code}
    answer = client_of(world.admin).post(address, early)
    assert "không được trước ngày quyết định" in answer.content.decode()


def test_a_merged_school_names_its_successor_and_the_successor_what_it_took_over(
    open_world: SimpleNamespace, client_of: ClientOf
) -> None:
    client, school = client_of(open_world.admin), open_world.th_a
    address = f"/truong/{school.pk}/bien-dong/sap-nhap/"
    preview = client.post(address, {**DECISION, "successor": open_world.thths_a.code})
    assert "chưa nộp, ra khỏi danh sách" in preview.content.decode()
    page = commit(client, preview).content.decode()

    assert "thôi hoạt động từ 15/11/2026" in page
    assert "{#" not in page
    assert f'kế tục: <a href="/truong/{open_world.thths_a.pk}/">Trường TH&amp;THCS Gia Lâm</a>' in page
    assert "12/QĐ-UBND · 10/11/2026" in page
    assert "Trường TH Gia Viễn" in client.get(f"/truong/{open_world.thths_a.pk}/").content.decode()
    own = client_of(open_world.principal).get(f"/truong/{school.pk}/").content.decode()
    assert "kế tục: Trường TH&amp;THCS Gia Lâm" in own
    assert f"/truong/{open_world.thths_a.pk}/" not in own


def test_the_successor_finds_the_drafts_on_its_form(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    address = f"/truong/{open_world.thths_a.pk}/bien-dong/sap-nhap/"
    form = f"/bao-cao/{open_world.report.pk}/"
    assert "Phần của đơn vị được nhập vào" not in client_of(open_world.principal).get(form).content.decode()
    client = client_of(open_world.admin)
    commit(client, client.post(address, {**DECISION, "successor": open_world.th_a.code}))

    assert "Phần của đơn vị được nhập vào" in client_of(open_world.principal).get(form).content.decode()


# --- a file ------------------------------------------------------------------------------------
def test_a_file_is_looked_at_whole_and_then_written_whole(open_world: SimpleNamespace, client_of: ClientOf) -> None:
    client, w = client_of(open_world.admin), open_world
    preview = upload(
        client,
        ["BIẾN ĐỘNG NĂM 2026"],
        [],
        HEADER,
        row("Sáp nhập", w.th_a.code, "37-77777", name="Trường Gia Viễn"),
        row("Sáp nhập", w.thths_a.code, "37-77777"),
        row("Chuyển địa bàn", w.mn_b.code, commune="Xã Gia Viễn", number="13/QĐ-UBND"),
    )
    assert [item.change.lines for item in preview.context["applied"]] == [(4, 5), (6,)]
    assert preview.context["problems"] == []
    assert not UnitEvent.objects.exists()
    assert "Đã ghi 2 biến động." in commit(client, preview).content.decode()
    new = Unit.objects.get(code="37-77777")
    assert (new.name, new.level_codes) == ("Trường Gia Viễn", ["TH", "THCS"])
    assert Unit.objects.get(pk=w.mn_b.pk).commune == w.commune_a
    assert Report.objects.filter(unit=new).count() == 1


def test_every_problem_of_a_file_is_shown_and_nothing_can_be_written(
    world: SimpleNamespace, client_of: ClientOf
) -> None:
    preview = upload(
        client_of(world.admin),
        HEADER,
        row("Xoá sổ", world.th_a.code),
        row("Sáp nhập", world.th_a.code),
        row("Đổi tên", "khong-co", name="Mới"),
        row("Giải thể", world.mn_b.code, **{"from": "31/31/2026", "on": None}),
        row("Đổi cấp học", world.th_a.code, levels="Phổ thông nhiều cấp"),
        row("Đổi tên", world.th_a.code, name="Mới"),
    )
    problems = [(problem.row, problem.message) for problem in preview.context["problems"]]
    assert [number for number, _ in problems] == [2, 3, 4, 5, 5, 6]
    assert "Xoá sổ" in problems[0][1]
    assert "Thiếu mã đơn vị kế tục" in problems[1][1]
    assert "khong-co" in problems[2][1]
    assert 'name="signed"' not in preview.content.decode()


def test_the_same_file_twice_is_refused_the_second_time(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)
    preview = upload(client, HEADER, row("Giải thể", world.th_a.code))
    commit(client, preview)
    again = commit(client, preview).content.decode()

    assert "Không ghi việc nào" in again
    assert UnitEvent.objects.count() == 1


def test_a_number_is_not_taken_for_the_code_of_a_new_school(world: SimpleNamespace, client_of: ClientOf) -> None:
    preview = upload(client_of(world.admin), HEADER, row("Sáp nhập", world.th_a.code, 3712345, name="Mới"))
    assert "ô dạng số" in preview.context["problems"][0].message


def test_a_split_in_a_file_keeps_the_school_whose_code_is_among_its_parts(
    world: SimpleNamespace, client_of: ClientOf
) -> None:
    client, code = client_of(world.admin), world.thths_a.code
    rows = [
        row("Chia tách", code, code, levels="TH"),
        row("Chia tách", code, "37-2", name="Trường THCS Gia Lâm", levels="THCS"),
    ]
    commit(client, upload(client, HEADER, *rows))
    assert Unit.objects.get(code="37-2").level_codes == ["THCS"]
    assert (Unit.objects.get(code=code).closed_on, Unit.objects.get(code=code).level_codes) == (None, ["TH"])


def test_a_file_without_the_columns_says_which_are_needed(world: SimpleNamespace, client_of: ClientOf) -> None:
    answer = upload(client_of(world.admin), ["Mã trường", "Tên trường"], ["1", "Một"])
    assert "Không thấy dòng tiêu đề" in answer.content.decode()


def test_lines_that_were_tampered_with_are_not_written(world: SimpleNamespace, client_of: ClientOf) -> None:
    client = client_of(world.admin)
    preview = upload(client, HEADER, row("Giải thể", world.th_a.code))
    client.post("/truong/bien-dong/ghi/", {"signed": "x" + preview.context["signed"]})
    assert not UnitEvent.objects.exists()


# --- who ---------------------------------------------------------------------------------------
def test_only_administrators_record_and_an_outsider_does_not_find_the_school(
    world: SimpleNamespace, client_of: ClientOf
) -> None:
    signed = upload(client_of(world.admin), HEADER, row("Giải thể", world.th_a.code)).context["signed"]
    asked = {"officer": 403, "commune_officer": 403, "principal": 403, "viewer": 403, "principal_b": 404}
    for who, expected in asked.items():
        client = client_of(getattr(world, who))
        assert client.post(f"/truong/{world.th_a.pk}/bien-dong/giai-the/", DECISION).status_code == expected
        assert client.post("/truong/bien-dong/ghi/", {"signed": signed}).status_code == 403
    assert "Ghi biến động" not in client_of(world.officer).get(f"/truong/{world.th_a.pk}/").content.decode()
    assert not UnitEvent.objects.exists()


def test_an_office_or_a_commune_has_no_such_page(world: SimpleNamespace, client_of: ClientOf) -> None:
    assert client_of(world.admin).get(f"/truong/{world.commune_a.pk}/bien-dong/").status_code == 404
    assert client_of(world.admin).get(f"/truong/{world.th_a.pk}/bien-dong/khong-co/").status_code == 404
