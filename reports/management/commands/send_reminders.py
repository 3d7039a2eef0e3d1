"""Plans and sends what is due at an instant: what the beat does every minute, by hand."""

from __future__ import annotations

import dataclasses
import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from reports.reminders.services import send_reminders
from reports.rounds import deadlines


class Command(BaseCommand):
    help = "Gửi thư đôn đốc đến hạn; chạy lại không gửi lần thứ hai."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", type=_moment, help="coi như đang ở thời điểm này (ISO; mặc định: bây giờ)")
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = send_reminders(now=options["now"] or timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(dataclasses.asdict(counts)))
            return
        self.stdout.write(
            f"Lên danh sách {counts.planned}, đã gửi {counts.sent}, "
            f"không gửi được {counts.failed}, không cần gửi nữa {counts.dropped}."
        )


def _moment(written: str) -> datetime:
    """ISO; without an offset it is the time in Vietnam."""
    found = parse_datetime(written)
    if found is None:
        raise ValueError(written)
    return found if found.tzinfo else found.replace(tzinfo=deadlines.ZONE)
