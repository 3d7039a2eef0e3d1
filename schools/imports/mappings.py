"""Which column holds what, as a person corrected it, kept for the next file of the same shape."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from schools.imports import headers
from schools.imports.headers import Header
from schools.imports.preview import Table
from schools.models import ImportMapping

NEEDED = ("code", "name")


class MappingError(Exception):
    """Columns cannot be read in this way; the message says why."""


def shape_of(titles: Sequence[Sequence[str]]) -> str:
    """Files of one shape have the same headers in the same columns; each is (letter, title)."""
    normal = [(place, headers.normal(title)) for place, title in titles]
    return hashlib.sha256(json.dumps(normal).encode()).hexdigest()


def titles_of(header: Header) -> list[list[str]]:
    return [[headers.letter(column), title] for column, title in sorted(header.titles.items())]


def saved_for(header: Header) -> dict[str, str]:
    """Field → column letter as it was kept for files of this shape, empty where nothing was."""
    kept = ImportMapping.objects.filter(shape=shape_of(titles_of(header))).values_list("mapping", flat=True).first()
    return dict(kept or {})


def apply(table: Table, chosen: Mapping[str, str]) -> Table:
    """The table read in the way that was chosen: field → column letter; what is not named is not read."""
    if not chosen:
        return table
    header = table.header
    by_letter = {headers.letter(column): column for column in header.titles}
    columns = {field: by_letter[letter] for field, letter in chosen.items() if letter in by_letter}
    if not columns.keys() >= set(NEEDED):
        return table
    return replace(table, header=replace(header, columns=columns, guessed=frozenset()))


def check(chosen: Mapping[str, str]) -> dict[str, str]:
    """Column letter → field turned round; raises MappingError for what cannot be."""
    by_field: dict[str, str] = {}
    for letter, field in chosen.items():
        if not field:
            continue
        if field in by_field:
            raise MappingError(
                _("Cột %(a)s và cột %(b)s cùng ghép với một mục; mỗi mục chỉ lấy từ một cột.")
                % {"a": by_field[field], "b": letter}
            )
        by_field[field] = letter
    if not by_field.keys() >= set(NEEDED):
        raise MappingError(_("Phải chọn cột cho mã đơn vị và tên đơn vị."))
    return by_field


def keep(*, titles: Sequence[Sequence[str]], chosen: Mapping[str, str], by: User) -> ImportMapping:
    """Remember how files of this shape are read."""
    with transaction.atomic():
        kept, _created = ImportMapping.objects.update_or_create(
            shape=shape_of(titles),
            defaults={
                "headers": [title for _place, title in titles],
                "mapping": dict(chosen),
                "saved_at": timezone.now(),
                "saved_by": by,
            },
        )
        audit.record(actor=by, action="import.mapping", target=kept, after={"mapping": dict(chosen)})
    return kept
