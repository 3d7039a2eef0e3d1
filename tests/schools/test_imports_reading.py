from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from schools.imports import cells, headers, workbook
from schools.imports.preview import read_table
from schools.imports.problems import RefusedError
from tests.schools.sheets import HEADER, school, xlsx

DATA = Path(__file__).resolve().parent.parent / "data" / "schools"


def test_title_rows_above_the_header_are_passed_over() -> None:
    table = read_table(xlsx(["SỞ GIÁO DỤC VÀ ĐÀO TẠO"], ["DANH SÁCH TRƯỜNG"], [], HEADER, school()))

    assert table.header.row == 4
    assert table.header.mapping["commune"] == "Xã/phường"


def test_headers_are_known_in_any_case_with_stars_breaks_and_without_marks() -> None:
    table = read_table(
        xlsx(["STT", "MA_TRUONG *", "Tên\nđơn vị", "CAP HOC", "Tổng số HS (đầu năm)", "Ghi chú"], [1, "a", "b"])
    )

    assert table.header.mapping == {
        "code": "MA_TRUONG *",
        "name": "Tên đơn vị",
        "levels": "CAP HOC",
        "pupils": "Tổng số HS (đầu năm)",
    }
    assert table.header.unmapped == ["STT", "Ghi chú"]


def test_a_number_of_girls_is_not_the_number_of_pupils() -> None:
    table = read_table(xlsx(["Mã trường", "Tên trường", "Tổng số HS nữ", "HS dân tộc"], ["a", "b", 1, 2]))

    assert set(table.header.columns) == {"code", "name"}


def test_a_header_of_two_rows_is_joined() -> None:
    top = ["Mã trường", "Tên trường", "Học sinh", None, None, "CB-GV-NV"]
    below = [None, None, "MN", "TH", "THCS", None]

    header = read_table(xlsx(top, below, ["1", "Trường", 1, 2, 3, 4])).header

    assert (header.row, header.last_row) == (1, 2)
    assert header.mapping["pupils_TH"] == "Học sinh TH"
    assert header.columns["pupils_THCS"] == 4
    assert header.columns["staff"] == 5


def test_a_mapping_that_is_given_wins_over_the_guess() -> None:
    content = xlsx(["Mã trường", "Mã cũ", "Tên trường"], ["new", "old", "Trường"])

    assert read_table(content, mapping={"code": "Mã cũ"}).header.columns["code"] == 1


def test_the_sheet_that_looks_like_a_list_is_chosen_and_a_hidden_one_is_not() -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Lời dẫn"])  # type: ignore[union-attr]
    for title, state in (("An", "hidden"), ("Danh sách", "visible")):
        sheet = book.create_sheet(title)
        sheet.append(HEADER)
        sheet.append(school())
        sheet.sheet_state = state
    out = io.BytesIO()
    book.save(out)

    assert read_table(out.getvalue()).sheet.name == "Danh sách"


