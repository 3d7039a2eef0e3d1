"""Campaign packs written into the database: a campaign, its documents, indicators and rounds."""

from __future__ import annotations

from reports.packs.loading import load_campaign
from reports.packs.units import LoadError

__all__ = ["LoadError", "load_campaign"]
