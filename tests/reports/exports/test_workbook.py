from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from accounts.models import User
from reports.completion import services as completion
from reports.completion.selectors import rates
from reports.exports.workbook import file_name, round_workbook
from reports.models import Basis, Grouping, Report, Value
from schools.models import Unit
from tests import factories as make

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
NOW = make.local(2026, 11, 21, 8, 30)


@pytest.fixture
def counted_world(open_world: SimpleNamespace) -> SimpleNamespace:
    """One report submitted with two values, and the rates computed."""
    report = open_world.report
    submission = report.submissions.create(number=1, receipt="BC-2026-000001-1")
    for code, level, n, d in (("1.2", "", 799, 1000), ("1.4", "TH", 380, 400)):
        Value.objects.create(
            submission=submission, indicator=open_world.indicators[code], level=level, numerator=n, denominator=d
        )
    Report.objects.filter(pk=report.pk).update(
        state="submitted", current_submission=submission, first_submitted_at=make.local(2026, 11, 10)
    )
    completion.compute_completion(round_id=open_world.round.pk)
    return open_world


def sheet(file: BytesIO, name: str) -> list[tuple[Any, ...]]:
    return list(load_workbook(file)[name].iter_rows(min_row=4, values_only=True))


def test_the_cells_are_the_rates(counted_world: SimpleNamespace) -> None:
    w = counted_world
    file = round_workbook(round_id=w.round.pk, basis=Basis.PROVISIONAL, now=NOW)
    known = rates(round_id=w.round.pk, basis=Basis.PROVISIONAL, grouping=Grouping.WHOLE)
    codes = {item.code: item.pk for item in w.indicators.values()}
    found = sheet(file, "Chỉ tiêu")
    assert len(found) >= len(codes)
    for row in found:
        level = "" if row[3] == "Toàn bộ" else row[3]
        sums = known[w.department.pk, codes[row[0]], level]
        assert row[5:10] == (sums.expected, sums.counted, sums.silent, sums.numerator, sums.denominator)
        shown = sums.reported.percent
        assert row[10] == (None if shown is None else float(shown))


def test_79_96_is_cut_in_the_file_too(counted_world: SimpleNamespace) -> None:
    Value.objects.filter(indicator=counted_world.indicators["1.2"]).update(numerator=1999, denominator=2500)
    completion.compute_completion(round_id=counted_world.round.pk)
    rows = sheet(round_workbook(round_id=counted_world.round.pk, basis="provisional", now=NOW), "Chỉ tiêu")
    assert next(row[10] for row in rows if row[0] == "1.2" and row[3] == "Toàn bộ") == 79.9


def test_communes_and_reports_have_sheets_of_their_own(counted_world: SimpleNamespace) -> None:
    file = round_workbook(round_id=counted_world.round.pk, basis=Basis.PROVISIONAL, now=NOW)
    assert [row[1] for row in sheet(file, "Xã, phường")] == ["Xã Gia Viễn", "Xã Phát Diệm"]
    reports = {row[1]: row for row in sheet(file, "Đơn vị")}
    assert len(reports) == 4
    assert reports["Trường TH Gia Viễn"][11:13] == (799, 1000)
    assert reports["Trường THPT Gia Viễn A"][5] == "Chưa bắt đầu"


def test_a_name_that_looks_like_a_formula_stays_text(counted_world: SimpleNamespace) -> None:
    Unit.objects.filter(pk=counted_world.th_a.pk).update(name="=1+1")
    file = round_workbook(round_id=counted_world.round.pk, basis=Basis.PROVISIONAL, now=NOW)
    cells = [cell for row in load_workbook(file)["Đơn vị"].iter_rows(min_row=4) for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_commune_gets_its_own_schools_and_sums(counted_world: SimpleNamespace, client_of: SignIn) -> None:
    w = counted_world
    response = client_of(w.commune_officer_b).get(f"/bang-dieu-khien/xuat/?dot={w.round.pk}")
    file = BytesIO(b"".join(response.streaming_content))
    assert [row[1] for row in sheet(file, "Đơn vị")] == ["Trường MN Phát Diệm"]
    assert [row[1] for row in sheet(file, "Xã, phường")] == ["Xã Phát Diệm"]
    staff = next(row for row in sheet(file, "Chỉ tiêu") if row[0] == "1.2" and row[3] == "Toàn bộ")
    assert staff[5:9] == (1, 0, 1, 0)


def test_the_file_has_a_plain_name(world: SimpleNamespace) -> None:
    assert file_name("Tổng kết đợt 2026", NOW) == "tong-ket-dot-2026-20261121.xlsx"


def test_the_command_writes_what_the_page_gives(counted_world: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "dot.xlsx"
    call_command("export_round", str(counted_world.round.pk), "--format", "xlsx", "-o", str(path), stdout=StringIO())
    page = round_workbook(round_id=counted_world.round.pk, basis=Basis.PROVISIONAL, now=NOW)
    assert sheet(BytesIO(path.read_bytes()), "Đơn vị") == sheet(page, "Đơn vị")


def test_the_command_says_that_docx_comes_later(counted_world: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="docx"):
        call_command("export_round", str(counted_world.round.pk), "--format", "docx", "-o", str(tmp_path / "a.docx"))
    assert not (tmp_path / "a.docx").exists()


def test_the_command_knows_no_such_round(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="999"):
        call_command("export_round", "999", "-o", str(tmp_path / "a.xlsx"))
