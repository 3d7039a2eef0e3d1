from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from schools import communes, services


class Command(BaseCommand):
    help = "Ghi Sở GDĐT và các xã, phường, đặc khu chính thức của một tỉnh; chạy lại không thay đổi gì."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", default=settings.PROVINCE, help="mã hoặc tên không dấu: 37, ninh-binh")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            province = communes.province(options["province"])
        except KeyError:
            raise CommandError(f"Không có tỉnh nào mang mã “{options['province']}”.") from None
        counts = services.import_communes(province_code=province.code)
        self.stdout.write(
            f"{province.name}: {counts.created} xã, phường mới;"
            f" {counts.renamed} đổi tên; {counts.unchanged} giữ nguyên."
        )
