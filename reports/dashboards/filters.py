"""What a reader chose, read from the address, so that a view can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F
from django.http import QueryDict

from reports.models import Basis, Report
from reports.querysets import ReportQuerySet
from schools.levels import LEVEL_CODES, Level

CHASE_GROUPS = ("overdue", "not_started", "returned", "draft")


def number(value: str | None) -> int | None:
    """A positive whole number, or None for anything else: an address may be typed by hand."""
    if value and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return None


@dataclass(frozen=True, slots=True)
class Filters:
    """The choices of the dashboard; blank is everything."""

    round_id: int | None = None
    office_id: int | None = None
    level: str = ""
    commune_id: int | None = None
    basis: str = Basis.PROVISIONAL
    chase: str = ""
    sort: str = ""
    all_communes: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> Filters:
        return cls(
            round_id=number(query.get("dot")),
            office_id=number(query.get("phong")),
            level=query.get("cap", "") if query.get("cap") in LEVEL_CODES else "",
            commune_id=number(query.get("xa")),
            basis=Basis.OFFICIAL if query.get("co-so") == Basis.OFFICIAL else Basis.PROVISIONAL,
            chase=query.get("nhom", "") if query.get("nhom") in CHASE_GROUPS else "",
            sort=query.get("xep", ""),
            all_communes=query.get("tat-ca") == "1",
        )

    @property
    def is_official(self) -> bool:
        return self.basis == Basis.OFFICIAL

    def query(self, round_id: int, *, keep: Collection[str] = ("xa", "cap", "co-so"), **more: object) -> str:
        """These choices as the address writes them, after the round; `keep` names which, `more` adds to them."""
        mine: dict[str, object] = {
            "phong": self.office_id,
            "cap": self.level,
            "xa": self.commune_id,
            "co-so": self.basis if self.is_official else "",
            "nhom": self.chase,
            "xep": self.sort,
            "tat-ca": "1" if self.all_communes else "",
        }
        kept = {name: value for name, value in mine.items() if name in keep and value}
        return urlencode({"dot": round_id, **kept, **more})

    def reports(self, *round_ids: int) -> ReportQuerySet:
        """The reports that these rounds expect, of the chosen commune and level."""
        found = Report.objects.expected().filter(round_id__in=round_ids)
        if self.commune_id:
            found = found.filter(commune_id=self.commune_id)
        return with_level(found, self.level)


def with_level(reports: ReportQuerySet, level: str) -> ReportQuerySet:
    """Reports of schools that have the level; blank is all."""
    if not level:
        return reports
    return reports.alias(common_levels=F("levels").bitand(int(Level[level]))).filter(common_levels__gt=0)
