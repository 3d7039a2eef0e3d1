from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import override
from freezegun import freeze_time

from reports.models import ReportState
from schools.templatetags import portal


def show(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1234, "1.234", "1,234"),
        (1234567, "1.234.567", "1,234,567"),
        (-1200, "−1.200", "−1,200"),
        (None, "–", "–"),
    ],
)
def test_counts_have_thousands(value: int | None, vi: str, en: str) -> None:
    assert show("{{ value|n }}", value=value) == vi
    with override("en"):
        assert show("{{ value|n }}", value=value) == en


@pytest.mark.parametrize(
    ("value", "vi"),
    [
        (Decimal("79.9"), "79,9%"),
        (Decimal("79.99"), "79,9%"),
        (Decimal(100), "100,0%"),
        (Decimal(0), "0,0%"),
        (50, "50,0%"),
        (None, "–"),
    ],
)
def test_a_rate_is_cut_to_one_decimal_with_a_comma(value: Any, vi: str) -> None:
    assert show("{{ value|pct }}", value=value) == vi


def test_a_rate_has_a_point_in_english() -> None:
    with override("en"):
        assert show("{{ value|pct }}", value=Decimal("79.9")) == "79.9%"


def test_one_decimal_without_a_sign() -> None:
    assert show("{{ value|num1 }}", value=Decimal("31.6")) == "31,6"
    assert show("{{ value|num1 }}", value=Decimal("1234.56")) == "1.234,5"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("-8.8"), "−8,8"),
        (Decimal("1.2"), "+1,2"),
        (Decimal(0), "0,0"),
        (Decimal("-0.04"), "0,0"),
        (None, "–"),
    ],
)
def test_a_difference_has_its_sign(value: Any, words: str) -> None:
    assert show("{{ value|points }}", value=value) == words


def test_dates_and_hours_are_those_of_vietnam() -> None:
    evening = datetime(2026, 12, 14, 17, 31, tzinfo=UTC)
    assert show("{{ at|d }} · {{ at|dt }} · {{ at|hm }}", at=evening) == "15/12/2026 · 15/12/2026 00:31 · 00:31"
    assert show("{{ on|d }} {{ none|d }}", on=date(2026, 12, 15), none=None) == "15/12/2026 –"


@freeze_time("2026-11-21 08:30:00+07:00")
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (datetime(2026, 11, 20, 17, 1, tzinfo=UTC), "hôm nay lúc 00:01"),
        (datetime(2026, 11, 20, 16, 59, tzinfo=UTC), "hôm qua lúc 23:59"),
        (datetime(2026, 11, 14, 1, 0, tzinfo=UTC), "14/11/2026 lúc 08:00"),
        (date(2026, 11, 21), "hôm nay"),
        (date(2026, 11, 20), "hôm qua"),
        (date(2026, 11, 19), "19/11/2026"),
    ],
)
def test_recent_days_have_names(value: Any, words: str) -> None:
    assert show("{{ value|ago_day }}", value=value) == words


@pytest.mark.parametrize("name", [*portal.ICONS, "dash"])
def test_every_icon_is_drawn_and_hidden_from_screen_readers(name: str) -> None:
    svg = show("{% icon name %}", name=name)
    assert svg.startswith("<svg")
    assert 'class="ic"' in svg
    assert 'aria-hidden="true"' in svg
    assert "style" not in svg


def test_an_unknown_icon_is_an_error_of_the_page() -> None:
    with pytest.raises(TemplateSyntaxError, match="khong-co"):
        show('{% icon "khong-co" %}')


@pytest.mark.parametrize("language", ["vi", "en"])
def test_bars_have_decimal_points_in_every_language(language: str) -> None:
    with override(language):
        svg = show(
            "{% bullet value=a target=b previous=c low=True %}{% bar share=d %}",
            a=Decimal("88.4"),
            b=Decimal("99.5"),
            c=Decimal("70.1"),
            d=Decimal("66.67"),
        )
    assert re.findall(r'(?:width|x)="([\d.,]+)%"', svg) == ["100", "88.4", "70.1", "99.2", "100", "66.7"]


def test_a_bullet_has_only_what_is_known() -> None:
    assert 'class="v"' not in show("{% bullet target=80 %}")
    assert 'class="tg"' not in show("{% bullet value=80 none=True %}")
    assert 'class="bul none"' in show("{% bullet value=80 none=True %}")
    assert 'class="bul low"' in show("{% bullet value=80 target=100 low=True %}")


def test_a_bar_never_leaves_its_track() -> None:
    assert 'width="100.0%"' in show("{% bar share=140 %}")
    assert 'width="0.0%"' in show("{% bar share=none %}", none=None)


@pytest.mark.parametrize("state", list(ReportState))
def test_every_state_of_a_report_has_its_pill_in_the_same_words(state: ReportState) -> None:
    pill = show("{% status_pill state %}", state=state)
    assert str(state.label) in pill
    assert "<svg" in pill


@pytest.mark.parametrize("kind", ["met", "near", "behind", "followed", "encouraged", "overdue"])
def test_every_status_is_a_word_and_a_shape(kind: str) -> None:
    assert re.fullmatch(r'<span class="tag[^"]*"><svg.*</svg>\S.*</span>', show("{% status_tag kind %}", kind=kind))


def test_a_key_that_only_the_template_knows() -> None:
    assert show("{{ table|get:level }}", table={"TH": 7}, level="TH") == "7"
    assert show("{{ table|get:level }}", table={}, level="TH") == "None"
