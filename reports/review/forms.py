"""Filters of the queue."""

from __future__ import annotations

from typing import Any

from reports.collection.forms import ReportFilterForm
from schools.scope import Scope


class QueueFilterForm(ReportFilterForm):
    """As the list of reports, without the state: everything here waits."""

    def __init__(self, data: Any, *, scope: Scope) -> None:
        super().__init__(data, scope=scope)
        del self.fields["state"]
