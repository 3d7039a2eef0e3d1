"""The pages of an upload: put right, left out, mapped anew, sent back as a workbook, written, closed."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from schools.imports import decisions, jobs, stored_preview
from schools.models import ImportMapping, SchoolImport, Unit
from tests.schools.imports.uploads import upload, write
from tests.schools.sheets import HEADER, school

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def ask(client: Client, route: str, item: SchoolImport, **data: Any) -> str:
    response = client.post(reverse(f"schools:{route}", args=[item.pk]), data, follow=True)
    item.refresh_from_db()
    return response.content.decode()


def counts(item: SchoolImport) -> dict[str, int]:
    return stored_preview.load(item).head.counts


def test_a_suggestion_is_taken_in_one_click_and_kept(world: SimpleNamespace, client_of: ClientOf) -> None:
    item, client = upload(world, school("37-9", pupils="61O")), client_of(world.admin)
    assert "Sửa thành 610" in client.get(reverse("schools:import_preview", args=[item.pk])).content.decode()

    ask(client, "import_fix", item, row=2, field="pupils", text="610")

    assert item.decisions == {"fixes": {"2": {"pupils": "610"}}}
    assert (counts(item)["error"], counts(item)["new"]) == (0, 1)
    write(world, item)
    assert Unit.objects.get(code="37-9").headcounts.get(population="pupils").number == 610


def test_the_same_fault_in_many_rows_is_put_right_at_once(world: SimpleNamespace, client_of: ClientOf) -> None:
    rows = [school(f"37-{row}", f"Trường TH {row}", commune="Xã Gia Viênn") for row in range(3)]
    item = upload(world, *rows, school("37-8", "Trường TH Tám", commune="Xã Không Đâu"))
    stored = stored_preview.load(item)
    (key,) = stored.head.repeats
    assert stored.head.repeats[key] == 3

    ask(client_of(world.admin), "import_fix", item, row=2, field="commune", text="Xã Gia Viễn", key=key)

    assert (counts(item)["error"], counts(item)["new"]) == (1, 3)


def test_a_fix_may_name_what_the_file_has_no_column_for(world: SimpleNamespace, client_of: ClientOf) -> None:
    item = upload(world, ["37-9", "Trường TH Mới", "TH"], header=["Mã trường", "Tên trường", "Cấp học"])
    assert counts(item)["error"] == 1

    ask(client_of(world.admin), "import_fix", item, row=2, field="commune", text="Xã Gia Viễn")

    assert (counts(item)["error"], counts(item)["new"]) == (0, 1)


def test_a_row_is_left_out_and_taken_back(world: SimpleNamespace, client_of: ClientOf) -> None:
    item = upload(world, school(world.th_a.code, "Tên Một"), school(world.th_a.code, "Tên Hai"))
    client = client_of(world.admin)
    assert counts(item)["error"] == 1

    ask(client, "import_skip", item, row=2)
    assert (counts(item)["error"], counts(item)["changed"], counts(item)["skipped"]) == (0, 1, 1)
    assert "Tên Một" in client.get(f"/truong/nhap/{item.pk}/", {"xem": "skipped"}).content.decode()

    ask(client, "import_skip", item, row=2, take=1)
    assert (item.decisions["skips"], counts(item)["error"]) == ([], 1)


def test_the_school_of_a_row_that_was_left_out_is_not_missing(world: SimpleNamespace, client_of: ClientOf) -> None:
    item = upload(world, school(world.th_a.code, "Tên Một"))

    ask(client_of(world.admin), "import_skip", item, row=2)

    missing = {row.code for row in stored_preview.load(item).missing()}
    assert world.th_a.code not in missing
    assert world.mn_b.code in missing


def test_a_mapping_is_corrected_and_used_again_for_files_of_the_shape(
    world: SimpleNamespace, client_of: ClientOf
) -> None:
    header = ["Mã trường", "Tên trường", "Cấp học", "Xã/phường", "Cột lạ"]
    item = upload(world, ["37-9", "Trường TH Mới", "TH", "Xã Gia Viễn", "450"], header=header)
    assert "pupils" not in stored_preview.load(item).head.mapping
    chosen = {"c_A": "code", "c_B": "name", "c_C": "levels", "c_D": "commune", "c_E": "pupils", "keep": 1}

    ask(client_of(world.admin), "import_mapping", item, **chosen)

    assert stored_preview.load(item).head.mapping["pupils"] == "Cột lạ"
    assert ImportMapping.objects.get().saved_by == world.admin
    again = upload(world, ["37-8", "Trường TH Tám", "TH", "Xã Gia Viễn", "451"], header=header)
    assert write(world, again).state == "committed"
    assert Unit.objects.get(code="37-8").headcounts.get(population="pupils").number == 451


@pytest.mark.parametrize("chosen", [{"c_A": "code"}, {"c_A": "code", "c_B": "code", "c_C": "name"}])
def test_a_mapping_that_cannot_be_is_refused(
    world: SimpleNamespace, client_of: ClientOf, chosen: dict[str, str]
) -> None:
    item = upload(world, school("37-9"))

    ask(client_of(world.admin), "import_mapping", item, **chosen)

    assert counts(item)["new"] == 1
    assert not AuditEntry.objects.filter(action="import.map").exists()


def test_the_errors_come_back_as_a_workbook_that_can_be_sent_again(world: SimpleNamespace, client_of: ClientOf) -> None:
    row = ["37-8", "=1+1 Trường TH", "TH", "Công lập", "Xã Gia Viễn", "@Thôn 1", "", "61O", "25"]
    content = "\n".join(";".join(cells) for cells in (HEADER, row)).encode()
    item = jobs.save_upload(name="a.csv", content=content, school_year=2026, by=world.admin)
    response = client_of(world.admin).get(reverse("schools:import_errors", args=[item.pk]))

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == HEADER
    name, address, pupils = sheet["B2"], sheet["F2"], sheet["H2"]
    assert [(cell.value, cell.data_type) for cell in (name, address)] == [("=1+1 Trường TH", "s"), ("@Thôn 1", "s")]
    assert pupils.comment is not None
    assert "số nguyên" in pupils.comment.text
    assert pupils.fill.start_color.rgb == "FFFDECEA"
    assert (name.comment, sheet.max_row) == (None, 2)
    again = jobs.save_upload(name="loi.xlsx", content=response.content, school_year=2026, by=world.admin)
    assert (counts(again)["error"], counts(again)["total"]) == (1, 1)


def test_the_preview_is_worked_out_once_and_not_for_each_look(
    world: SimpleNamespace, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, client = upload(world, school("37-9")), client_of(world.admin)
    item.file.storage.delete(item.file.name)

    assert "Nhập 1 dòng" in client.get(f"/truong/nhap/{item.pk}/").content.decode()


def test_a_waiting_page_asks_for_its_part_and_is_replaced_when_done(
    world: SimpleNamespace, client_of: ClientOf
) -> None:
    item, client = upload(world, school("37-9")), client_of(world.admin)
    jobs.queue_commit(item=item, by=world.admin, skip_errors=False)
    address = f"/truong/nhap/{item.pk}/"

    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" in part
    assert "<html" not in part
    assert "Xem lại tiến độ" in client.get(address).content.decode()

    jobs.run_due()
    assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_written_list_is_taken_back_from_its_page(world: SimpleNamespace, client_of: ClientOf) -> None:
    item = write(world, upload(world, school("37-9")))

    page = ask(client_of(world.admin), "import_undo", item)

    assert "Đã hoàn tác: 1 trường" in page
    assert not Unit.objects.filter(code="37-9").exists()


def test_decisions_are_added_and_never_lost() -> None:
    kept = decisions.fix_cell({"skips": [4]}, row=2, field="code", text="01")
    kept = decisions.fix_cell(kept, row=2, field="name", text="Trường")

    assert decisions.skip_row(kept, row=3) == {
        "fixes": {"2": {"code": "01", "name": "Trường"}},
        "skips": [3, 4],
    }
