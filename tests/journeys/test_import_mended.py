"""A list that was read wrongly is put right on its page, written, and taken back, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page

from schools.models import ImportMapping, Unit
from schools.tasks import commit_due_imports
from tests.journeys.conftest import Visitor
from tests.schools.sheets import xlsx

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
# The plan is taken for the number of pupils, for its title begins as that one does; the number itself is not known.
HEADER = ["Mã trường", "Tên trường", "Cấp học", "Xã/phường", "Tổng số HS kế hoạch", "Số em đang học", "CB, GV, NV"]
NEW_CODES = ("37-91001", "37-91002", "37-91003")
RENAMED = "Trường Tiểu học Gia Viễn A đổi tên"


def rows(world: SimpleNamespace) -> list[list[Any]]:
    return [
        [NEW_CODES[0], "Trường TH Đúng", "TH", "Xã Gia Viễn", 300, 250, 20],
        [NEW_CODES[1], "Trường TH Chữ O", "TH", "Xã Gia Viễn", 600, "61O", 30],
        [NEW_CODES[2], "Trường Lạ", "Không rõ", "Xã Gia Viễn", 400, 380, 25],
        [world.th_a.code, RENAMED, "", "", "", "", ""],
        ["37-91004", "Trường TH Không Đâu", "TH", "Xã Không Đâu", 200, 190, 15],
    ]


def test_a_wrong_guess_is_mended_written_and_undone(
    november: Any, world: SimpleNamespace, visit: Callable[..., Any], tmp_path: Path
) -> None:
    old_name, before = world.th_a.name, Unit.objects.schools().count()
    with visit(world.admin) as visitor:
        page = upload(visitor, world, tmp_path)
        assert figures(page) == {"Lỗi": 2, "Thay đổi": 1, "Mới": 2}

        map_the_real_column(page)
        assert figures(page) == {"Lỗi": 3, "Thay đổi": 1, "Mới": 1}

        page.get_by_role("button", name="Sửa thành 610", exact=True).click()
        settle(page)
        assert figures(page) == {"Lỗi": 2, "Thay đổi": 1, "Mới": 2}

        type_the_level(page)
        assert figures(page) == {"Lỗi": 1, "Thay đổi": 1, "Mới": 3}

        assert names_in(download_errors(page, tmp_path)) == ["Trường TH Không Đâu"]

        write(page)
        assert "Đã nhập: 3 trường mới, 1 trường thay đổi" in page.locator("h1").inner_text()
        assert Unit.objects.schools().count() == before + 3
        assert pupils() == {NEW_CODES[0]: 250, NEW_CODES[1]: 610, NEW_CODES[2]: 380}
        assert name_of(world.th_a) == RENAMED

        undo(page)
        assert Unit.objects.schools().count() == before
        assert name_of(world.th_a) == old_name
        assert visitor.broken() == []


def upload(visitor: Visitor, world: SimpleNamespace, folder: Path) -> Page:
    file = folder / "danh-muc.xlsx"
    file.write_bytes(xlsx(HEADER, *rows(world)))
    page = visitor.open("/truong/nhap/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Tải lên và xem trước").click()
    settle(page)
    return page


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def figures(page: Page) -> dict[str, int]:
    """The numbers of the tiles that say what comes of the rows."""
    tiles = page.locator("nav.sum a").all()
    shown = {tile.locator(".tag").inner_text().strip(): int(tile.locator("b").inner_text()) for tile in tiles}
    return {label: shown[label] for label in ("Lỗi", "Thay đổi", "Mới")}


def map_the_real_column(page: Page) -> None:
    page.get_by_label("Cột E, Tổng số HS kế hoạch, ghép với").select_option("")
    page.get_by_label("Cột F, Số em đang học, ghép với").select_option("pupils")
    page.get_by_role("button", name="Ghép lại").click()
    settle(page)
    assert ImportMapping.objects.get().mapping["pupils"] == "F"


def type_the_level(page: Page) -> None:
    row = page.locator("tr", has_text="Trường Lạ")
    row.locator("td.cell-e details.own summary").click()
    page.get_by_label("Cấp học của dòng 4").fill("Tiểu học")
    row.locator("td.cell-e").get_by_role("button", name="Sửa", exact=True).click()
    settle(page)


def download_errors(page: Page, folder: Path) -> Path:
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Tải dòng lỗi (.xlsx)").first.click()
    path = folder / "dong-loi.xlsx"
    downloading.value.save_as(path)
    return path


def names_in(path: Path) -> list[Any]:
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    header, *lines = sheet.iter_rows(values_only=True)
    assert list(header) == HEADER
    return [line[1] for line in lines]


def write(page: Page) -> None:
    page.get_by_role("button", name="Nhập 4 dòng").click()
    settle(page)
    assert commit_due_imports() == 1
    page.reload()
    settle(page)


def pupils() -> dict[str, int]:
    schools = Unit.objects.filter(code__in=NEW_CODES)
    return {unit.code: unit.headcounts.get(population="pupils").number for unit in schools}


def name_of(unit: Unit) -> str:
    return Unit.objects.get(pk=unit.pk).name


def undo(page: Page) -> None:
    page.get_by_text("Hoàn tác lần nhập này").click()
    page.get_by_role("button", name="Hoàn tác", exact=True).click()
    settle(page)
    assert "Hoàn tác" in page.locator("dl.unit-facts").inner_text()
