"""Which commune a list means: by code, by today's name, by the name of before 1 July 2025."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from schools import communes, text
from schools.imports.cells import Fault
from schools.imports.problems import WARNING

_KINDS = {
    "xa": "xa", "x": "xa", "phuong": "phuong", "p": "phuong", "f": "phuong", "dac khu": "dac khu", "dk": "dac khu",
    "thi tran": "thi tran", "tt": "thi tran",
}  # fmt: skip
_DISTRICT = re.compile(r"^(huyen|quan|thi xa|thanh pho|tp|tx|h|q)[ .]+(.+)$")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True, slots=True)
class Place:
    """One commune of the installation's province."""

    unit_id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class _Old:
    kind: str
    exact: str
    folded: str
    district: str
    new_code: str


@dataclass(frozen=True, slots=True)
class _Names:
    """By which words the places and what they were made of are found; only read, for others hold the same."""

    exact: Mapping[str, list[tuple[str, Place]]]
    folded: Mapping[str, list[tuple[str, Place]]]
    old: Mapping[str, list[_Old]]
    old_codes: Mapping[str, list[Place]]


# An installation has one province, and its communes change once in some years.
@lru_cache(maxsize=2)
def _names(places: tuple[Place, ...]) -> _Names:
    by_code = {place.code: place for place in places}
    exact, folded = defaultdict[str, list[tuple[str, Place]]](list), defaultdict[str, list[tuple[str, Place]]](list)
    for place in places:
        kind, bare = _split(place.name)
        exact[_exact(bare)].append((kind, place))
        folded[_fold(bare)].append((kind, place))
    old, old_codes = defaultdict[str, list[_Old]](list), defaultdict[str, list[Place]](list)
    for item in communes.conversions():
        if item.new_code in by_code:
            old_codes[item.old_code].append(by_code[item.new_code])
            kind, bare = _split(item.old_name)
            spelled = _fold(bare)
            old[spelled].append(_Old(kind, _exact(bare), spelled, _district(item.old_district), item.new_code))
    return _Names(dict(exact), dict(folded), dict(old), dict(old_codes))