def test_a_csv_with_semicolons_and_a_byte_order_mark_is_read() -> None:
    table = read_table((DATA / "danh-muc-cham-phay.csv").read_bytes())

    assert table.header.mapping["name"] == "Tên trường"
    assert table.sheet.rows[1][0] == "037123"


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"", "unreadable_file", "trống"),
        (b"PK\x03\x04 not an archive", "unreadable_file", "hỏng"),
        (b"\xd0\xcf\x11\xe0 not a workbook", "unreadable_file", "bảng tính"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "unreadable_file", "trang web"),
        ("Mã;Tên".encode("utf-16-be") + b"\xff", "unreadable_file", "UTF-8"),
        ("một;hai\n1;2\n".encode(), "no_header_found", "tiêu đề"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(content: bytes, code: str, word: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_table(content)

    assert refused.value.problem.code == code
    assert word in refused.value.problem.message
    assert refused.value.problem.message.endswith(".")


def test_a_file_over_the_limit_is_refused_before_it_is_parsed(settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1000

    with pytest.raises(RefusedError) as refused:
        read_table(b"PK\x03\x04" + b"x" * 1000)

    assert refused.value.problem.code == "too_large"


def test_an_archive_that_unpacks_to_gigabytes_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (workbook.MAX_UNPACKED + 1))

    assert len(out.getvalue()) < 1_000_000
    with pytest.raises(RefusedError) as refused:
        workbook.read_sheets(out.getvalue())
    assert refused.value.problem.code == "too_large"


def test_one_cell_in_the_last_corner_of_a_sheet_is_refused() -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active["XFD1048576"] = 1  # type: ignore[index]
    out = io.BytesIO()
    book.save(out)

    with pytest.raises(RefusedError) as refused:
        workbook.read_sheets(out.getvalue())
    assert refused.value.problem.code == "too_large"


@pytest.mark.parametrize(
    ("cell", "code", "fault"),
    [
        ("037123", "037123", None),
        (37123.0, "37123", None),
        ("'037123", "037123", None),
        (" 037 123 ", "037123", None),
        ("37123.0", "37123", None),
        ("37000E03", "37000E03", None),
        ("3,7E+10", "", "code_not_text"),
        (37.5, "", "code_not_text"),
        (3.7e20, "", "code_not_text"),
    ],
)
def test_codes_are_text(cell: cells.Cell, code: str, fault: str | None) -> None:
    found, problem = cells.read_code(cell)

    assert (found, problem.code if problem else None) == (code, fault)


@pytest.mark.parametrize(
    ("cell", "number", "fault", "suggestion"),
    [
        ("", None, None, ""),
        (0.0, 0, None, ""),
        (418.0, 418, None, ""),
        ("1.234", 1234, None, ""),
        ("1,234", 1234, None, ""),
        ("1 234", 1234, None, ""),
        ("418.0", 418, None, ""),
        (1.234, None, "bad_number", "1234"),
        ("61O", None, "bad_number", "610"),
        ("418 em", None, "bad_number", "418"),
        (-5.0, None, "negative_number", ""),
        ("-5", None, "negative_number", ""),
        ("nhiều", None, "bad_number", ""),
        (9_999_999.0, None, "bad_number", ""),
        ("–", None, "bad_number", ""),
        (True, None, "bad_number", ""),
    ],
)
def test_counts_are_read_or_reported(cell: cells.Cell, number: int | None, fault: str | None, suggestion: str) -> None:
    found, problem = cells.read_count(cell)

    assert (found, problem.code if problem else None) == (number, fault)
    assert (problem.suggestion if problem else "") == suggestion


@pytest.mark.parametrize(
    ("written", "mask"),
    [
        ("TH", 2), ("Tiểu học", 2), ("12", 6), ("1,2", 6), (1.0, 2), ("TH,THCS&THPT", 14), ("TH & THCS", 6),
        ("Mầm non", 1), ("Mẫu giáo", 1), ("GDNN-GDTX", 48), ("Trung học phổ thông", 8), ("THCS và THPT", 12),
        ("Cao đẳng", 128), ("Phổ thông nhiều cấp", 0), ("Khác", 0), ("9", 0), ("11", 0),
    ],
)  # fmt: skip
def test_levels_are_read_from_codes_short_names_and_words(written: cells.Cell, mask: int) -> None:
    found, problem = cells.read_levels(written)

    assert found == mask
    assert (problem is not None) == (mask == 0)


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("Trường TH & THCS Gia Lâm", 6),
        ("Trường Mầm non Hoa Sen", 1),
        ("Trường PTDTBT TH&THCS Cúc Phương", 6),
        ("Trung tâm GDNN-GDTX Nho Quan", 48),
        ("Trường THPT chuyên Lương Văn Tụy", 8),
        ("Trường Cao đẳng Cơ điện", 128),
        ("Trường Quốc tế Ánh Dương", 0),
        ("Trường TH Mầm Non Xanh", 3),
    ],
)
def test_levels_are_read_from_the_beginning_of_a_name(name: str, mask: int) -> None:
    assert cells.levels_in_name(name) == mask


