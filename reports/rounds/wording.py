"""Dates of a round in words, as people in Vietnam say them."""

from __future__ import annotations

from datetime import date, datetime, time

import holidays
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.models import DeadlineRule
from reports.rounds import deadlines

WEEKDAYS = (
    gettext_lazy("thứ Hai"),
    gettext_lazy("thứ Ba"),
    gettext_lazy("thứ Tư"),
    gettext_lazy("thứ Năm"),
    gettext_lazy("thứ Sáu"),
    gettext_lazy("thứ Bảy"),
    gettext_lazy("Chủ nhật"),
)
_HOLIDAYS = holidays.country_holidays("VN")


def weekday(day: date) -> str:
    return str(WEEKDAYS[day.weekday()])


def rule_words(on: date | None, rule: str, at: time | None) -> str:
    """'trước ngày 15/12/2026': the date and the rule as the document means them; blank without a date."""
    if on is None:
        return ""
    day = f"{on:%d/%m/%Y}"
    if rule == DeadlineRule.BEFORE:
        return _("trước ngày %(day)s") % {"day": day}
    if rule == DeadlineRule.BY:
        return _("chậm nhất ngày %(day)s") % {"day": day}
    return _("trước %(hour)s ngày %(day)s") % {"hour": f"{at:%H:%M}" if at else "?", "day": day}


def extension_words(until: datetime) -> str:
    """'đến hết ngày 20/12/2026', or 'trước 09:30 ngày 21/12/2026' where an extension ends within a day."""
    local = until.astimezone(deadlines.ZONE)
    if local.time() == time.min:
        return _("đến hết ngày %(day)s") % {"day": f"{deadlines.last_day(until):%d/%m/%Y}"}
    return _("trước %(hour)s ngày %(day)s") % {"hour": f"{local:%H:%M}", "day": f"{local:%d/%m/%Y}"}


def report_name(name: str) -> str:
    """'báo cáo Tổng kết 2026'; a round whose own name begins so does not say it twice."""
    word = _("báo cáo")
    return f"{word}{name[len(word) :]}" if name.casefold().startswith(word.casefold()) else f"{word} {name}"


def last_moment(instant: datetime) -> str:
    """The last valid moment: 'hết ngày 14/12/2026 (thứ Hai)', or 'trước 17:00 ngày 15/12/2026 (thứ Ba)'."""
    local = instant.astimezone(deadlines.ZONE)
    day = deadlines.last_day(instant)
    words = {"day": f"{day:%d/%m/%Y}", "weekday": weekday(day), "hour": f"{local:%H:%M}"}
    if local.time() == time.min:
        return _("hết ngày %(day)s (%(weekday)s)") % words
    return _("trước %(hour)s ngày %(day)s (%(weekday)s)") % words


def day_off(day: date) -> str:
    """Why the day is one off, to tell the author of a round; blank on a working day. Nothing is moved for it."""
    if day in _HOLIDAYS:
        return _("Ngày cuối %(day)s là ngày nghỉ lễ, tết") % {"day": f"{day:%d/%m/%Y}"}
    if day.weekday() >= 5:
        return _("Ngày cuối %(day)s là %(weekday)s") % {"day": f"{day:%d/%m/%Y}", "weekday": weekday(day)}
    return ""


def left(days: int) -> str:
    """'còn 24 ngày', 'hôm nay là ngày cuối', 'đã quá hạn 3 ngày'."""
    if days > 0:
        return _("còn %(days)d ngày") % {"days": days}
    if days == 0:
        return _("hôm nay là ngày cuối")
    return _("đã quá hạn %(days)d ngày") % {"days": -days}


def step_day(days: int) -> str:
    """A reminder step against the last valid day."""
    if days < 0:
        return _("%(days)d ngày trước ngày cuối") % {"days": -days}
    if days == 0:
        return _("ngày cuối")
    return _("%(days)d ngày sau ngày cuối") % {"days": days}
