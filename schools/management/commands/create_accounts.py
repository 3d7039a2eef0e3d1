from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from schools.accounts import selectors, services, slips
from schools.models import Unit


class Command(BaseCommand):
    help = "Cấp tài khoản và mã kích hoạt cho trường và xã, phường chưa kích hoạt; ghi phiếu ra một tệp HTML để in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--commune", help="mã xã, phường: chỉ xã, phường này và các trường trong đó")
        parser.add_argument("--again", action="store_true", help="cả đơn vị đang có mã còn hạn; mã cũ hết hiệu lực")
        parser.add_argument(
            "-o", "--output", type=Path, default=Path("phieu-kich-hoat.html"), help="tệp phiếu; chưa được có sẵn"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        units = Unit.objects.all()
        if options["commune"]:
            commune = Unit.objects.communes().filter(code=options["commune"]).first()
            if commune is None:
                raise CommandError(f"Không có xã, phường mã {options['commune']}.")
            units = units.filter(Q(pk=commune.pk) | Q(commune=commune))
        waiting = selectors.waiting(units, now=now)
        chosen = [*waiting.fresh, *waiting.open] if options["again"] else waiting.fresh
        self.stdout.write(
            f"{len(chosen)} phiếu; {waiting.active} đơn vị đã kích hoạt; {len(waiting.open)} đơn vị có mã còn hạn."
        )
        if chosen:
            self._write(options["output"], chosen, now)

    def _write(self, path: Path, chosen: list[Unit], now: Any) -> None:
        # The file comes first: codes that could not be written down would have revoked the ones in use for nothing.
        try:
            file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
        except OSError as refused:
            raise CommandError(f"Không tạo được tệp {path}: {refused.strerror}.") from None
        with file:
            file.write(slips.as_file(services.create_accounts(units=chosen, by=None, now=now)))
        self.stdout.write(f"Đã ghi {path}. In xong thì xóa tệp: mã không được giữ ở nơi nào khác.")
