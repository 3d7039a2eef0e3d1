"""One pack into the database, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from accounts import audit
from accounts.models import User
from campaigns.models import Campaign
from campaigns.packs import Pack, read_pack
from reports.models import RoundState
from reports.packs.directives import store_campaign, store_directives, store_themes
from reports.packs.indicators import store_indicators
from reports.packs.rounds import store_rounds
from reports.packs.units import UnitFinder
from reports.rounds.services import open_round


def load_campaign(pack: Pack | str | Path, by: User | None = None, open_rounds: bool = False) -> Campaign:
    """Write a pack, a file or a pack that comes with the portal ('ninh-binh'); again gives the same rows.

    The department and the communes that it names must be there; its offices are made. With
    `open_rounds` its planned rounds are opened. Raises PackError for a file that cannot be read
    and LoadError for one that does not fit this installation.
    """
    if not isinstance(pack, Pack):
        pack = read_pack(pack)
    with transaction.atomic():
        units = UnitFinder(pack, by)
        campaign = store_campaign(pack.campaign, units)
        themes = store_themes(campaign, pack.campaign)
        directives = store_directives(pack.directives, campaign, themes, units)
        indicators = store_indicators(pack.indicators, campaign, themes, directives, units)
        rounds = store_rounds(pack.rounds, campaign, directives, indicators, units)
        counts = {"directives": len(directives), "indicators": len(indicators), "rounds": len(rounds)}
        audit.record(actor=by, action="campaign.load", target=campaign, after=counts)
        for round_ in rounds if open_rounds else []:
            if round_.state == RoundState.PLANNED:
                open_round(round=round_, by=by)
    return campaign
