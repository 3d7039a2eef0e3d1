"""What the pages of an uploaded workbook show, made ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from reports.sheets.comparing import Comparison, Line, Verdict
from reports.sheets.kept import KeptBook

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Tile:
    """How many reports stand so, and the way to them; first those that somebody must do something about."""

    verdict: str
    count: int
    tone: str
    icon: str
    label: str
    told: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One report in the list, with its tile's word."""

    line: Line
    tile: Tile


def preview_page(kept: KeptBook, comparison: Comparison, *, view: str, number: str | None) -> dict[str, Any]:
    tiles = _tiles(comparison)
    by_verdict = {tile.verdict: tile for tile in tiles}
    if view not in by_verdict:
        view = ""
    order = [tile.verdict for tile in tiles]
    lines = [line for line in comparison.lines if view in ("", line.verdict)]
    lines.sort(key=lambda line: order.index(line.verdict))
    page = Paginator(lines, PAGE_SIZE).get_page(number)
    savable = [line for line in comparison.lines if line.can_save and not line.is_conflict]
    ready = [line for line in comparison.lines if line.can_submit and not line.is_conflict]
    return {
        "kept": kept,
        "round": comparison.round,
        "tiles": [tile for tile in tiles if tile.count] if len(comparison.lines) > 1 else [],
        "view": view,
        "page_obj": page,
        "rows": [Shown(line, by_verdict[line.verdict]) for line in page.object_list],
        "total": len(comparison.lines),
        "single": comparison.lines[0] if len(comparison.lines) == 1 else None,
        "conflicts": comparison.conflicts,
        "unknown": len(comparison.unknown),
        "strays": comparison.strays[:20],
        "ready": len(ready),
        "savable": len(savable),
        "sent": comparison.counts[Verdict.SENT],
        "wrong": comparison.counts[Verdict.WRONG],
        "marked": any(line.problems.errors or line.problems.warnings for line in comparison.lines),
        "behalf": _behalf(comparison.lines),
    }


def _behalf(lines: Sequence[Line]) -> bool:
    return any((line.can_save or line.can_submit) and not line.is_own for line in lines)


def _tiles(comparison: Comparison) -> list[Tile]:
    count = comparison.counts
    return [
        Tile(Verdict.WRONG, count[Verdict.WRONG], "bad", "bad", _("Có lỗi"), _("không lưu, sửa rồi tải lại")),
        Tile(Verdict.READY, count[Verdict.READY], "ok", "check", _("Sẵn sàng nộp"), _("đủ, không có lỗi")),
        Tile(Verdict.PARTIAL, count[Verdict.PARTIAL], "warn", "edit", _("Chỉ lưu nháp"), _("còn mục chưa trả lời")),
        Tile(Verdict.SENT, count[Verdict.SENT], "ok", "send", _("Đã nộp"), _("từ tệp này, có biên nhận")),
        Tile(Verdict.CLOSED, count[Verdict.CLOSED], "", "lock", _("Không nhận"), _("đã nộp hoặc đã khóa")),
        Tile(Verdict.SAME, count[Verdict.SAME], "", "equal", _("Không đổi"), _("như bản trên hệ thống")),
    ]
