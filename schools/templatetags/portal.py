"""Tags and filters of every page: numbers and dates the Vietnamese way, icons, states, bars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from heroicons.templatetags.heroicons import heroicon_outline

register = template.Library()

NOTHING = "–"
MINUS = "\u2212"
TENTH = Decimal("0.1")

# Our short names, by what they say, and the outline icons of the heroicons package that say it.
ICONS = {
    "check": "check-circle",
    "warn": "exclamation-triangle",
    "bad": "exclamation-circle",
    "clock": "clock",
    "info": "information-circle",
    "up": "arrow-up",
    "down": "chevron-down",
    "left": "chevron-left",
    "right": "chevron-right",
    "print": "printer",
    "download": "arrow-down-tray",
    "upload": "arrow-up-tray",
    "send": "paper-airplane",
    "doc": "document-text",
    "undo": "arrow-uturn-left",
    "edit": "pencil-square",
    "plus": "plus",
    "minus": "minus",
    "equal": "equals",
    "school": "building-library",
    "search": "magnifying-glass",
    "bell": "bell",
    "eye": "eye",
    "menu": "bars-3",
    "cloud": "cloud-arrow-up",
    "clip": "paper-clip",
    "home": "home",
    "list": "list-bullet",
    "flag": "flag",
    "user": "user-circle",
    "key": "key",
    "calendar": "calendar",
    "phone": "phone",
    "trash": "trash",
    "x": "x-mark",
    "lock": "lock-closed",
    "unlock": "lock-open",
    "filter": "funnel",
    "swap": "arrows-right-left",
    "refresh": "arrow-path",
    "mail": "envelope",
    "shield": "shield-check",
    "table": "table-cells",
    "copy": "clipboard-document",
    "out": "arrow-right-start-on-rectangle",
    "link": "arrow-top-right-on-square",
    "users": "users",
}
# The package has no dashed circle; it says: nothing there yet.
DASHED = (
    '<svg fill="none" viewBox="0 0 24 24" stroke-width="1.5" stroke="currentColor" aria-hidden="true" class="ic">'
    '<circle cx="12" cy="12" r="9" stroke-dasharray="3.5 3.57" stroke-linecap="round" /></svg>'
)

# state: (tone, icon, words)
STATES: dict[str, tuple[str, str, str | Promise]] = {
    "not_started": ("", "dash", _("Chưa bắt đầu")),
    "draft": ("", "edit", _("Đang soạn")),
    "submitted": ("info", "clock", _("Chờ duyệt")),
    "returned": ("bad", "undo", _("Bị trả lại")),
    "accepted": ("ok", "check", _("Đã chấp nhận")),
    "overdue": ("bad", "bell", _("Quá hạn")),
    "met": ("ok", "check", _("Đạt")),
    "near": ("warn", "warn", _("Gần đạt")),
    "behind": ("bad", "bad", _("Chậm")),
    "followed": ("", "dash", _("Theo dõi")),
    "encouraged": ("", "info", _("Khuyến khích")),
    "planned": ("", "dash", _("Chưa mở")),
    "open": ("info", "unlock", _("Đang mở")),
    "closed": ("", "lock", _("Đã chốt")),
}


@cache
def _drawing(name: str) -> SafeString:
    if name == "dash":
        return mark_safe(DASHED)  # noqa: S308 - a constant of ours
    try:
        svg = heroicon_outline(ICONS[name], size=None, **{"class": "ic"})
    except KeyError:
        raise template.TemplateSyntaxError(f"No icon {name!r}; ICONS lists the names") from None
    return mark_safe(" ".join(svg.split()))  # noqa: S308 - drawn by the package, nothing of a user's in it


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside words; screen readers pass it over."""
    return _drawing(name)


def _separated(digits: str) -> str:
    """'1,234.5' as the reader writes it."""
    if get_language() == "en":
        return digits
    return digits.translate(str.maketrans(",.", ".,"))


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


@register.filter
def n(value: Any) -> str:
    """A count: 1234 becomes 1.234."""
    number = _decimal(value)
    if number is None:
        return NOTHING
    return _separated(f"{int(number):,}").replace("-", MINUS)


@register.filter
def num1(value: Any) -> str:
    """One decimal, cut and never rounded: 79.96 is 79,9."""
    number = _decimal(value)
    if number is None:
        return NOTHING
    return _separated(f"{number.quantize(TENTH, ROUND_DOWN):,}").replace("-", MINUS)


