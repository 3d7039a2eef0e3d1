"""Whether the parts of a pack agree with each other. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from campaigns.packs.model import Pack, UnitRef
from campaigns.packs.nodes import Problem


def problems_of(pack: Pack) -> list[Problem]:
    """Codes that stand twice, and codes that name nothing in the pack."""
    return [*_twice(pack), *_unknown(pack), *_rounds_out_of_order(pack)]


def _twice(pack: Pack) -> Iterable[Problem]:
    lists = {
        "offices": [item.code for item in pack.offices],
        "campaign.themes": [item.code for item in pack.campaign.themes],
        "directives": [item.code for item in pack.directives],
        "indicators": [item.code for item in pack.indicators],
        "rounds": [item.code for item in pack.rounds],
    }
    for path, codes in lists.items():
        for code, times in Counter(codes).items():
            if times > 1:
                yield Problem(path, _("Mã “%(code)s” dùng cho hai mục.") % {"code": code})


def _unknown(pack: Pack) -> Iterable[Problem]:
    known = {
        "office": {item.code for item in pack.offices},
        "theme": {item.code for item in pack.campaign.themes},
        "directive": {item.code for item in pack.directives},
        "indicator": {item.code for item in pack.indicators},
    }
    sentences = {
        "office": _("Phòng “%(code)s” chưa có trong offices của gói."),
        "theme": _("Chủ đề, mô hình “%(code)s” chưa có trong campaign.themes."),
        "directive": _("Văn bản “%(code)s” chưa có trong directives."),
        "indicator": _("Chỉ tiêu “%(code)s” chưa có trong indicators."),
    }
    for path, kind, code in _named(pack):
        if code and code not in known[kind]:
            yield Problem(path, sentences[kind] % {"code": code})


def _named(pack: Pack) -> Iterable[tuple[str, str, str]]:
    """Every mention of something that the pack itself must hold: where, what kind, its code."""
    yield "campaign.lead", "office", pack.campaign.lead
    yield "campaign.owner", "office", _office_of(pack.campaign.owner)
    for index, directive in enumerate(pack.directives):
        path = f"directives[{index}]"
        yield f"{path}.lead", "office", directive.lead
        yield f"{path}.issuer", "office", _office_of(directive.issuer)
        yield f"{path}.theme", "theme", directive.theme
        for place, reference in enumerate(directive.references):
            yield f"{path}.references[{place}].to", "directive", reference.to
    for index, indicator in enumerate(pack.indicators):
        path = f"indicators[{index}]"
        yield f"{path}.theme", "theme", indicator.theme
        yield f"{path}.directive", "directive", indicator.directive
        for key, offices in (("leads", indicator.leads), ("supporters", indicator.supporters)):
            for code in offices:
                yield f"{path}.{key}", "office", code
    for index, round_ in enumerate(pack.rounds):
        path = f"rounds[{index}]"
        yield f"{path}.through", "office", round_.through
        yield f"{path}.receiver", "office", _office_of(round_.receiver)
        yield f"{path}.directive", "directive", round_.directive
        for code in round_.indicators:
            yield f"{path}.indicators", "indicator", code


def _office_of(ref: UnitRef | None) -> str:
    return ref.code if ref is not None and ref.kind == "office" else ""


def _rounds_out_of_order(pack: Pack) -> Iterable[Problem]:
    """A round can follow only one that stands before it, and a document cannot cite itself."""
    earlier: set[str] = set()
    for index, round_ in enumerate(pack.rounds):
        if round_.previous and round_.previous not in earlier:
            message = _("Đợt trước “%(code)s” phải đứng trước đợt này trong gói.") % {"code": round_.previous}
            yield Problem(f"rounds[{index}].previous", message)
        earlier.add(round_.code)
    for index, directive in enumerate(pack.directives):
        if directive.code in {reference.to for reference in directive.references}:
            yield Problem(f"directives[{index}].references", _("Văn bản không thể viện dẫn chính nó."))
