"""Everything that the portal needs on one machine, by one command."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import serving


class Command(BaseCommand):
    help = "Chuẩn bị cơ sở dữ liệu, nạp dữ liệu mẫu nếu còn trống, rồi chạy web, worker và beat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="Địa chỉ lắng nghe (mặc định 127.0.0.1).")
        parser.add_argument("--port", type=int, default=8000, help="Cổng (mặc định 8000).")
        parser.add_argument("--province", default="", help="Tỉnh, ví dụ ninh-binh; mặc định theo biến PROVINCE.")
        parser.add_argument("--schools", type=int, help="Số trường của dữ liệu mẫu, khi nạp lần đầu.")
        parser.add_argument("--threads", type=int, default=8, help="Số luồng của mỗi tiến trình web.")
        parser.add_argument("--no-demo", action="store_true", help="Không nạp dữ liệu mẫu.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["province"] and options["province"] != settings.PROVINCE:
            _start_again(province=options["province"])
        host, port = options["host"], options["port"]
        try:
            serving.check_port(host, port)
        except serving.PortBusyError as error:
            raise CommandError(f"Cổng {port} đang có chương trình khác dùng. Thử: make run PORT={port + 1}") from error
        self._prepare_database(demo=not options["no_demo"], schools=options["schools"])
        commands = serving.children_commands(host=host, port=port, threads=options["threads"])
        address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
        # Links in mail lead to where this portal answers, unless an address is set.
        with serving.Family(commands, environ={"PUBLIC_URL": address, **os.environ}) as family:
            if family.wait_until(lambda: serving.answers(f"http://{host}:{port}/readyz"), seconds=90):
                self._greet(address, list(commands))
                ended = family.watch()
            else:
                ended = family.ended() or ("web" if not family.asked_to_stop else None)
        if ended:
            raise CommandError(f"{ended} đã dừng hoặc không trả lời; các tiến trình khác cũng được dừng.")
        self.stdout.write("Đã dừng.")

    def _prepare_database(self, *, demo: bool, schools: int | None) -> None:
        self.stdout.write(f"Cơ sở dữ liệu: {settings.DATABASES['default']['NAME']}")
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        if not settings.REDIS_URL:
            call_command("createcachetable", verbosity=0, stdout=self.stdout)
        if demo and _is_empty():
            self.stdout.write(f"Nạp dữ liệu mẫu ({settings.PROVINCE}), chỉ một lần…")
            more = {"schools": schools} if schools is not None else {}
            call_command("load_demo", province=settings.PROVINCE, stdout=self.stdout, stderr=self.stderr, **more)

    def _greet(self, address: str, names: list[str]) -> None:
        from reports.demo.accounts import describe_accounts

        self.stdout.write("")
        self.stdout.write(self.style.SUCCESS(f"Cổng đã chạy: {address}/"))
        self.stdout.write(f"Đang chạy: {', '.join(names)}. Dừng bằng Ctrl-C.")
        accounts = describe_accounts()
        if accounts:
            self.stdout.write(f"\n{accounts}")
        self.stdout.flush()


def _is_empty() -> bool:
    from schools.models import Unit

    return not Unit.objects.exists()


def _start_again(*, province: str) -> None:
    """The settings, and with them the database, were read for another province."""
    os.environ["PROVINCE"] = province
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - our own command line
