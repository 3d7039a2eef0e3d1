from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from schools import school_years
from schools.imports import commit, document, preview
from schools.imports.problems import RefusedError
from schools.imports.stored_preview import ImportBlockedError
from schools.imports.synonyms import SYNONYMS


class Command(BaseCommand):
    help = "Xem trước, hoặc ghi (--commit), một danh mục trường từ Excel hay CSV. Mã thoát 2: tệp bị từ chối."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--sheet", default="", help="tên trang tính; mặc định tự tìm")
        parser.add_argument("--mapping", type=Path, help="tệp YAML: tên trường dữ liệu: tiêu đề cột")
        parser.add_argument("--school-year", help="ví dụ 2026-2027; mặc định năm học hiện tại")
        parser.add_argument("--commit", action="store_true", help="ghi các dòng hợp lệ trong một giao dịch")
        parser.add_argument("--strict", action="store_true", help="có dòng lỗi thì không ghi gì")
        parser.add_argument("--json", action="store_true", help="in một tài liệu JSON và không in gì khác")

    def handle(self, *args: Any, **options: Any) -> None:
        year = self._school_year(options["school_year"])
        try:
            content = options["file"].read_bytes()
        except OSError as missing:
            raise CommandError(f"Không mở được tệp {options['file']}: {missing.strerror}.") from None
        try:
            table = preview.read_table(
                content, sheet=options["sheet"], mapping=self._mapping(options["mapping"]), school_year=year
            )
        except RefusedError as refused:
            if options["json"]:
                self._print_json(document.refused_document(refused.problem))
            else:
                self.stderr.write(str(refused.problem.message))
            sys.exit(2)
        found = preview.preview_list(table, school_year=year)
        if options["commit"]:
            try:
                commit.commit_list(
                    content=content,
                    name=options["file"].name,
                    table=table,
                    school_year=year,
                    skip_errors=not options["strict"],
                )
            except ImportBlockedError as blocked:
                raise CommandError(str(blocked)) from None
        if options["json"]:
            self._print_json(document.as_document(found))
        else:
            self._print_summary(found, committed=options["commit"])

    def _school_year(self, written: str | None) -> int:
        if written is None:
            return school_years.current(timezone.localdate())
        try:
            return school_years.parse(written)
        except ValueError:
            raise CommandError(f"Năm học “{written}” không đúng dạng 2026-2027.") from None

    def _mapping(self, path: Path | None) -> dict[str, str]:
        if path is None:
            return {}
        try:
            found = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as broken:
            raise CommandError(f"Không đọc được tệp ghép cột {path}: {broken}") from None
        if not isinstance(found, dict):
            raise CommandError(f"Tệp ghép cột {path} phải là các dòng “trường dữ liệu: tiêu đề cột”.")
        unknown = sorted(str(key) for key in found if key not in SYNONYMS)
        if unknown:
            raise CommandError(f"Tệp ghép cột {path} có mục không biết: {', '.join(unknown)}.")
        # A field of nothing is one that is not to be read.
        return {str(key): str(value or "") for key, value in found.items()}

    def _print_json(self, found: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))

    def _print_summary(self, found: preview.Preview, *, committed: bool) -> None:
        counts = found.counts
        where = f"trang tính “{found.sheet}”, " if found.sheet else ""
        self.stdout.write(f"{where}tiêu đề ở dòng {found.header_row}, {counts['total']} dòng:")
        self.stdout.write(
            f"  mới {counts['new']} · thay đổi {counts['changed']} · không đổi {counts['unchanged']}"
            f" · lỗi {counts['error']} · bỏ qua {counts['skipped']} · không có trong tệp {len(found.missing)}"
        )
        for problem in found.problems:
            cell = f"{problem.column}{problem.row}"
            self.stdout.write(f"  {cell} [{problem.severity}] {problem.value}: {problem.message}")
        self.stdout.write(f"Đã ghi {found.writable} dòng." if committed else "Chưa ghi gì; thêm --commit để ghi.")
