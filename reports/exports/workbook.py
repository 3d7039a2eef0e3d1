"""A round as .xlsx: indicators, communes, every report, and a sheet that says what the figures are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from reports.completion.selectors import computed_at, rates
from reports.exports.commune_sheet import write_commune_reports
from reports.exports.figures import (
    STATUS_WORDS,
    VERDICT_WORDS,
    AskedIndicator,
    Figure,
    IndicatorFigures,
    asked_indicators,
    figures_of,
)
from reports.models import Basis, Grouping, Report, ReportState, Round, Value
from reports.rounds import deadlines
from reports.rounds.corrections import Corrected, corrected
from schools import levels, text
from schools.models import Unit
from schools.scope import Scope

WHOLE = Scope(unit_id=0, unit_kind="department")


def file_name(name: str, now: datetime) -> str:
    """'tong-ket-2026-20261121.xlsx': plain letters, so that no mail program spoils it."""
    return f"{slugify(text.fold(name)) or 'dot-bao-cao'}-{deadlines.local_date(now):%Y%m%d}.xlsx"


def round_workbook(*, round_id: int, basis: str, now: datetime, scope: Scope = WHOLE) -> BytesIO:
    """The workbook, ready to be read from its start; figures and reports are those the scope may see."""
    round_ = Round.objects.select_related("campaign", "receiver").get(pk=round_id)
    asked = asked_indicators(round_id=round_id, year=round_.year)
    out = BytesIO()
    # What a school typed must never run as a formula or open as a link on another desk.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    book = xlsxwriter.Workbook(out, options)
    styles = _styles(book)
    _write_indicators(book, styles, round_, asked, basis, scope)
    _write_communes(book, styles, round_, asked, basis, scope)
    _write_reports(book, styles, round_, asked, basis, scope)
    write_commune_reports(Sheet, book, styles, round_, scope)
    _write_notes(book, styles, round_, basis, now)
    book.close()
    out.seek(0)
    return out


def _styles(book: Any) -> dict[str, Any]:
    plain = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    return {
        "title": book.add_format({**plain, "bold": True, "font_size": 14}),
        "head": book.add_format({**plain, "bold": True, "text_wrap": True, "border": 1, "bg_color": "#edf5fc"}),
        "text": book.add_format({**plain, "text_wrap": True, "border": 1}),
        "count": book.add_format({**plain, "num_format": "#,##0", "border": 1}),
        "percent": book.add_format({**plain, "num_format": "0.0", "border": 1}),
        "moment": book.add_format({**plain, "num_format": "dd/mm/yyyy hh:mm", "border": 1}),
        "note": book.add_format({**plain, "text_wrap": True}),
    }


class Sheet:
    """One sheet with a title, a frozen head and rows; knows how each kind of cell is written."""

    def __init__(self, book: Any, styles: Mapping[str, Any], name: str, title: str, head: Sequence[tuple[str, int]]):
        self.styles = styles
        self.sheet = book.add_worksheet(name)
        self.sheet.write_string(0, 0, title, styles["title"])
        for column, (label, width) in enumerate(head):
            self.sheet.set_column(column, column, width)
            self.sheet.write_string(2, column, label, styles["head"])
        self.sheet.freeze_panes(3, 2)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(2)
        self.row = 3

    def add(self, cells: Iterable[Any]) -> None:
        for column, value in enumerate(cells):
            if value is None or value == "":
                self.sheet.write_blank(self.row, column, None, self.styles["text"])
            elif isinstance(value, Decimal):
                self.sheet.write_number(self.row, column, float(value), self.styles["percent"])
            elif isinstance(value, datetime):
                local = value.astimezone(deadlines.ZONE).replace(tzinfo=None)
                self.sheet.write_datetime(self.row, column, local, self.styles["moment"])
            elif isinstance(value, int):
                self.sheet.write_number(self.row, column, value, self.styles["count"])
            else:
                self.sheet.write_string(self.row, column, str(value), self.styles["text"])
        self.row += 1


def _figure_cells(figure: Figure) -> list[Any]:
    """Numbers only: numerator and denominator stand beside the percentage, which is cut to one decimal."""
    sums = figure.completion
    return [
        sums.expected,
        sums.counted,
        sums.silent,
        sums.numerator,
        sums.denominator,
        figure.percent,
        figure.floor,
        figure.ceiling,
        sums.silent_unknown,
    ]


def _target_cell(figure: Figure) -> Decimal | str | None:
    return _("khuyến khích") if figure.encouraged else figure.target


def _write_indicators(
    book: Any, styles: Mapping[str, Any], round_: Round, asked: list[AskedIndicator], basis: str, scope: Scope
) -> None:
    head = [
        (_("Mã"), 7),
        (_("Chỉ tiêu"), 55),
        (_("Đơn vị chủ trì"), 28),
        (_("Phạm vi"), 14),
        (_("Chỉ tiêu giao (%)"), 12),
        (_("Đơn vị phải báo cáo"), 12),
        (_("Đơn vị được tính"), 12),
        (_("Chưa báo cáo"), 12),
        (_("Số đạt"), 12),
        (_("Tổng số"), 12),
        (_("Kết quả (%)"), 12),
        (_("Thấp nhất có thể (%)"), 14),
        (_("Cao nhất có thể (%)"), 14),
        (_("Đơn vị chưa rõ tổng số"), 14),
        (_("Tiến độ"), 12),
        (_("Điều chắc chắn"), 20),
    ]
    sheet = Sheet(book, styles, _("Chỉ tiêu"), f"{round_.name} · {Basis(basis).label}", head)
    for item in _figures(round_, asked, basis, scope):
        everything = [(_("Toàn bộ"), item.whole)]
        everything += [(code, figure) for code, figure in item.by_level.items() if figure.applies]
        for label, figure in everything:
            whole = figure is item.whole
            sheet.add(
                [
                    item.indicator.code,
                    item.indicator.name,
                    item.indicator.lead_names,
                    label,
                    _target_cell(figure),
                    *_figure_cells(figure),
                    STATUS_WORDS[item.status if whole else figure.status],
                    VERDICT_WORDS[item.verdict if whole else figure.verdict],
                ]
            )


def _figures(round_: Round, asked: list[AskedIndicator], basis: str, scope: Scope) -> list[IndicatorFigures]:
    """Of the whole round, or of the reader's own commune."""
    if scope.is_commune and scope.unit_id is not None:
        unit_id, grouping = scope.unit_id, Grouping.PLACE
    else:
        unit_id, grouping = round_.receiver_id, Grouping.WHOLE
    found = rates(round_id=round_.pk, basis=basis, grouping=grouping, unit_ids=[unit_id])
    return figures_of(asked, unit_id=unit_id, rates=found)


