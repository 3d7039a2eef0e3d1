"""Lists that belong to one row (references, copies, audiences …) brought in line with a pack, in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models


def store_in_order(model: type[models.Model], parent: Mapping[str, Any], items: Sequence[dict[str, Any]]) -> None:
    """Rows of `parent` by their `order`: kept where they stand, added at the end, the surplus removed."""
    manager = model._default_manager
    manager.filter(**parent, order__gte=len(items)).delete()
    for order, fields in enumerate(items):
        manager.update_or_create(**parent, order=order, defaults=fields)
