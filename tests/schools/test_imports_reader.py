from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from schools.imports import reader, workbook
from schools.imports.problems import RefusedError
from tests.schools.sheets import HEADER, school, xlsx

FORMULA = '<c r="H2"><f>200+218</f><v></v></c>'


def _with_cell(cell: str) -> bytes:
    """A list in which one count is another piece of XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(HEADER, school(pupils=418)))) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b'<c r="H2" t="n"><v>418</v></c>' in data
                data = data.replace(b'<c r="H2" t="n"><v>418</v></c>', cell.encode())
            target.writestr(name, data)
    return out.getvalue()


def test_the_reader_knows_neither_django_nor_the_portal() -> None:
    source = Path(reader.__file__).read_text()

    assert "import django" not in source
    assert "from django" not in source
    assert "from schools" not in source


def test_a_formula_that_was_never_calculated_is_told_from_a_blank() -> None:
    (sheet,) = workbook.read_sheets(_with_cell(FORMULA))

    assert sheet.rows[1][7] is ...


def test_the_result_that_excel_kept_of_a_formula_is_its_value() -> None:
    (sheet,) = workbook.read_sheets(_with_cell('<c r="H2"><f>200+218</f><v>418</v></c>'))

    assert sheet.rows[1][7] == 418


def test_an_error_of_excel_is_told_from_a_blank() -> None:
    (sheet,) = workbook.read_sheets(_with_cell('<c r="H2" t="e"><f>A9</f><v>#REF!</v></c>'))

    assert sheet.rows[1][7] == "#REF!"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x = []\nwhile True: x.append(bytearray(10_000_000))", "bộ nhớ"),
        ("import os; os.abort()", "bộ nhớ"),
        ("raise SystemExit(3)", "bộ nhớ"),
    ],
)
def test_a_reader_that_ends_badly_refuses_the_file_and_leaves_this_process_alone(
    line: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurt = tmp_path / "reader.py"
    limits = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (256_000_000,) * 2)\n"
    hurt.write_text(f"{limits}resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n{line}\n")
    monkeypatch.setattr(reader, "__file__", str(hurt))

    with pytest.raises(RefusedError) as refused:
        workbook.read_sheets(xlsx(HEADER, school()))

    assert refused.value.problem.code == "too_large"
    assert message in refused.value.problem.message


def test_a_reader_that_waits_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "reader.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(reader, "__file__", str(slow))
    monkeypatch.setattr(workbook, "LONGEST_WAIT", 0.3)

    with pytest.raises(RefusedError):
        workbook.read_sheets(xlsx(HEADER, school()))


def test_a_sheet_is_read_without_the_blanks_at_the_ends_of_its_rows() -> None:
    (sheet,) = workbook.read_sheets(xlsx(["a", None, "b", None, None], [], ["c"]))

    assert sheet.rows == [["a", "", "b"], [], ["c"]]


def test_commas_inside_the_cells_of_a_list_with_semicolons_stay() -> None:
    lines = ["Mã trường;Tên trường;Địa chỉ", "1;Trường, một, hai;Thôn 1, xã A, huyện B", "2;Trường;a, b, c, d"]

    (sheet,) = workbook.read_sheets("\r\n".join(lines).encode())

    assert sheet.rows[1] == ["1", "Trường, một, hai", "Thôn 1, xã A, huyện B"]


def test_the_line_in_which_excel_names_its_delimiter_is_no_row_of_the_list() -> None:
    (sheet,) = workbook.read_sheets(b"sep=;\r\na;b\r\n")

    assert sheet.rows == [[], ["a", "b"]]


def test_a_sheet_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(RefusedError) as refused:
        workbook.read_sheets(xlsx(HEADER, title="Danh sách"), sheet="Trang 9")

    assert "“Danh sách”" in refused.value.problem.message


def test_the_reader_takes_no_module_from_the_folder_it_is_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "csv.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)

    assert workbook.read_sheets(b"a;b\n1;2\n")[0].rows == [["a", "b"], ["1", "2"]]