def _write_communes(
    book: Any, styles: Mapping[str, Any], round_: Round, asked: list[AskedIndicator], basis: str, scope: Scope
) -> None:
    head = [(_("Mã"), 9), (_("Xã, phường"), 28)]
    for item in asked:
        label = f"{item.code} {item.short_name}"
        head += [(f"{label}: {_('số đạt')}", 12), (f"{label}: {_('tổng số')}", 12), (f"{label} (%)", 12)]
    sheet = Sheet(book, styles, _("Xã, phường"), f"{round_.name} · {Basis(basis).label}", head)
    found = rates(round_id=round_.pk, basis=basis, grouping=Grouping.PLACE)
    reached = {unit_id for unit_id, _indicator, _level in found}
    communes = Unit.objects.visible_to(scope).communes().order_by("name_sort", "id").values_list("id", "code", "name")
    for pk, code, name in communes:
        if pk not in reached:
            continue
        cells: list[Any] = [code, name]
        for figures in figures_of(asked, unit_id=pk, rates=found):
            sums = figures.whole.completion
            cells += [sums.numerator, sums.denominator, figures.whole.percent] if figures.whole.applies else [None] * 3
        sheet.add(cells)


def _write_reports(
    book: Any, styles: Mapping[str, Any], round_: Round, asked: list[AskedIndicator], basis: str, scope: Scope
) -> None:
    head = [
        (_("Mã đơn vị"), 14),
        (_("Đơn vị"), 40),
        (_("Xã, phường"), 24),
        (_("Đơn vị quản lý"), 24),
        (_("Cấp học"), 12),
        (_("Tình trạng"), 16),
        (_("Nộp lần đầu"), 17),
        (_("Nộp muộn"), 10),
        (_("Được tính"), 10),
    ]
    for item in asked:
        head += [(f"{item.code} {item.short_name}: {_('số đạt')}", 12), (f"{item.code}: {_('tổng số')}", 12)]
    head.append((_("Nhập thay"), 30))
    sheet = Sheet(book, styles, _("Đơn vị"), f"{round_.name} · {Basis(basis).label}", head)
    values = _values(round_)
    counted = {"accepted"} if basis == Basis.OFFICIAL else {"accepted", "submitted"}
    reports = (
        Report.objects.visible_to(scope)
        .expected()
        .filter(round=round_)
        .order_by("commune__name_sort", "unit__name_sort", "id")
        .values_list(
            "id",
            "unit__code",
            "unit__name",
            "commune__name",
            "manager__name",
            "levels",
            "state",
            "first_submitted_at",
            "is_late",
            "current_submission__on_behalf_reason",
        )
    )
    for pk, code, name, commune, manager, mask, state, first, late, behalf in reports.iterator(chunk_size=2000):
        cells: list[Any] = [code, name, commune, manager, levels.label(mask), ReportState(state).label, first]
        cells += [_("có") if late else "", _("có") if state in counted else ""]
        answers = values.get(pk, {})
        for item in asked:
            cells += answers.get(item.id, (None, None))
        sheet.add([*cells, behalf or ""])


