"""From a file, or the short name of a pack that comes with the portal, to a `Pack`. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from campaigns.packs import reader
from campaigns.packs.model import Pack
from campaigns.packs.nodes import PackError, Problem

DATA = Path(__file__).resolve().parent / "data"


class _Loader(yaml.BaseLoader):
    """Every scalar is a string, and a key that stands twice is an error, not the last one's."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                message = _("Dòng %(line)d: khóa “%(key)s” đã có trong cùng nhóm.") % {"line": line, "key": key.value}
                raise PackError([Problem("", message)])
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def packs() -> list[str]:
    """The short names of the packs that come with the portal, one a province."""
    return sorted(path.stem for path in DATA.glob("*.yml"))


def find_pack(name: str | Path) -> Path:
    """The file of a path or of a short name such as 'ninh-binh'."""
    path = Path(name)
    known = DATA / f"{name}.yml"
    if path.is_file():
        return path
    if str(name) in packs():
        return known
    message = _("Không có tệp “%(name)s”, cũng không có gói có sẵn tên này. Gói có sẵn: %(known)s.")
    raise PackError([Problem("", message % {"name": name, "known": ", ".join(packs())})])


def read_pack(name: str | Path) -> Pack:
    """Raises PackError with every problem found."""
    text = find_pack(name).read_text(encoding="utf-8")
    try:
        raw = yaml.load(text, Loader=_Loader)  # noqa: S506 - a BaseLoader makes only strings, lists and mappings
    except yaml.YAMLError as error:
        raise PackError([Problem("", _("Tệp không phải là YAML hợp lệ: %(error)s") % {"error": error})]) from error
    return reader.read(raw)
