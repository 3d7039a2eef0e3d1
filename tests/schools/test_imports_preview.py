from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from schools.imports.places import Gazetteer, Place
from schools.models import Unit
from tests.schools.sheets import HEADER, codes, look, school


def test_new_changed_unchanged_error_and_skipped_rows_are_told_apart(world: SimpleNamespace) -> None:
    known, other = world.th_a, world.mn_b
    found = look(
        school("37-9"),
        school(known.code, known.name, pupils=400, staff=30),
        school(other.code, other.name, levels="MN", commune="Xã Phát Diệm", pupils=160, staff=20),
        school("", "Trường TH Không Mã"),
        [None, "Tổng cộng", None, None, None, None, None, 999, 99],
    )

    assert [row.action for row in found.rows] == ["new", "unchanged", "changed", "error"]
    assert found.counts == {"total": 5, "new": 1, "changed": 1, "unchanged": 1, "error": 1, "skipped": 1}
    assert [(item.field, item.old, item.new) for item in found.rows[2].changes] == [("pupils_MN", "150", "160")]
    assert codes(found) == [(6, "", "junk_row"), (5, "code", "missing_code")]


def test_schools_that_the_list_does_not_name_are_told_and_an_error_row_names_its_school(world: SimpleNamespace) -> None:
    found = look(school(world.th_a.code, world.th_a.name, pupils="61O"))

    assert found.rows[0].action == "error"
    assert {item.unit_id for item in found.missing} == {world.thths_a.pk, world.thpt_a.pk, world.mn_b.pk}


def test_of_a_code_that_stands_twice_the_later_row_is_the_error(world: SimpleNamespace) -> None:
    found = look(school("37-9"), school("37-8"), school("37-9", "Trường TH Khác"))

    assert [row.action for row in found.rows] == ["new", "new", "error"]
    assert codes(found) == [(4, "code", "duplicate_code")]
    assert found.problems[0].message == "Trùng mã với dòng 2."


def test_a_column_that_the_file_lacks_and_an_empty_cell_erase_nothing(world: SimpleNamespace) -> None:
    Unit.objects.filter(pk=world.th_a.pk).update(address="Thôn 1", phone="0229")

    found = look(school(world.th_a.code, world.th_a.name, pupils=None, staff=None, ownership=None))

    assert found.rows[0].action == "unchanged"


def test_a_code_shorter_than_the_text_codes_of_the_list_has_lost_its_zeros(world: SimpleNamespace) -> None:
    found = look(school("037001", "Trường TH Một"), school("037002", "Trường TH Hai"), school(37003, "Trường TH Ba"))

    assert codes(found) == [(4, "code", "code_not_text")]
    assert found.problems[0].suggestion == "037003"


def test_a_new_school_needs_levels_and_a_commune(world: SimpleNamespace) -> None:
    found = look(school("37-9", "Trường Ánh Dương", levels=None, commune=None))

    assert codes(found) == [(2, "levels", "unknown_level"), (2, "commune", "unknown_commune")]


def test_a_level_not_told_is_read_from_the_name(world: SimpleNamespace) -> None:
    found = look(school("37-9", "Trường TH&THCS Mới", levels=None, pupils=None))

    assert found.rows[0].school.levels == 6


def test_a_name_that_speaks_against_the_level_is_a_warning(world: SimpleNamespace) -> None:
    found = look(school("37-9", "Trường THCS Mới", levels="TH"))

    assert found.rows[0].action == "new"
    assert [(item.severity, item.field) for item in found.problems] == [("warning", "levels")]


def test_four_fifths_gone_is_asked_about_and_three_percent_is_not(world: SimpleNamespace) -> None:
    found = look(
        school(world.th_a.code, world.th_a.name, pupils=72, staff=30),
        school(world.thpt_a.code, world.thpt_a.name, levels="THPT", pupils=970, staff=800),
    )

    assert codes(found) == [(2, "pupils", "suspicious_change"), (3, "staff", "suspicious_change")]
    assert found.problems[0].message.startswith("Giảm 82%")
    assert [row.action for row in found.rows] == ["changed", "changed"]


def test_a_total_over_several_levels_is_not_written_and_said_so(world: SimpleNamespace) -> None:
    found = look(school(world.thths_a.code, world.thths_a.name, levels="TH, THCS", pupils=520, staff=50))

    assert [(item.severity, item.field) for item in found.problems] == [("warning", "pupils")]
    assert found.rows[0].headcounts == {("staff", ""): 50}


