"""A kept upload on its way: sent, queued, written by the worker's own function."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from schools.imports import jobs
from schools.models import SchoolImport
from tests.schools.sheets import HEADER, xlsx


def upload(world: SimpleNamespace, *rows: list[Any], header: list[Any] = HEADER) -> SchoolImport:
    content = xlsx(header, *rows)
    return jobs.save_upload(name="Danh mục.xlsx", content=content, school_year=2026, by=world.admin)


def write(world: SimpleNamespace, item: SchoolImport, *, skip_errors: bool = False) -> SchoolImport:
    """Ask for it as the page does, and do it as the worker does."""
    jobs.queue_commit(item=item, by=world.admin, skip_errors=skip_errors)
    jobs.run_due()
    item.refresh_from_db()
    return item
