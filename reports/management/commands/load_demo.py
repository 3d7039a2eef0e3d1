"""Loads the demo province: its real communes, invented schools, its campaign, rounds past and open."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from campaigns.packs import PackError
from reports.demo import services
from reports.demo.accounts import describe_accounts
from reports.rounds import deadlines


class Command(BaseCommand):
    help = "Nạp dữ liệu mẫu vào cơ sở dữ liệu trống: một tỉnh với xã, phường thật và các trường không có thật."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", default=settings.PROVINCE, help="tỉnh, ví dụ ninh-binh (mặc định: PROVINCE)")
        parser.add_argument("--schools", type=int, help=f"số trường, 50–60000 (mặc định {services.DEFAULT_SCHOOLS})")
        parser.add_argument("--seed", type=int, default=2026, help="cùng số này thì cùng dữ liệu (mặc định 2026)")
        parser.add_argument("--as-of", type=_moment, help="thời điểm của dữ liệu (mặc định 2026-11-21T08:30+07:00)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = services.load_demo(
                province=options["province"],
                schools=options["schools"],
                seed=options["seed"],
                as_of=options["as_of"],
                progress=self._say,
            )
        except (services.DemoError, PackError) as error:
            raise CommandError(str(error)) from error
        if counts.created:
            self._say(f"Xong: {counts.schools} trường, {counts.reports} báo cáo, {counts.seconds:.1f} giây.")
        text = describe_accounts()
        if text:
            self._say(text)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _moment(written: str) -> datetime:
    """ISO; without an offset it is the time in Vietnam."""
    found = parse_datetime(written)
    if found is None:
        raise ValueError(written)
    return found if found.tzinfo else found.replace(tzinfo=deadlines.ZONE)
