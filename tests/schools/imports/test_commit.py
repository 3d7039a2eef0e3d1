from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from freezegun import freeze_time

from accounts.models import AuditEntry
from schools.imports import jobs, stored_preview
from schools.imports.stored_preview import ImportBlockedError
from schools.models import Headcount, Management, Placement, SchoolImport, Unit
from tests.schools.imports.uploads import upload, write
from tests.schools.sheets import HEADER, school, xlsx

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[Any]]:
    """All rows that an import may touch."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())  # type: ignore[attr-defined]
        for model in (Unit, Headcount, Placement, Management, AuditEntry)
    }


def test_a_commit_writes_new_and_changed_schools_with_place_manager_and_counts(world: SimpleNamespace) -> None:
    item = upload(
        world,
        school("37-9", "Trường THPT Mới", levels="THPT", pupils=900, staff=60),
        school(world.th_a.code, "Trường TH Đổi Tên", pupils=410, staff=30),
    )

    item = write(world, item)

    assert (item.state, item.rows_done, item.outcome["headcounts"]) == ("committed", 2, 3)
    assert item.outcome["rows"] == {"total": 2, "new": 1, "changed": 1, "unchanged": 0, "error": 0, "skipped": 0}
    new = Unit.objects.get(code="37-9")
    assert (new.commune, new.manager, new.name_folded) == (world.commune_a, world.department, "truong thpt moi")
    assert (new.placements.get().commune, new.managements.get().manager) == (world.commune_a, world.department)
    assert new.headcounts.get(population="pupils").source == "Danh mục.xlsx"
    assert Unit.objects.get(pk=world.th_a.pk).name == "Trường TH Đổi Tên"
    assert Headcount.objects.get(unit=world.th_a, school_year=2026, population="pupils").number == 410
    assert Headcount.objects.get(unit=world.th_a, school_year=2025, population="pupils").number == 400


def test_a_commit_leaves_one_entry_with_counts_and_the_hash_of_the_file(world: SimpleNamespace) -> None:
    item = upload(world, school("37-9"), school("", "Trường TH Không Mã"))

    write(world, item, skip_errors=True)

    entry = AuditEntry.objects.get(action="import.commit")
    with item.file.open("rb") as file:
        assert entry.after is not None
        assert entry.after["sha256"] == hashlib.sha256(file.read()).hexdigest()
    assert entry.actor == world.admin
    assert entry.after["rows"] == {"total": 2, "new": 1, "changed": 0, "unchanged": 0, "error": 1, "skipped": 0}


@freeze_time("2026-11-21 08:30:00+07:00")
def test_a_school_that_moved_has_both_places_and_the_manager_of_the_new_one(world: SimpleNamespace) -> None:
    item = upload(world, school(world.th_a.code, world.th_a.name, commune="Xã Phát Diệm", pupils=400, staff=30))

    write(world, item)

    moved = Unit.objects.get(pk=world.th_a.pk)
    assert (moved.commune, moved.manager) == (world.commune_b, world.commune_b)
    spans = moved.placements.order_by("pk").values_list("commune", "from_on", "until_on")
    today = date(2026, 11, 21)
    assert list(spans) == [(world.commune_a.pk, None, today), (world.commune_b.pk, today, None)]
    assert moved.managements.filter(until_on=None).get().manager == world.commune_b


def test_a_manager_that_was_decided_against_the_rule_stays(world: SimpleNamespace) -> None:
    Unit.objects.filter(pk=world.th_a.pk).update(manager=world.department)
    item = upload(world, school(world.th_a.code, world.th_a.name, commune="Xã Phát Diệm", pupils=400, staff=30))

    write(world, item)

    assert Unit.objects.get(pk=world.th_a.pk).manager == world.department


def test_the_same_list_twice_changes_nothing(world: SimpleNamespace) -> None:
    rows = [school("37-9"), school("37-8", "Trường MN Tám", levels="MN", commune="Xã Phát Diệm")]
    write(world, upload(world, *rows))
    again = upload(world, *rows)
    before = everything()

    again = write(world, again)

    assert (again.state, again.rows_done) == ("committed", 0)
    after = everything()
    before.pop("AuditEntry")
    after.pop("AuditEntry")
    assert after == before


def test_an_upload_is_written_once(world: SimpleNamespace) -> None:
    item = upload(world, school("37-9"))
    write(world, item)

    with pytest.raises(ImportBlockedError):
        write(world, item)

    assert AuditEntry.objects.filter(action="import.commit").count() == 1


def test_error_rows_block_the_whole_list_unless_they_are_skipped(world: SimpleNamespace) -> None:
    item = upload(world, school("37-9"), school("37-8", pupils="61O"))
    before = everything()

    with pytest.raises(ImportBlockedError, match="1 dòng lỗi"):
        write(world, item)
    assert everything() == before

    write(world, item, skip_errors=True)
    assert Unit.objects.filter(code="37-9").exists()
    assert not Unit.objects.filter(code="37-8").exists()


def test_what_the_list_does_not_name_is_never_closed_or_deleted(world: SimpleNamespace) -> None:
    write(world, upload(world, school("37-9")))

    assert Unit.objects.schools().filter(closed_on=None).count() == 5


def test_a_list_is_not_written_when_the_reader_was_told_another_number(world: SimpleNamespace) -> None:
    item = upload(world, school("37-9"))

    with pytest.raises(ImportBlockedError, match="đã thay đổi"):
        jobs.queue_commit(item=item, by=world.admin, skip_errors=False, expected=2)

    assert SchoolImport.objects.get(pk=item.pk).state == "preview"


def test_a_list_whose_school_was_made_meanwhile_is_shown_again_and_not_written(world: SimpleNamespace) -> None:
    item = upload(world, school("37-9"), school("37-8", "Trường TH Tám"))
    write(world, upload(world, school("37-8", "Trường TH Tám")))

    item = write(world, item)

    assert item.state == "reading"
    assert not Unit.objects.filter(code="37-9").exists()
    jobs.run_due()
    item.refresh_from_db()
    assert (item.state, stored_preview.load(item).head.counts["new"]) == ("preview", 1)


@pytest.mark.parametrize("change", ["name", "headcount"])
def test_a_list_writes_over_nothing_but_what_its_preview_showed(world: SimpleNamespace, change: str) -> None:
    item = upload(world, school(world.th_a.code, "Trường TH Đổi Tên", pupils=410, staff=30))
    if change == "name":
        Unit.objects.filter(pk=world.th_a.pk).update(name="Trường TH Người Khác Đặt")
    else:
        Headcount.objects.filter(unit=world.th_a, school_year=2026, population="pupils").update(number=405)
    before = everything()

    item = write(world, item)

    assert item.state == "reading"
    after = everything()
    assert [after[name] for name in ("Unit", "Headcount")] == [before[name] for name in ("Unit", "Headcount")]


def test_a_cancelled_upload_cannot_be_written(world: SimpleNamespace) -> None:
    item = upload(world, school("37-9"))
    jobs.cancel_import(item=item, by=world.admin)

    with pytest.raises(ImportBlockedError):
        write(world, item)


def test_a_kept_file_that_was_tampered_with_is_not_written(world: SimpleNamespace) -> None:
    item = upload(world, school("37-9"))
    Path(item.file.path).write_bytes(xlsx(HEADER, school("37-666")))

    with pytest.raises(ImportBlockedError, match="tải lên lại"):
        stored_preview.content_of(item)


def test_a_kept_preview_that_was_tampered_with_is_not_written(world: SimpleNamespace) -> None:
    item = upload(world, school("37-9"))
    other = upload(world, school("37-666"))
    path = Path(item.file.storage.path(item.outcome["preview"]["name"]))
    path.write_bytes(Path(other.file.storage.path(other.outcome["preview"]["name"])).read_bytes())

    with pytest.raises(ImportBlockedError, match="tải lên lại"):
        jobs.queue_commit(item=item, by=world.admin, skip_errors=False)


def refuse_counts() -> None:
    """Make the database itself refuse the last of the writes."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON schools_headcount BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        else:
            cursor.execute(
                "CREATE FUNCTION refuse() RETURNS trigger AS 'BEGIN RAISE EXCEPTION ''refused''; END' LANGUAGE plpgsql"
            )
            cursor.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON schools_headcount FOR EACH ROW EXECUTE FUNCTION refuse()"
            )


