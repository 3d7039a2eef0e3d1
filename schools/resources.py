"""Lists of units and counts as django-import-export writes them; both only go out."""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from import_export import fields, resources

from schools.models import Headcount, Unit

# What spreadsheets take for a formula, blanks before it left aside; a telephone number is none.
_FORMULA = re.compile(r"\s*[=+\-@]|[\t\r]")
_NUMBER = re.compile(r"\s*[+-]?[\d\s.,()]+")


def harmless(value: Any) -> Any:
    """What somebody typed, so that no spreadsheet runs it: with an apostrophe before what looks like a formula."""
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


class OutgoingResource(resources.ModelResource):  # type: ignore[misc]
    """Rows of a file that is opened on another desk. The package itself looks only at '='."""

    def export_field(self, field: fields.Field, instance: models.Model, **kwargs: Any) -> Any:
        return harmless(super().export_field(field, instance, **kwargs))


class UnitResource(OutgoingResource):
    """Units with the headers that the portal's own import understands."""

    code = fields.Field(attribute="code", column_name="Mã đơn vị")
    name = fields.Field(attribute="name", column_name="Tên đơn vị")
    kind = fields.Field(attribute="get_kind_display", column_name="Loại đơn vị")
    levels = fields.Field(attribute="levels_label", column_name="Cấp học")
    ownership = fields.Field(attribute="get_ownership_display", column_name="Loại hình")
    commune_code = fields.Field(attribute="commune__code", column_name="Mã xã, phường")
    commune = fields.Field(attribute="commune__name", column_name="Xã/phường")
    manager = fields.Field(attribute="manager__name", column_name="Cơ quan quản lý")
    address = fields.Field(attribute="address", column_name="Địa chỉ")
    email = fields.Field(attribute="email", column_name="Thư điện tử")
    phone = fields.Field(attribute="phone", column_name="Điện thoại")
    opened_on = fields.Field(attribute="opened_on", column_name="Hoạt động từ ngày")
    closed_on = fields.Field(attribute="closed_on", column_name="Thôi hoạt động từ ngày")

    class Meta:
        model = Unit
        fields = (
            "code",
            "name",
            "kind",
            "levels",
            "ownership",
            "commune_code",
            "commune",
            "manager",
            "address",
            "email",
            "phone",
            "opened_on",
            "closed_on",
        )


class HeadcountResource(OutgoingResource):
    """Counts of school years, one row a count."""

    code = fields.Field(attribute="unit__code", column_name="Mã đơn vị")
    name = fields.Field(attribute="unit__name", column_name="Tên đơn vị")
    school_year = fields.Field(attribute="school_year", column_name="Năm học bắt đầu")
    population = fields.Field(attribute="get_population_display", column_name="Đếm gì")
    level = fields.Field(attribute="level", column_name="Cấp học")
    number = fields.Field(attribute="number", column_name="Số lượng")
    as_of = fields.Field(attribute="as_of", column_name="Tính đến ngày")
    source = fields.Field(attribute="source", column_name="Nguồn")

    class Meta:
        model = Headcount
        fields = ("code", "name", "school_year", "population", "level", "number", "as_of", "source")