def _values(round_: Round) -> dict[int, dict[int, tuple[int, int]]]:
    """{report: {indicator: (numerator, denominator)}} of the current versions, levels added up."""
    found: dict[int, dict[int, tuple[int, int]]] = {}
    rows = (
        Value.objects.filter(
            submission__report__round=round_, submission__report__current_submission_id=F("submission_id")
        )
        .order_by()
        .values_list("submission__report_id", "indicator_id", "numerator", "denominator")
    )
    for report, indicator, numerator, denominator in rows.iterator(chunk_size=5000):
        mine = found.setdefault(report, {})
        before = mine.get(indicator, (0, 0))
        mine[indicator] = (before[0] + numerator, before[1] + denominator)
    return found


def _write_notes(book: Any, styles: Mapping[str, Any], round_: Round, basis: str, now: datetime) -> None:
    sheet = book.add_worksheet(_("Ghi chú"))
    sheet.set_column(0, 0, 110)
    computed, frozen = computed_at(round_.pk, basis), corrected(round_.pk)
    lines = [
        f"{round_.name} · {round_.campaign.name} · {round_.receiver.name}",
        _("Xuất lúc %(at)s.") % {"at": _moment(now)},
        _("Tỷ lệ tính lúc %(at)s.") % {"at": _moment(computed)} if computed else _("Tỷ lệ chưa được tính."),
        *_corrections(frozen),
        _("Tạm tính: gồm báo cáo chờ duyệt và đã chấp nhận. Chính thức: chỉ báo cáo đã chấp nhận."),
        _("Kết quả chỉ đúng với các đơn vị đã báo cáo: tổng số đạt chia cho tổng số; không lấy trung bình các tỷ lệ."),
        _("Thấp nhất và cao nhất có thể: khi mọi đơn vị chưa báo cáo đạt 0% hoặc 100%, theo tổng số đã biết."),
        _("Tỷ lệ được cắt ở một chữ số thập phân, không làm tròn: 79,96% ghi 79,9 và chưa đạt 80%."),
        _("Cột số đạt của từng đơn vị là bản nộp hiện tại, kể cả khi bị trả lại; cột Được tính nói bản nào được cộng."),
    ]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, styles["title"] if row == 0 else styles["note"])


def _corrections(frozen: Corrected) -> list[str]:
    if frozen.last_at is None:
        return []
    said = _("Đợt đã chốt và đã đính chính %(count)s lần, lần cuối %(at)s.")
    return [said % {"count": frozen.count, "at": _moment(frozen.last_at)}]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(deadlines.ZONE):%H:%M %d/%m/%Y}"
