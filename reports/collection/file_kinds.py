"""What a file is by its content, whatever its name says. Pure."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

_HEAD = 8


@dataclass(frozen=True, slots=True)
class FileKind:
    name: str
    content_type: str
    suffixes: tuple[str, ...]


PDF = FileKind("PDF", "application/pdf", ("pdf",))
JPEG = FileKind("JPEG", "image/jpeg", ("jpg", "jpeg"))
PNG = FileKind("PNG", "image/png", ("png",))
DOCX = FileKind("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
XLSX = FileKind("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
SUFFIXES = tuple(suffix for kind in (PDF, JPEG, PNG, DOCX, XLSX) for suffix in kind.suffixes)


def kind_of(file: BinaryIO) -> FileKind | None:
    """The kind that the bytes show, or None for any other; the file is left at its beginning."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head == b"\x89PNG\r\n\x1a\n":
        return PNG
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(file)
    return None


def _office_kind(file: BinaryIO) -> FileKind | None:
    """Only the table of contents is read; a document with macros in it is none of ours."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    finally:
        file.seek(0)
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None
