"""What a campaign pack says, as frozen dataclasses. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit by kind and code; the department has no code of its own in a pack."""

    kind: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.code}".strip()


@dataclass(frozen=True, slots=True)
class OfficeSpec:
    code: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class ThemeSpec:
    kind: str
    code: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class CampaignSpec:
    """`lead` is the code of an office, or blank."""

    code: str
    name: str
    summary: str
    owner: UnitRef
    lead: str
    first_year: int
    last_year: int | None
    themes: tuple[ThemeSpec, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A group of units as a document names it; `levels` is a mask, 0 for any."""

    wording: str
    unit_kind: str
    levels: int
    managed_by: str
    commune: UnitRef | None
    unit: UnitRef | None
    obliged: bool = True


@dataclass(frozen=True, slots=True)
class ReferenceSpec:
    to: str
    relation: str
    cited_on: date | None
    place_in_text: str


@dataclass(frozen=True, slots=True)
class CopySpec:
    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class ContactSpec:
    """A role in an organisation: a pack names no person and holds no telephone number."""

    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class TaskSpec:
    text: str
    who: str
    encouraged: bool


@dataclass(frozen=True, slots=True)
class LinkSpec:
    label: str
    url: str
    audience: str


@dataclass(frozen=True, slots=True)
class AttachmentSpec:
    title: str
    is_annex: bool


@dataclass(frozen=True, slots=True)
class DirectiveSpec:
    """One document; `is_stub` for one that is known only because another cites it."""

    code: str
    kind: str
    symbol: str
    issued_year: int | None
    issued_month: int | None
    issued_day: int | None
    place: str
    issuer: UnitRef | None
    issuer_name: str
    parent_authority: str
    subject: str
    summary: str
    signed_for: str
    signed_as: str
    theme: str
    lead: str
    reporting_note: str
    is_stub: bool
    references: tuple[ReferenceSpec, ...]
    addressees: tuple[Rule, ...]
    copies: tuple[CopySpec, ...]
    contacts: tuple[ContactSpec, ...]
    tasks: tuple[TaskSpec, ...]
    links: tuple[LinkSpec, ...]
    attachments: tuple[AttachmentSpec, ...]


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """`level` is blank for all; `percent` None is khuyến khích."""

    year: int
    level: str
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class IndicatorSpec:
    code: str
    name: str
    short_name: str
    section: str
    question: str
    hint: str
    kind: str
    counted: str
    levels: int
    per_commune: bool
    rarely_changes: bool
    theme: str
    directive: str
    place_in_text: str
    leads: tuple[str, ...]
    supporters: tuple[str, ...]
    targets: tuple[TargetSpec, ...]


@dataclass(frozen=True, slots=True)
class DeadlineSpec:
    """`on` None: the document names no date, and its words are all there is."""

    on: date | None
    rule: str
    words: str
    at: time | None


@dataclass(frozen=True, slots=True)
class RoundSpec:
    code: str
    name: str
    kind: str
    year: int
    school_year: int
    directive: str
    receiver: UnitRef
    through: str
    indicators: tuple[str, ...]
    audiences: tuple[Rule, ...]
    deadline: DeadlineSpec
    cutoff_on: date | None
    locks_on: date | None
    commune_reviews_first: bool
    ask_narrative: bool
    annex_note: str
    previous: str


@dataclass(frozen=True, slots=True)
class Pack:
    """`province` is a slug: an installation serves one province, and a pack names its own."""

    province: str
    offices: tuple[OfficeSpec, ...]
    campaign: CampaignSpec
    directives: tuple[DirectiveSpec, ...]
    indicators: tuple[IndicatorSpec, ...]
    rounds: tuple[RoundSpec, ...]
