"""Campaign packs: a whole campaign, with its documents, indicators and rounds, described in one YAML file.

Pure: no database in it. `read_pack` gives a `Pack` or raises `PackError` with every problem found.
"""

from __future__ import annotations

from campaigns.packs.files import find_pack, read_pack
from campaigns.packs.model import Pack
from campaigns.packs.nodes import PackError, Problem

__all__ = ["Pack", "PackError", "Problem", "find_pack", "read_pack"]