def test_pupils_by_level_are_read_from_columns_of_their_own(world: SimpleNamespace) -> None:
    header = ["Mã trường", "Tên trường", "Xã/phường", "HS TH", "HS THCS", "HS MN"]

    found = look([world.thths_a.code, world.thths_a.name, "Gia Viễn", 310, 200, 0], header=header)

    assert found.rows[0].headcounts == {("pupils", "TH"): 310, ("pupils", "THCS"): 200}
    assert [item.field for item in found.rows[0].changes] == ["pupils_TH"]


def test_numbering_notes_sections_and_signatures_are_passed_over(world: SimpleNamespace) -> None:
    header = ["STT", *HEADER]

    def row(*values: Any) -> list[Any]:
        return [*values, *[None] * (len(header) - len(values))]

    found = look(
        [f"({number})" for number in range(1, 11)],
        row("I", None, "Khối tiểu học"),
        row(1, *school("37-9")),
        row(None, None, "Cộng"),
        row("Ghi chú: số liệu đầu năm"),
        row(None, None, None, None, None, None, "Ninh Bình, ngày 5 tháng 9 năm 2026"),
        row(None, None, None, None, None, None, "HIỆU TRƯỞNG"),
        header=header,
    )

    assert [row.row for row in found.rows] == [4]
    assert found.skipped == 6
    assert codes(found) == [(5, "", "junk_row"), (6, "", "junk_row")]


def test_a_section_row_and_a_merged_cell_tell_the_commune_of_the_rows_below(world: SimpleNamespace) -> None:
    found = look(
        ["Xã Phát Diệm"],
        school("37-8", "Trường TH Tám", commune=None),
        ["Xã Gia Viễn"],
        school("37-9", "Trường TH Chín", commune=None),
    )

    assert [row.school.commune for row in found.rows] == ["Xã Phát Diệm", "Xã Gia Viễn"]


@pytest.fixture
def gazetteer() -> Gazetteer:
    from schools import communes

    return Gazetteer(Place(number, item.code, item.name) for number, item in enumerate(communes.communes_of("37")))


@pytest.mark.parametrize(
    ("written", "name", "fault"),
    [
        ("Xã Gia Viễn", "Xã Gia Viễn", None),
        ("xã gia viễn", "Xã Gia Viễn", None),
        ("Gia Vien", "Xã Gia Viễn", None),
        ("X. Gia Viễn", "Xã Gia Viễn", None),
        ("UBND xã Gia Viễn", "Xã Gia Viễn", None),
        ("Xã Gia Viễn, tỉnh Ninh Bình", "Xã Gia Viễn", None),
        ("14464", "Xã Gia Viễn", None),
        ("P. Hoa Lư", "Phường Hoa Lư", None),
        ("Huyện Gia Viễn", None, "unknown_commune"),
        ("Phường Gia Viễn", None, "unknown_commune"),
        ("Gia Viển", None, "unknown_commune"),
        ("Gia Viênx", None, "unknown_commune"),
        ("99999", None, "unknown_commune"),
    ],
)
def test_a_commune_is_found_by_its_names_or_reported(
    gazetteer: Gazetteer, written: str, name: str | None, fault: str | None
) -> None:
    place, problem = gazetteer.find(written)

    assert (place.name if place else None, problem.code if problem else None) == (name, fault)


def test_a_misspelt_commune_has_a_suggestion(gazetteer: Gazetteer) -> None:
    _place, problem = gazetteer.find("Hoa Luu")

    assert problem is not None
    assert problem.suggestion == "Phường Hoa Lư"


def test_an_old_name_becomes_the_new_one_and_says_so(gazetteer: Gazetteer) -> None:
    place, problem = gazetteer.find("Thị trấn Phát Diệm", district="Huyện Kim Sơn")

    assert place is not None
    assert problem is not None
    assert (place.name, problem.code, problem.severity) == ("Xã Phát Diệm", "commune_renamed", "warning")


def test_an_old_commune_that_was_divided_stays_open(gazetteer: Gazetteer) -> None:
    from collections import defaultdict

    from schools import communes

    targets = defaultdict(set)
    for item in communes.conversions():
        if item.new_code in gazetteer.by_code:
            targets[item.old_name, item.old_district].add(item.new_code)
    (name, district), _codes = next(item for item in sorted(targets.items()) if len(item[1]) > 1)

    place, problem = gazetteer.find(name, district=district)

    assert place is None
    assert problem is not None
    assert problem.code == "ambiguous_commune"


def test_a_code_and_a_name_that_disagree_are_reported(gazetteer: Gazetteer) -> None:
    _place, problem = gazetteer.find("Xã Phát Diệm", code="14464")

    assert problem is not None
    assert problem.code == "ambiguous_commune"