@register.filter
def pct(value: Any) -> str:
    """A percentage with its sign, cut to one decimal."""
    text = num1(value)
    return text if text == NOTHING else f"{text}%"


@register.filter
def points(value: Any) -> str:
    """A difference in percentage points, with its sign: −8,8 or +1,2."""
    number = _decimal(value)
    if number is None:
        return NOTHING
    number = number.quantize(TENTH, ROUND_HALF_UP)
    sign = MINUS if number < 0 else "+" if number > 0 else ""
    return sign + _separated(f"{abs(number):,}")


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def d(value: date | datetime | None) -> str:
    """15/12/2026, in both languages."""
    return f"{_local(value):%d/%m/%Y}" if value else NOTHING


@register.filter
def dt(value: datetime | None) -> str:
    """15/12/2026 08:31."""
    return f"{_local(value):%d/%m/%Y %H:%M}" if value else NOTHING


@register.filter
def hm(value: datetime | None) -> str:
    return f"{_local(value):%H:%M}" if value else NOTHING


@register.filter
def ago_day(value: date | datetime | None) -> str:
    """'hôm nay lúc 08:31', 'hôm qua lúc 16:20', else the date; a plain date has no hour."""
    if not value:
        return NOTHING
    local = _local(value)
    day = local.date() if isinstance(local, datetime) else local
    today = timezone.localdate()
    words = {today: gettext("hôm nay"), today - timedelta(days=1): gettext("hôm qua")}.get(day, f"{day:%d/%m/%Y}")
    if not isinstance(local, datetime):
        return words
    return gettext("%(day)s lúc %(time)s") % {"day": words, "time": f"{local:%H:%M}"}


@register.filter
def get(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """The value of a key that only the template knows, or None."""
    return mapping.get(key) if mapping else None


def _length(value: Any) -> float:
    """A share of the bar, 0 to 100, with a decimal point whatever the language."""
    return round(min(100.0, max(0.0, float(value))), 1)


@register.simple_tag
def bullet(value: Any = None, target: Any = None, previous: Any = None, low: bool = False, none: bool = False) -> str:
    """A bar from 0 to 100: the result, a tall tick for the target, a thin one for the last round.

    `low`: far below the target; `none`: there is no target. The number stands beside it in words.
    """
    parts = [mark_safe('<rect class="tr" y="2" width="100%" height="8" rx="2"/>')]
    if value is not None:
        parts.append(format_html('<rect class="v" y="2" width="{}%" height="8" rx="2"/>', str(_length(value))))
    if previous is not None:
        parts.append(
            format_html(
                '<svg x="{}%" y="-1" width="4" height="14" overflow="visible"><rect class="ph" x="-2" width="4.5" '
                'height="14"/><rect class="py" x="-.75" width="2" height="14"/></svg>',
                str(_length(previous)),
            )
        )
    if target is not None:
        # A tick at 100 would hang over the edge by its own width.
        place = str(min(_length(target), 99.2))
        parts.append(format_html('<rect class="tg" x="{}%" y="-2" width="3" height="16"/>', place))
    kind = "bul" + (" low" if low else "") + (" none" if none else "")
    return format_html('<svg class="{}" aria-hidden="true">{}</svg>', kind, SafeString("".join(parts)))


@register.simple_tag
def bar(share: Any = None) -> str:
    """A plain bar of progress; `share` is a percentage."""
    return format_html(
        '<svg class="pg" aria-hidden="true"><rect class="tr" width="100%" height="10" rx="3"/>'
        '<rect class="v" width="{}%" height="10" rx="3"/></svg>',
        str(_length(share or 0)),
    )


def _state(kind: str, shape: str) -> str:
    tone, drawing, words = STATES[str(kind)]
    classes = f"tag{shape}" + (f" tag--{tone}" if tone else "")
    return format_html('<span class="{}">{}{}</span>', classes, _drawing(drawing), words)


@register.simple_tag
def status_pill(kind: str) -> str:
    """The state of a report or a round on a tinted ground: word, shape and colour."""
    return _state(kind, " pill")


@register.simple_tag
def status_tag(kind: str) -> str:
    """How an indicator stands, without a ground: word, shape and colour."""
    return _state(kind, "")
