"""Writes a round's consolidated figures to a file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.exports.workbook import round_workbook
from reports.models import Basis, Round


class Command(BaseCommand):
    help = "Xuất số liệu của một đợt báo cáo: chỉ tiêu, xã phường, từng đơn vị."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round", type=int, metavar="ID", help="số của đợt báo cáo")
        parser.add_argument("--format", choices=["xlsx", "docx"], default="xlsx")
        parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE")
        parser.add_argument("--basis", choices=Basis.values, default=Basis.PROVISIONAL)
        parser.add_argument("--json", action="store_true", help="chỉ in một văn bản JSON ra đầu ra chuẩn")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["format"] == "docx":
            raise CommandError(_("Bản .docx chưa có trong phiên bản này. Dùng --format xlsx."))
        if not Round.objects.filter(pk=options["round"]).exists():
            raise CommandError(_("Không có đợt báo cáo số %(number)s.") % {"number": options["round"]})
        path: Path = options["output"]
        file = round_workbook(round_id=options["round"], basis=options["basis"], now=timezone.now())
        try:
            path.write_bytes(file.getvalue())
        except OSError as error:
            raise CommandError(_("Không ghi được %(path)s: %(why)s") % {"path": path, "why": error.strerror}) from error
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(path), "bytes": path.stat().st_size}))
        else:
            self.stdout.write(_("Đã ghi %(path)s") % {"path": path})
