"""Runs the named checks of what the rows must have in common; fails if one of them does."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from reports.completion.integrity import Check, run_checks


class Command(BaseCommand):
    help = "Check that rates, current managers and places, submissions, names and deadlines agree with their sources."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = run_checks()
        if options["json"]:
            shown = [{"name": c.name, "ok": c.ok, "count": c.count, "found": c.found} for c in checks]
            self.stdout.write(json.dumps({"ok": all(c.ok for c in checks), "checks": shown}, ensure_ascii=False))
        else:
            for check in checks:
                self._print(check)
        if not all(check.ok for check in checks):
            sys.exit(1)

    def _print(self, check: Check) -> None:
        self.stdout.write(f"{'✓' if check.ok else '✗'} {check.name}")
        for line in check.found:
            self.stdout.write(f"    {line}")
        if check.count > len(check.found):
            self.stdout.write(_("    … và %(number)d dòng nữa") % {"number": check.count - len(check.found)})
