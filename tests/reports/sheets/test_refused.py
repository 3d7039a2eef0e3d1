"""Files that are no workbook of ours, and files made to hurt: one sentence, and nothing is kept."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.imports_corpus.answers import Refused
from tests.imports_corpus.refused import HOSTILE
from tests.reports.sheets.books import ClientOf, download, opened, saved, send
from tests.schools.sheets import HEADER, school, xlsx

NOT_OURS = "Tệp không phải biểu mẫu tải từ cổng này. Tải biểu mẫu Excel, điền rồi tải lên."


def told(client: Any, content: bytes, name: str = "bao-cao.xlsx") -> str:
    response = send(client, content, name)
    assert response.status_code == 200
    (said,) = response.context["form"].errors["file"]
    return str(said)


def kept(settings: Any) -> list[Path]:
    return list(Path(settings.MEDIA_ROOT).rglob("*.json"))


@pytest.mark.slow
@pytest.mark.parametrize("refused", HOSTILE, ids=[refused.name for refused in HOSTILE])
def test_a_hostile_file_is_refused_in_a_sentence(
    refused: Refused, open_world: SimpleNamespace, client_of: ClientOf, settings: Any
) -> None:
    said = told(client_of(open_world.principal), refused.build(), refused.file_name)
    assert said.endswith(".") and "danh sách trường" not in said
    assert kept(settings) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Tệp trống."),
        (b"   ", "Tệp trống."),
        (b"\x00\x01\x02", "Không đọc được tệp: không phải bảng tính, cũng không phải CSV."),
        (b"mot,hai\n1,2\n", NOT_OURS),
        (b"<html><table></table></html>", "Tệp là một trang web, không phải bảng tính; hãy lưu lại thành .xlsx."),
        (xlsx(HEADER, school()), NOT_OURS),
    ],
    ids=["empty", "blank", "binary", "csv", "web_page", "school_list"],
)
def test_what_is_no_workbook_of_ours_is_refused_in_a_sentence(
    open_world: SimpleNamespace, client_of: ClientOf, settings: Any, content: bytes, said: str
) -> None:
    assert told(client_of(open_world.principal), content) == said
    assert kept(settings) == []


def test_a_file_that_is_too_large_is_not_read(open_world: SimpleNamespace, client_of: ClientOf, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1000
    assert told(client_of(open_world.principal), b"x" * 1001) == "Tệp lớn hơn 0 MB nên không được đọc."


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("A1", "KHAC", NOT_OURS),
        ("B1", 2, "Biểu mẫu thuộc bản khác của cổng. Tải biểu mẫu mới rồi điền lại."),
        ("D1", "la", "Phần ẩn ở đầu biểu mẫu đã bị sửa nên không biết tệp thuộc đợt nào. Tải biểu mẫu mới."),
        ("C1", "=1+1", "Phần ẩn ở đầu biểu mẫu đã bị sửa nên không biết tệp thuộc đợt nào. Tải biểu mẫu mới."),
        ("E1", "x", "Phần ẩn ở đầu biểu mẫu đã bị sửa nên không biết tệp thuộc báo cáo nào. Tải biểu mẫu mới."),
        ("F1", -1, "Phần ẩn ở đầu biểu mẫu đã bị sửa nên không biết tệp thuộc báo cáo nào. Tải biểu mẫu mới."),
        ("E1", 999_999, "Tệp không có báo cáo nào mà bạn được điền."),
        ("C1", 999_999, "Tệp không có báo cáo nào mà bạn được điền."),
    ],
)
def test_a_changed_mark_is_refused_in_a_sentence(
    open_world: SimpleNamespace, client_of: ClientOf, cell: str, value: Any, said: str
) -> None:
    client = client_of(open_world.principal)
    book, sheet = opened(download(client, "report_download", open_world.report.pk))
    sheet[cell].value = value
    assert told(client, saved(book)) == said
