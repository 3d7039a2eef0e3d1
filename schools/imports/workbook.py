"""Bytes → sheets of cells. What the file holds is read in a process of its own; nothing in it is run."""

from __future__ import annotations

import marshal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import EllipsisType
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from schools.imports import reader
from schools.imports.problems import RefusedError

# Bytes are a date or a time as ISO writes it; `...` is a formula whose value is not in the file; '' is blank.
Cell = str | int | float | bool | bytes | EllipsisType | None
Row = list[Cell]
Merge = tuple[tuple[int, int], tuple[int, int]]

MAX_UNPACKED = reader.MAX_UNPACKED
# The reader counts its own computing time; this is for one that waits, or a machine that is very busy.
LONGEST_WAIT = 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `rows[0]` is Excel's row 1, and a row may be shorter than others."""

    name: str
    rows: list[Row] = field(default_factory=list)
    hidden: bool = False
    merges: tuple[Merge, ...] = ()


def read_sheets(content: bytes, *, sheet: str = "") -> list[Sheet]:
    """The sheets of a file in their order, or the one that is named; raises RefusedError."""
    if len(content) > settings.IMPORT_MAX_BYTES:
        limit = settings.IMPORT_MAX_BYTES // 1_000_000
        raise RefusedError("too_large", _("Tệp lớn hơn %(limit)s MB nên không được đọc.") % {"limit": limit})
    if not content.strip():
        raise _refused("unreadable_file", "empty")
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return _read_apart(file, sheet)


def _read_apart(file: IO[bytes], wanted: str) -> list[Sheet]:
    """Let the reader's process read; however it ends, this one goes on."""
    command = [sys.executable, "-I", str(Path(reader.__file__)), wanted]
    with subprocess.Popen(  # noqa: S603 - our own module; the sheet's name is an argument, and no shell reads it
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8"}
    ) as process:
        watch = threading.Timer(LONGEST_WAIT, process.kill)
        watch.daemon = True
        watch.start()
        try:
            assert process.stdout is not None  # noqa: S101
            return _collect(process.stdout)
        except (EOFError, ValueError, TypeError) as ended:
            # It was stopped at its limit of memory or time, or fell over what it read.
            raise _refused("too_large", "memory") from ended
        finally:
            watch.cancel()
            process.kill()


def _collect(pipe: IO[bytes]) -> list[Sheet]:
    sheets: list[Sheet] = []
    while True:
        kind, *rest = _next_answer(pipe)
        if kind == "rows":
            sheets[-1].rows.extend(rest[0])
        elif kind == "sheet":
            name, hidden, merges = rest
            sheets.append(Sheet(name, [], hidden, merges))
        elif kind == "refused":
            raise _refused(*rest)
        else:
            return sheets


def _next_answer(pipe: IO[bytes]) -> tuple[Any, ...]:
    length = int.from_bytes(pipe.read(reader.LENGTH), "little")
    if not 0 < length <= reader.MAX_MEMORY:
        raise EOFError
    answer: tuple[Any, ...] = marshal.loads(pipe.read(length))  # noqa: S302 - written by our own reader
    return answer


def _refused(code: str, reason: str, detail: str = "") -> RefusedError:
    return RefusedError(code, _SENTENCES[reason](detail))


_SENTENCES: dict[str, Callable[[str], str]] = {
    "empty": lambda _d: _("Tệp trống."),
    "broken": lambda _d: _("Tệp bị hỏng hoặc tải lên chưa hết nên không đọc được."),
    "password": lambda _d: _("Tệp có mật khẩu; hãy bỏ mật khẩu rồi tải lên lại."),
    "xml": lambda _d: _("Tệp chứa khai báo XML lạ nên không được đọc."),
    "other_package": lambda _d: _("Tệp không phải bảng tính .xlsx hay .ods."),
    "not_excel": lambda _d: _("Không đọc được tệp này như một bảng tính Excel."),
    "sheet": lambda name: _("Không đọc được trang tính “%(sheet)s”.") % {"sheet": name},
    "no_sheet": lambda names: _("Tệp không có trang tính đã chọn; tệp có %(names)s.") % {"names": names},
    "web_page": lambda _d: _("Tệp là một trang web, không phải bảng tính; hãy lưu lại thành .xlsx."),
    "csv": lambda _d: _("Không đọc được tệp CSV này."),
    "not_utf8": lambda _d: _("Không đọc được tệp: không phải bảng tính, cũng không phải CSV mã UTF-8."),
    "not_text": lambda _d: _("Không đọc được tệp: không phải bảng tính, cũng không phải CSV."),
    "unpacked": lambda _d: _("Tệp giải nén ra quá lớn nên không được đọc; hãy chỉ giữ lại danh sách trường."),
    "far": lambda _d: _("Trang tính có ô ở quá xa (hơn 702 cột hoặc 200.000 dòng); hãy xóa các dòng, cột thừa."),
    "sheets": lambda _d: _("Tệp có hơn 100 trang tính; hãy chỉ giữ lại trang có danh sách trường."),
    "cells": lambda _d: _("Tệp có quá nhiều ô; hãy chỉ giữ lại danh sách trường."),
    "memory": lambda _d: _("Tệp cần quá nhiều bộ nhớ hoặc thời gian để đọc; hãy chỉ giữ lại danh sách trường."),
}
