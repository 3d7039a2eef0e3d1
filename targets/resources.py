"""Targets as django-import-export writes them; they only go out: a pack or the administration sets them."""

from __future__ import annotations

from import_export import fields

from schools.resources import OutgoingResource
from targets.models import Target


class TargetResource(OutgoingResource):
    """One row a target: indicator, year, level, percentage or khuyến khích."""

    campaign = fields.Field(attribute="indicator__campaign__name", column_name="Phong trào")
    code = fields.Field(attribute="indicator__code", column_name="Mã chỉ tiêu")
    name = fields.Field(attribute="indicator__name", column_name="Tên chỉ tiêu")
    year = fields.Field(attribute="year", column_name="Năm")
    level = fields.Field(attribute="level", column_name="Cấp học")
    label = fields.Field(attribute="label", column_name="Mức")

    class Meta:
        model = Target
        fields = ("campaign", "code", "name", "year", "level", "label")