class Gazetteer:
    """Today's communes and what they were made of, ready to be asked by name."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = tuple(places)
        self.by_code = {place.code: place for place in self.places}
        self.names = {place.unit_id: place.name for place in self.places}
        self._names = _names(self.places)
        # Of one reading only: what they say is in the reader's language.
        self._answers: dict[tuple[str, str, str], tuple[Place | None, Fault | None]] = {}

    def find(self, written: str, *, code: str = "", district: str = "") -> tuple[Place | None, Fault | None]:
        key = (written, code, district)
        if key not in self._answers:
            self._answers[key] = self._find(written, code, district)
        return self._answers[key]

    def exactly(self, written: str) -> Place | None:
        """The commune whose full name this is, for section rows; None for anything less."""
        kind, bare = _split(written)
        fits = [place for found, place in self._names.exact.get(_exact(bare), []) if kind and found == kind]
        return fits[0] if len(fits) == 1 else None

    def _find(self, written: str, code: str, district: str) -> tuple[Place | None, Fault | None]:
        if written.isdigit() and not code:
            written, code = "", written
        place, fault = (None, None) if not written else self._by_name(written, district)
        if not code:
            return place, fault
        coded = self.by_code.get(code)
        if coded is None and code in self._names.old_codes:
            return self._by_old_code(code, place)
        if coded is None:
            likely = code.zfill(5) if code.zfill(5) in self.by_code else ""
            return None, Fault("unknown_commune", _("Mã xã, phường không có trong danh mục của tỉnh."), likely)
        if place is not None and place != coded:
            return None, Fault(
                "ambiguous_commune", _("Mã là %(a)s nhưng tên là %(b)s.") % {"a": coded.name, "b": place.name}
            )
        return coded, None

    def _by_old_code(self, code: str, named: Place | None) -> tuple[Place | None, Fault | None]:
        targets = self._names.old_codes[code]
        if len(targets) == 1:
            return targets[0], _renamed(_("Mã cũ; nay thuộc %s."), targets[0])
        return (named, None) if named in targets else (None, _ambiguous(targets))

    def in_address(self, address: str) -> Place | None:
        """The one commune that an address seems to name, to be offered and never taken."""
        parts = [part.strip() for part in re.split(r"[,;]| - ", address)]
        found = {place for part in parts if (place := self.exactly(part)) is not None}
        return found.pop() if len(found) == 1 else None

    def _by_name(self, written: str, district: str) -> tuple[Place | None, Fault | None]:
        first, *rest = [part.strip() for part in re.split(r"[,;()]| [-–] ", written) if part.strip()] or [written]
        if _DISTRICT.match(_fold(first)):
            return None, self._unknown(first, _("Đây là tên cấp huyện, không phải xã, phường."))
        district = _district(district) or next((_district(part) for part in rest if _DISTRICT.match(_fold(part))), "")
        kind, bare = _split(first)
        if district:
            found = self._by_old_name(kind, bare, district)
            if found is not None:
                return found
        return self._by_current_name(kind, bare) or self._by_old_name(kind, bare, "") or (None, self._unknown(first))

    def _by_current_name(self, kind: str, bare: str) -> tuple[Place | None, Fault | None] | None:
        folded = self._names.folded.get(_fold(bare), []) if _is_plain(bare) else []
        for fits in (self._names.exact.get(_exact(bare), []), folded):
            of_kind = [place for found, place in fits if not kind or found == kind]
            if len(of_kind) == 1:
                return of_kind[0], None
            if of_kind:
                return None, _ambiguous(of_kind)
        return None

    def _by_old_name(self, kind: str, bare: str, district: str) -> tuple[Place | None, Fault | None] | None:
        fits = [
            item
            for item in self._names.old.get(_fold(bare), [])
            if (not kind or item.kind == kind) and (not district or item.district == district)
        ]
        exact = [item for item in fits if item.exact == _exact(bare)]
        chosen = exact or (fits if _is_plain(bare) else [])
        targets = {item.new_code: self.by_code[item.new_code] for item in chosen}
        if not targets:
            return None
        if len(targets) > 1:
            return None, _ambiguous(list(targets.values()))
        place = next(iter(targets.values()))
        if _fold(place.name) == _fold(f"{kind} {bare}"):
            return place, None
        return place, _renamed(_("Tên cũ; nay thuộc %s."), place)

    def _unknown(self, written: str, reason: str = "") -> Fault:
        reason = reason or _("Không có trong danh mục xã, phường của tỉnh.")
        folded = {_fold(_split(place.name)[1]): place.name for place in self.places}
        near = difflib.get_close_matches(_fold(_split(written)[1]), folded, n=1, cutoff=0.75)
        suggestion = folded[near[0]] if near else ""
        if suggestion:
            reason += " " + _("Ý bạn là “%s”?") % suggestion
        return Fault("unknown_commune", reason, suggestion)


def _ambiguous(places: list[Place]) -> Fault:
    names = sorted(place.name for place in places)
    return Fault("ambiguous_commune", _("Có thể là %s; hãy ghi rõ.") % _(" hoặc ").join(names), "; ".join(names))


def _renamed(sentence: str, place: Place) -> Fault:
    return Fault("commune_renamed", sentence % place.name, place.name, WARNING)


def _fold(value: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.fold(value)).split())


def _is_plain(value: str) -> bool:
    """Typed without any marks; one with other marks than a commune's name is misspelt, not short for it."""
    return unicodedata.normalize("NFD", value.casefold()).isascii()


def _exact(value: str) -> str:
    """Letters and tones, wherever in the syllable the tone was put: 'Hoà' and 'Hòa' are one."""
    words = []
    for word in re.sub(r"[’'`\-.]+", " ", text.clean(value).casefold()).split():
        parts = unicodedata.normalize("NFD", word)
        tones = "".join(char for char in parts if char in _TONES)
        words.append("".join(char for char in parts if char not in _TONES) + tones)
    return " ".join(words)


def _split(name: str) -> tuple[str, str]:
    """'Xã Gia Viễn' → ('xa', 'Gia Viễn'); a name without its kind → ('', name)."""
    words = re.sub(r"^(UBND|Uỷ ban nhân dân|Ủy ban nhân dân)\s+", "", text.clean(name), flags=re.IGNORECASE)
    words = re.sub(r"^([XxPpFf]|TT|ĐK)\.\s*", lambda found: found[1] + " ", words)
    parts = words.split(" ")
    for length in (2, 1):
        kind = _KINDS.get(_fold(" ".join(parts[:length])))
        if kind and len(parts) > length:
            return kind, " ".join(parts[length:])
    return "", words


def _district(name: str) -> str:
    folded = _fold(name)
    found = _DISTRICT.match(folded)
    return found[2] if found else folded
