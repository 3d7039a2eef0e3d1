"""What is asked to plan a round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from reports.models import DeadlineRule, Round, RoundKind
from reports.rounds import deadlines
from reports.rounds.services import Audience, Deadline
from schools import levels, school_years
from schools.models import ManagedBy, Unit
from schools.scope import Scope
from targets.models import Indicator

Words = str | Promise
SELECT = {"class": "in"}
# Django's Vietnamese formats would read 10/12 as the twelfth of October.
DAYS = ["%Y-%m-%d", "%d/%m/%Y"]


def _date() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "in"})


class DeadlineForm(forms.Form):
    """The day, how the document means it, and its own words: enough to say the last valid moment."""

    deadline_on = forms.DateField(
        label=_("Ngày nêu trong văn bản"),
        required=False,
        input_formats=DAYS,
        widget=_date(),
        help_text=_("Để trống khi văn bản không ấn định ngày."),
    )
    deadline_rule = forms.ChoiceField(
        label=_("Văn bản viết"), required=False, choices=DeadlineRule.choices, widget=forms.Select(attrs=SELECT)
    )
    deadline_time = forms.TimeField(
        label=_("Giờ"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "in"}),
        help_text=_("Chỉ khi văn bản nêu giờ."),
    )
    deadline_words = forms.CharField(
        label=_("Nguyên văn câu về hạn"),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs=SELECT),
        help_text=_("Ví dụ: gửi về Sở trước ngày 15/12/2026."),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        on, rule, at = (cleaned.get(f"deadline_{part}") for part in ("on", "rule", "time"))
        if on is None:
            if at is not None:
                self.add_error("deadline_on", _now("Có giờ thì phải có ngày."))
        elif rule == DeadlineRule.AT and at is None:
            self.add_error("deadline_time", _now("Nhập giờ nêu trong văn bản."))
        elif rule != DeadlineRule.AT and at is not None:
            self.add_error("deadline_time", _now("Bỏ giờ, hoặc chọn “trước giờ, ngày”."))
        return cleaned

    @property
    def deadline(self) -> Deadline | None:
        """What the filled fields say; None without a day or where they do not fit together."""
        self.is_valid()
        on: date | None = self.cleaned_data.get("deadline_on")
        at: time | None = self.cleaned_data.get("deadline_time")
        rule: str = self.cleaned_data.get("deadline_rule", "")
        if on is None or not rule or (rule == DeadlineRule.AT) is (at is None):
            return None
        return Deadline(on, rule, self.cleaned_data.get("deadline_words", ""), at)


class RoundForm(DeadlineForm):
    """A new round: what, for which year, to whom, from whom, by when."""

    campaign = forms.ModelChoiceField(
        label=_("Phong trào"), queryset=Campaign.objects.none(), widget=forms.Select(attrs=SELECT)
    )
    name = forms.CharField(label=_("Tên đợt"), max_length=200, widget=forms.TextInput(attrs=SELECT))
    kind = forms.ChoiceField(label=_("Loại"), choices=RoundKind.choices, widget=forms.Select(attrs=SELECT))
    year = forms.TypedChoiceField(label=_("Chỉ tiêu của năm"), coerce=int, widget=forms.Select(attrs=SELECT))
    school_year = forms.TypedChoiceField(label=_("Số liệu của năm học"), coerce=int, widget=forms.Select(attrs=SELECT))
    receiver = forms.ModelChoiceField(
        label=_("Báo cáo gửi về"), queryset=Unit.objects.none(), widget=forms.Select(attrs=SELECT)
    )
    through = forms.ModelChoiceField(
        label=_("Qua phòng"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Không qua phòng nào"),
        widget=forms.Select(attrs=SELECT),
    )
    previous = forms.ModelChoiceField(
        label=_("So sánh với đợt trước"),
        queryset=Round.objects.none(),
        required=False,
        empty_label=_("Không so sánh"),
        widget=forms.Select(attrs=SELECT),
    )
    indicators = forms.ModelMultipleChoiceField(
        label=_("Chỉ tiêu được hỏi"),
        queryset=Indicator.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất một chỉ tiêu.")},
    )
    levels = forms.MultipleChoiceField(
        label=_("Trường có một trong các cấp học"),
        required=False,
        choices=[(code, levels.LEVEL_NAMES[code]) for code in levels.LEVEL_CODES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Không chọn cấp nào là mọi cấp học."),
    )
    managed_by = forms.ChoiceField(
        label=_("Do ai quản lý"), required=False, choices=ManagedBy.choices, widget=forms.Select(attrs=SELECT)
    )
    communes = forms.ModelMultipleChoiceField(
        label=_("Chỉ trong các xã, phường"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"class": "in", "size": 6}),
        help_text=_("Không chọn xã, phường nào là cả tỉnh. Giữ Ctrl để chọn nhiều."),
    )
    with_communes = forms.BooleanField(label=_("UBND xã, phường cũng nộp báo cáo của mình"), required=False)
    cutoff_on = forms.DateField(
        label=_("Chốt số liệu đến hết ngày"), required=False, input_formats=DAYS, widget=_date()
    )
    locks_on = forms.DateField(
        label=_("Khóa sau ngày"),
        required=False,
        input_formats=DAYS,
        widget=_date(),
        help_text=_("Sau hạn nộp vẫn nhận báo cáo, ghi là muộn, cho đến hết ngày này."),
    )
    commune_reviews_first = forms.BooleanField(label=_("Xã, phường duyệt trước, rồi đến Sở"), required=False)
    ask_narrative = forms.BooleanField(
        label=_("Hỏi kết quả, khó khăn, kiến nghị, mô hình tiêu biểu"), required=False, initial=True
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.scope = scope
        self._offer(scope)
        self._offer_years(timezone.localdate())
        if not scope.is_department:
            # A commune asks its own schools and nobody else.
            for name in ("through", "communes", "with_communes", "managed_by", "commune_reviews_first"):
                del self.fields[name]

    def _offer(self, scope: Scope) -> None:
        campaigns = Campaign.objects.visible_to(scope)
        receivers = Unit.objects.filter(Q(kind="department") | Q(kind="commune")).order_by("-kind", "name_sort")
        if not scope.is_department and scope.unit_id is not None:
            receivers = receivers.filter(pk=scope.unit_id)
        self._set("campaign", campaigns)
        self._set("receiver", receivers)
        self._set("through", Unit.objects.filter(kind="office").order_by("name_sort"))
        self._set("previous", Round.objects.visible_to(scope).order_by("-year", "-deadline_at", "-pk"))
        self._set(
            "indicators",
            Indicator.objects.visible_to(scope).select_related("campaign").order_by("campaign", "order"),
        )
        self._set("communes", Unit.objects.communes().order_by("name_sort"))
        for name in ("campaign", "receiver"):
            first = self.fields[name].queryset.first()  # type: ignore[attr-defined]
            self.fields[name].initial = first.pk if first else None

    def _offer_years(self, today: date) -> None:
        this = school_years.current(today)
        years: Sequence[tuple[int, Words]] = [(year, str(year)) for year in range(today.year - 1, today.year + 3)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        self.fields["year"].initial = today.year
        self.fields["school_year"].choices = [  # type: ignore[attr-defined]
            (year, school_years.label(year)) for year in range(this - 1, this + 3)
        ]
        self.fields["school_year"].initial = this

    def _set(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        campaign = cleaned.get("campaign")
        strangers = (
            [each.code for each in cleaned.get("indicators") or [] if each.campaign_id != campaign.pk]
            if (campaign)
            else []
        )
        if strangers:
            self.add_error(
                "indicators",
                _now("Chỉ tiêu %(codes)s không thuộc phong trào đã chọn.") % {"codes": ", ".join(strangers)},
            )
        return cleaned

    @property
    def indicators_by_campaign(self) -> list[tuple[Campaign, list[Any]]]:
        """The checkboxes of the indicators under the campaign that each belongs to."""
        groups: dict[Campaign, list[Any]] = {}
        for box in self["indicators"]:
            groups.setdefault(box.data["value"].instance.campaign, []).append(box)
        return list(groups.items())

    def audiences(self) -> list[Audience]:
        """The groups that the choices name, in the words of the choices."""
        chosen = self.cleaned_data
        mask, managed_by = levels.from_codes(chosen["levels"]), chosen.get("managed_by", "")
        places: list[Unit | None] = list(chosen.get("communes") or [None])
        if not self.scope.is_department:
            places = [chosen["receiver"]]
        words = self._words(mask, managed_by)
        rules = [
            Audience(f"{words} ({place.name})" if place else words, levels=mask, managed_by=managed_by, commune=place)
            for place in places
        ]
        if chosen.get("with_communes"):
            rules.append(Audience(_now("UBND các xã, phường, đặc khu"), unit_kind="commune"))
        return rules

    @staticmethod
    def _words(mask: int, managed_by: str) -> str:
        words = _now("Các cơ sở giáo dục")
        if mask:
            words = _now("Các trường có cấp %(levels)s") % {"levels": levels.label(mask)}
        if managed_by:
            words = f"{words}, {str(ManagedBy(managed_by).label).lower()}"
        return words

    def fields_for_service(self) -> dict[str, Any]:
        """Arguments of `create_round`, but for who makes it."""
        chosen = self.cleaned_data
        locks_on: date | None = chosen["locks_on"]
        plain = (
            "campaign",
            "name",
            "kind",
            "year",
            "school_year",
            "receiver",
            "previous",
            "cutoff_on",
            "ask_narrative",
        )
        return {
            **{name: chosen[name] for name in plain},
            "through": chosen.get("through"),
            "commune_reviews_first": bool(chosen.get("commune_reviews_first")),
            "indicators": list(chosen["indicators"]),
            "audiences": self.audiences(),
            "deadline": self.deadline,
            "locks_at": deadlines.instant(locks_on, "by") if locks_on else None,
        }
