from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from freezegun import freeze_time

from schools import export
from schools.models import Headcount, Unit
from tests import factories as make

pytestmark = pytest.mark.django_db
ODD = [
    ("0012345", '=HYPERLINK("http://ac.example","Trường TH A")'),
    ("007", "+84 Trường TH B"),
    ("37000E03", "-Trường TH C"),
    ("1234567890123456", "@SUM(1) Trường TH D"),
]


@pytest.fixture(autouse=True)
def in_november() -> Any:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        yield


@pytest.fixture
def odd_world(world: SimpleNamespace) -> SimpleNamespace:
    """Codes that Excel would spoil, names that it would run, a school that says little."""
    place = {"commune": world.commune_a, "manager": world.commune_a}
    for code, name in ODD:
        school = make.make_school(name, ["TH"], **place, code=code, address="=1+1", phone="0912000000")
        make.make_headcounts(school, 2026, staff=0, TH=25)
    make.make_school("Trường PTDTBT TH&THCS Xa", ["TH", "THCS"], **place, code="37-Z9", ownership="", email="")
    for population, number in (("managers", 2), ("teachers", 20), ("employees", 8)):
        Headcount.objects.create(unit=world.th_a, school_year=2026, population=population, number=number)
    Headcount.objects.create(unit=world.th_a, school_year=2026, population="classes", level="TH", number=14)
    return world


def content_of(response: Any) -> bytes:
    assert response.status_code == 200
    return bytes(response.getvalue())


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def import_again(content: bytes, path: Path, capsys: Any) -> dict[str, Any]:
    path.write_bytes(content)
    capsys.readouterr()
    call_command("import_schools", str(path), "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_import_takes_the_export_back_unchanged(
    odd_world: SimpleNamespace, client_of: Any, tmp_path: Path, capsys: Any
) -> None:
    content = content_of(client_of(odd_world.admin).get("/truong/xuat/"))
    found = import_again(content, tmp_path / "ds.xlsx", capsys)
    count = Unit.objects.schools().count()
    assert found["rows"] | {"skipped": 0} == {
        "total": count, "new": 0, "changed": 0, "unchanged": count, "error": 0, "skipped": 0,
    }  # fmt: skip
    assert (found["unmapped"], found["missing_from_file"], found["problems"]) == ([], [], [])


def test_an_export_after_one_change_comes_back_with_that_change_only(
    odd_world: SimpleNamespace, client_of: Any, tmp_path: Path, capsys: Any
) -> None:
    content = content_of(client_of(odd_world.admin).get("/truong/xuat/"))
    Headcount.objects.filter(unit=odd_world.th_a, population="teachers").update(number=19)
    found = import_again(content, tmp_path / "ds.xlsx", capsys)
    assert [row["school"]["code"] for row in found["preview"] if row["action"] != "unchanged"] == [odd_world.th_a.code]


def test_codes_and_names_are_text_and_nothing_is_a_formula(odd_world: SimpleNamespace, client_of: Any) -> None:
    sheet = sheet_of(content_of(client_of(odd_world.admin).get("/truong/xuat/?q=truong th")))
    cells = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    for code, name in ODD:
        assert (cells[code][0].data_type, cells[code][1].data_type) == ("s", "s")
        assert (cells[code][1].value, cells[code][0].number_format, cells[code][1].hyperlink) == (name, "@", None)


def test_the_file_holds_what_the_screen_shows(odd_world: SimpleNamespace, client_of: Any) -> None:
    client = client_of(odd_world.officer)
    for query in ("level=THCS", f"commune={odd_world.commune_b.pk}", "managed_by=department", "q=gia vien&level=TH"):
        shown = [unit.name for unit in client.get(f"/truong/?{query}").context["page_obj"]]
        sheet = sheet_of(content_of(client.get(f"/truong/xuat/?{query}")))
        assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == shown != []


def test_a_commune_gets_its_own_schools_only(odd_world: SimpleNamespace, client_of: Any) -> None:
    sheet = sheet_of(content_of(client_of(odd_world.commune_officer_b).get("/truong/xuat/")))
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["Trường MN Phát Diệm"]


def test_communes_are_not_exported_as_schools(world: SimpleNamespace, client_of: Any) -> None:
    assert client_of(world.admin).get("/truong/xuat/?kind=commune").status_code == 404


def test_an_unknown_count_is_an_empty_cell_and_nought_is_nought(odd_world: SimpleNamespace) -> None:
    out = io.BytesIO()
    export.write_schools(Unit.objects.schools().filter(code__in=["007", "37-Z9"]), school_year=2026, out=out)
    head, *rows = sheet_of(out.getvalue()).iter_rows(values_only=True)
    staff = {row[0]: row[head.index("CB-GV-NV")] for row in rows}
    assert staff == {"007": 0, "37-Z9": None}


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_questions_does_not_grow_with_the_list(
    world: SimpleNamespace, count: int, django_assert_num_queries: Any
) -> None:
    schools = Unit.objects.schools().filter(pk__in=[school.pk for school in world.schools[:count]])
    with django_assert_num_queries(3):
        assert export.write_schools(schools, school_year=2026, out=io.BytesIO()) == count