def test_columns_are_named_as_in_excel() -> None:
    assert [headers.letter(place) for place in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]


def test_of_two_school_years_side_by_side_the_one_asked_for_is_read() -> None:
    content = xlsx(["Mã trường", "Tên trường", "Số HS năm học 2025-2026", "Số HS năm học 2026-2027"], ["a", "b", 1, 2])

    assert read_table(content, school_year=2025).header.columns["pupils"] == 2
    assert read_table(content, school_year=2026).header.columns["pupils"] == 3
    assert "pupils" not in read_table(content, school_year=2027).header.columns


def test_of_two_sheets_the_one_that_names_the_school_year_is_read_and_the_other_told() -> None:
    from openpyxl import Workbook

    book = Workbook()
    for title in ("2026-2027", "2025-2026"):
        sheet = book.create_sheet(title)
        for row in (HEADER, school(), school("37-8"))[: 2 if title == "2026-2027" else 3]:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)

    assert read_table(out.getvalue(), school_year=2026).sheet.name == "2026-2027"
    assert read_table(out.getvalue(), school_year=2025).sheet.name == "2025-2026"


def test_a_mapping_that_names_a_header_the_file_lacks_is_refused_with_its_name() -> None:
    with pytest.raises(RefusedError) as refused:
        read_table(xlsx(HEADER, school()), mapping={"staff": "Biên chế"})

    assert "“Biên chế”" in refused.value.problem.message


def test_a_field_that_the_mapping_leaves_blank_is_not_read() -> None:
    assert "staff" not in read_table(xlsx(HEADER, school()), mapping={"staff": ""}).header.columns


def test_the_telephone_of_the_head_is_not_that_of_the_school() -> None:
    top = ["Mã trường", "Tên trường", "Hiệu trưởng", None]
    below = [None, None, "Họ tên", "Điện thoại"]

    assert "phone" not in read_table(xlsx(top, below, ["1", "Trường", "x", "y"])).header.columns


def test_a_whole_number_past_a_total_is_no_code(world: Any) -> None:
    from tests.schools.sheets import look

    found = look(school("37-9"), school(25, "Tổng cộng các trường", levels=None, commune=None))

    assert [row.school.code for row in found.rows] == ["37-9"]
    assert found.skipped == 1


def test_a_level_that_only_the_name_tells_changes_no_known_school(world: Any) -> None:
    from tests.schools.sheets import look

    found = look([world.thths_a.code, "Trường TH Gia Viễn"], header=["Mã trường", "Tên trường"])

    assert [change.field for change in found.rows[0].changes] == ["name"]
    assert found.rows[0].school.levels == world.thths_a.levels


def test_a_section_of_the_list_ends_at_the_next_one_whatever_that_is(world: Any) -> None:
    from tests.schools.sheets import look

    found = look(
        ["I. Xã Gia Viễn"],
        school("37-8", "Trường TH Tám", commune=None),
        ["II. Các đơn vị trực thuộc Sở"],
        school("37-9", "Trường THPT Chín", levels="THPT", commune=None),
    )

    assert [row.school.commune for row in found.rows] == ["Xã Gia Viễn", ""]


def test_a_district_of_before_decides_between_the_communes_of_one_name() -> None:
    from schools import communes
    from schools.imports.places import Gazetteer, Place

    found = Gazetteer(Place(number, item.code, item.name) for number, item in enumerate(communes.communes_of("37")))

    assert [
        place.code
        for place in (found.find(name)[0] for name in ("Xã Yên Khánh", "Xã Yên Khánh (huyện Ý Yên)", "14467"))
        if place
    ] == ["14560", "13795", "14464"]
    assert found.find("14503")[1].code == "ambiguous_commune"  # type: ignore[union-attr]
