"""Loads a campaign pack: a YAML file, or one that comes with the portal."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.packs import PackError
from campaigns.packs.files import packs
from reports.packs import LoadError, load_campaign


class Command(BaseCommand):
    help = "Load a campaign pack: its directives, indicators, targets and rounds. Loading again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", metavar="FILE.yml", help=f"a file, or one of: {', '.join(packs())}")
        parser.add_argument("--open-rounds", action="store_true", help="open the rounds that are still planned")
        parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            campaign = load_campaign(options["pack"], open_rounds=options["open_rounds"])
        except (PackError, LoadError) as error:
            raise CommandError(str(error)) from error
        counts = counts_of(campaign)
        if options["json"]:
            self.stdout.write(json.dumps({"campaign": campaign.code, **counts}))
        else:
            sentence = _("Đã nạp “%(name)s”: %(directives)d văn bản, %(indicators)d chỉ tiêu, %(rounds)d đợt báo cáo.")
            self.stdout.write(sentence % {"name": campaign.name, **counts})


def counts_of(campaign: Campaign) -> dict[str, int]:
    return {
        "directives": campaign.directives.count(),
        "indicators": campaign.indicators.count(),
        "rounds": campaign.rounds.count(),
    }
