"""Units and groups of units, as a pack names them. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from campaigns.packs.model import Rule, UnitRef
from campaigns.packs.nodes import Node

KINDS = ("department", "office", "commune", "school")
MANAGERS = ("", "department", "commune", "outside")


def read_unit(node: Node, key: str) -> UnitRef:
    """'department', 'office CTHSSV' or 'commune 17464'."""
    kind, _blank, code = node.text(key, required=True).partition(" ")
    ref = UnitRef(kind, code.strip())
    if kind and (kind not in KINDS or (kind == "department") is bool(ref.code)):
        node.wrong(key, _("Đơn vị viết là “department”, “office MÃ” hoặc “commune MÃ”."))
    return ref


def read_rule(node: Node) -> Rule:
    commune = node.text("commune", most=30)
    rule = Rule(
        wording=node.text("wording", required=True, most=300),
        unit_kind=node.choice("kind", KINDS),
        levels=node.levels("levels"),
        managed_by=node.choice("managed_by", MANAGERS, default=""),
        commune=UnitRef("commune", commune) if commune else None,
        unit=read_unit(node, "unit") if node.has("unit") else None,
        obliged=node.flag("obliged", default=True),
    )
    if rule.unit_kind != "school" and (rule.levels or rule.commune):
        node.wrong("kind", _("Chỉ cơ sở giáo dục mới có cấp học và xã, phường nơi đặt."))
    return rule