def allow_counts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse" + ("" if connection.vendor == "sqlite" else " ON schools_headcount"))
        if connection.vendor != "sqlite":
            cursor.execute("DROP FUNCTION refuse()")


@pytest.mark.django_db(transaction=True)
def test_a_failure_in_the_middle_leaves_nothing(world: SimpleNamespace) -> None:
    item = upload(world, school("37-9"), school(world.th_a.code, "Trường TH Đổi Tên", commune="Xã Phát Diệm"))
    before = everything()
    refuse_counts()
    try:
        with pytest.raises(DatabaseError):
            write(world, item)
        after = everything()
        assert {**after, "AuditEntry": []} == {**before, "AuditEntry": []}
        assert SchoolImport.objects.get(pk=item.pk).state == "failed"
    finally:
        allow_counts()

    item = jobs.look_again(item=item, by=world.admin)
    assert write(world, item).state == "committed"


def test_the_number_of_statements_does_not_grow_with_the_rows(
    world: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    rows = [school(f"37-{number}", f"Trường TH {number}") for number in range(400)]
    item = upload(world, *rows)

    with django_assert_max_num_queries(75):
        write(world, item)


# --- the command -------------------------------------------------------------------------------
def command(path: Path, capsys: Any, **options: Any) -> tuple[int, Any]:
    code = 0
    try:
        call_command("import_schools", str(path), json=True, **options)
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_the_command_prints_one_document_and_writes_only_when_told(
    world: SimpleNamespace, tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(xlsx(["DANH SÁCH"], HEADER, school("37-9"), school("", "Trường TH Không Mã")))

    code, found = command(path, capsys, school_year="2026-2027")

    assert code == 0
    assert (found["sheet"], found["header_row"], found["mapping"]["pupils"]) == ("DS", 2, "Tổng số HS")
    assert found["rows"] == {"total": 2, "new": 1, "changed": 0, "unchanged": 0, "error": 1, "skipped": 0}
    assert len(found["missing_from_file"]) == 4
    assert found["problems"][0] == {
        "row": 4,
        "column": "A",
        "field": "code",
        "severity": "error",
        "code": "missing_code",
        "value": "",
        "message": "Thiếu mã đơn vị.",
        "suggestion": None,
    }
    assert found["preview"][0] == {
        "row": 3,
        "action": "new",
        "school": {
            "code": "37-9",
            "name": "Trường TH Mới",
            "levels": ["TH"],
            "ownership": "public",
            "commune_code": "14464",
            "commune": "Xã Gia Viễn",
            "pupils": 300,
            "pupils_by_level": {},
            "staff": 25,
        },
    }
    assert not Unit.objects.filter(code="37-9").exists()
    command(path, capsys, school_year="2026-2027", commit=True)
    assert Headcount.objects.get(unit__code="37-9", population="staff").school_year == 2026


def test_a_refused_file_prints_the_same_document_and_ends_with_two(
    world: SimpleNamespace, tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"PK\x03\x04")

    code, found = command(path, capsys)

    assert code == 2
    assert [(item["code"], item["row"]) for item in found["problems"]] == [("unreadable_file", None)]
    assert found["preview"] == []


def test_a_mapping_can_be_given_as_yaml(world: SimpleNamespace, tmp_path: Path, capsys: Any) -> None:
    path, mapping = tmp_path / "list.xlsx", tmp_path / "mapping.yml"
    path.write_bytes(xlsx(["Định danh", "Gọi là", "Xã"], ["37-9", "Trường TH Mới", "Gia Viễn"]))
    mapping.write_text("code: Định danh\nname: Gọi là\n", encoding="utf-8")

    _code, found = command(path, capsys, mapping=mapping)

    assert found["rows"]["new"] == 1


def test_strict_writes_nothing_while_a_row_is_wrong(world: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(xlsx(HEADER, school("37-9"), school("")))

    with pytest.raises(CommandError, match="1 dòng lỗi"):
        call_command("import_schools", str(path), commit=True, strict=True)

    assert not Unit.objects.filter(code="37-9").exists()


SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "schools"


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not there")
@pytest.mark.parametrize(
    ("name", "header_row", "total", "skipped"),
    [("phu-yen-thpt.xls", 1, 47, 0), ("phu-yen-thcs.xls", 1, 115, 1), ("thpt-toan-quoc.csv", 1, 4113, 0)],
)
def test_lists_of_offices_are_read_without_a_wrong_word(
    world: SimpleNamespace, capsys: Any, name: str, header_row: int, total: int, skipped: int
) -> None:
    """They name districts that are no more, so each new school waits for its commune: none is written."""
    code, found = command(SHARED / name, capsys)

    assert (code, found["header_row"], found["rows"]["total"], found["rows"]["skipped"]) == (
        0, header_row, total, skipped,
    )  # fmt: skip
    assert found["rows"]["error"] == total - skipped
    assert all(item["school"]["code"] for item in found["preview"])
