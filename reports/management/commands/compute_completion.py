"""Computes completion rates from the rows: of one round, or of every round that was opened."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from reports.completion.services import compute_completion
from reports.models import Round


class Command(BaseCommand):
    help = "Compute the completion rates from the rows. Running it again changes nothing but the time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--round", type=int, metavar="ID", help="one round; without it every round that was opened")
        parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        rounds = Round.objects.exclude(state="planned").order_by("pk")
        if options["round"] is not None:
            rounds = Round.objects.filter(pk=options["round"])
            if not rounds:
                raise CommandError(_("Không có đợt báo cáo nào có số %(number)d.") % {"number": options["round"]})
        done = []
        for round_ in rounds:
            rows = compute_completion(round_id=round_.pk)
            done.append({"round": round_.pk, "rates": rows})
            if not options["json"]:
                self.stdout.write(_("%(round)s: %(rows)d tỷ lệ.") % {"round": round_.name, "rows": rows})
        if options["json"]:
            self.stdout.write(json.dumps(done))
