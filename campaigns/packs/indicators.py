"""Indicators and their targets, as a pack states them. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from campaigns.packs.model import IndicatorSpec, TargetSpec
from campaigns.packs.nodes import Node
from schools import levels

KINDS = ("people", "units")
COUNTED = ("", "staff", "pupils")
ALL = "all"


def read_indicator(node: Node) -> IndicatorSpec:
    mask = node.levels("levels", required=True)
    indicator = IndicatorSpec(
        code=node.text("code", required=True, most=20),
        name=node.text("name", required=True, most=400),
        short_name=node.text("short_name", required=True, most=40),
        section=node.text("section", required=True, most=80),
        question=node.text("question", required=True, most=300),
        hint=node.text("hint", most=300),
        kind=node.choice("kind", KINDS),
        counted=node.choice("counted", COUNTED, default=""),
        levels=mask,
        per_commune=node.flag("per_commune", default=False),
        rarely_changes=node.flag("rarely_changes", default=False),
        theme=node.slug("theme"),
        directive=node.slug("directive", most=80),
        place_in_text=node.text("place_in_text", most=120),
        leads=node.names("leads"),
        supporters=node.names("supporters"),
        targets=_targets(node.child("targets"), mask),
    )
    if (indicator.kind == "people") is not bool(indicator.counted):
        node.wrong("counted", _("Tỷ lệ người phải nói đếm ai (staff, pupils); tỷ lệ đơn vị thì không."))
    if indicator.per_commune and indicator.kind != "units":
        node.wrong("per_commune", _("Chỉ tiêu tính theo xã phải là loại có hoặc chưa."))
    if indicator.rarely_changes and indicator.kind != "units":
        node.wrong("rarely_changes", _("Chỉ câu hỏi có hoặc chưa mới giữ câu trả lời của đợt trước."))
    return indicator


def _targets(node: Node | None, mask: int) -> tuple[TargetSpec, ...]:
    """{2025: {all: 80}, 2026: {TH: khuyến khích, THCS: 50}}."""
    if node is None:
        return ()
    found: list[TargetSpec] = []
    for key in node.keys():  # noqa: SIM118 - Node is no mapping: asking for its keys marks them as read
        if not key.isdecimal() or not 2000 <= int(key) <= 2100:
            node.wrong(key, _("“%(key)s” không phải là năm.") % {"key": key})
        elif (year := node.child(key, required=True)) is not None:
            found += _targets_of_year(int(key), year, mask)
    return tuple(found)


def _targets_of_year(year: int, node: Node, mask: int) -> list[TargetSpec]:
    found: list[TargetSpec] = []
    for level in node.keys():  # noqa: SIM118
        if level != ALL and level not in levels.to_codes(mask):
            node.wrong(level, _("Chỉ tiêu không áp dụng cho cấp học “%(level)s”.") % {"level": level})
        else:
            found.append(TargetSpec(year, "" if level == ALL else level, node.percent(level)))
    return found
