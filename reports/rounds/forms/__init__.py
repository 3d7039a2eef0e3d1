"""What is asked on the pages of rounds."""

from __future__ import annotations

from reports.rounds.forms.extension import ExtensionForm
from reports.rounds.forms.plan import DeadlineForm, RoundForm

__all__ = ["DeadlineForm", "ExtensionForm", "RoundForm"]
