"""Rounds and their deadlines, as a pack states them. Pure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from campaigns.packs.model import DeadlineSpec, RoundSpec
from campaigns.packs.nodes import Node
from campaigns.packs.units import read_rule, read_unit

KINDS = ("interim", "final", "periodic", "theme", "ad_hoc")
RULES = ("", "before", "by", "at")
NO_DEADLINE = DeadlineSpec(None, "", "", None)


def read_round(node: Node) -> RoundSpec:
    deadline = node.child("deadline")
    round_ = RoundSpec(
        code=node.slug("code", required=True),
        name=node.text("name", required=True, most=200),
        kind=node.choice("kind", KINDS),
        year=node.year("year", required=True) or 0,
        school_year=node.year("school_year", required=True) or 0,
        directive=node.slug("directive", most=80),
        receiver=read_unit(node, "receiver"),
        through=node.text("through", most=30),
        indicators=node.names("indicators"),
        audiences=tuple(read_rule(item) for item in node.children("audiences")),
        deadline=NO_DEADLINE if deadline is None else _deadline(deadline),
        cutoff_on=node.day("cutoff_on"),
        locks_on=node.day("locks_on"),
        commune_reviews_first=node.flag("commune_reviews_first", default=False),
        ask_narrative=node.flag("ask_narrative", default=True),
        annex_note=node.text("annex_note", most=300),
        previous=node.slug("previous"),
    )
    if not round_.audiences:
        node.wrong("audiences", _("Đợt báo cáo phải nói những đơn vị nào báo cáo."))
    if not all(rule.obliged for rule in round_.audiences):
        node.wrong("audiences", _("Đơn vị được mời không nợ báo cáo: bỏ khỏi danh sách này."))
    if round_.cutoff_on and round_.deadline.on and round_.cutoff_on > round_.deadline.on:
        node.wrong("cutoff_on", _("Ngày chốt số liệu không được sau hạn nộp."))
    if round_.locks_on and round_.deadline.on and round_.locks_on < round_.deadline.on:
        node.wrong("locks_on", _("Ngày khóa không được trước hạn nộp."))
    return round_


def _deadline(node: Node) -> DeadlineSpec:
    deadline = DeadlineSpec(
        on=node.day("on"),
        rule=node.choice("rule", RULES, default=""),
        words=node.text("words", required=True, most=250),
        at=node.hour("at"),
    )
    if node.has("on") is not bool(deadline.rule):
        node.wrong("rule", _("Hạn nộp gồm ngày và cách tính; thiếu một là chưa đủ."))
    if (deadline.rule == "at") is not node.has("at"):
        node.wrong("at", _("Chỉ nhập giờ khi văn bản nêu giờ."))
    node.done()
    return deadline
