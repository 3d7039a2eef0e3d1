"""Fields of forms that documents and indicators share."""

from __future__ import annotations

from typing import Any

from django import forms

from schools import levels


class LevelsField(forms.TypedMultipleChoiceField):
    """Boxes to tick for the levels; its value is the mask that the models keep."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        choices = [(code, levels.LEVEL_NAMES[code]) for code in levels.LEVEL_CODES]
        super().__init__(**{"choices": choices, "required": False, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return levels.to_codes(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        return levels.from_codes(super().clean(value) or [])

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or 0), data)
