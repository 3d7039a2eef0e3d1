"""The campaign of a pack, its themes and its documents."""

from __future__ import annotations

from campaigns.models import (
    Addressee,
    Campaign,
    Contact,
    CopyRecipient,
    Directive,
    DirectiveAttachment,
    DirectiveLink,
    DirectiveReference,
    DirectiveTask,
    Theme,
)
from campaigns.packs.model import CampaignSpec, DirectiveSpec
from reports.packs.rows import store_in_order
from reports.packs.units import UnitFinder


def store_campaign(spec: CampaignSpec, units: UnitFinder) -> Campaign:
    campaign, _created = Campaign.objects.update_or_create(
        code=spec.code,
        defaults={
            "name": spec.name,
            "summary": spec.summary,
            "owner": units.unit(spec.owner),
            "lead": units.office(spec.lead),
            "first_year": spec.first_year,
            "last_year": spec.last_year,
        },
    )
    return campaign


def store_themes(campaign: Campaign, spec: CampaignSpec) -> dict[str, Theme]:
    return {
        theme.code: Theme.objects.update_or_create(
            campaign=campaign,
            code=theme.code,
            defaults={"kind": theme.kind, "name": theme.name, "summary": theme.summary},
        )[0]
        for theme in spec.themes
    }


def store_directives(
    specs: tuple[DirectiveSpec, ...], campaign: Campaign, themes: dict[str, Theme], units: UnitFinder
) -> dict[str, Directive]:
    """All documents first, then what hangs on them: a reference needs both of its ends."""
    found = {spec.code: _store(spec, campaign, themes, units) for spec in specs}
    for spec in specs:
        if not spec.is_stub:
            _store_parts(found[spec.code], spec, found, units)
    return found


def _store(spec: DirectiveSpec, campaign: Campaign, themes: dict[str, Theme], units: UnitFinder) -> Directive:
    known = Directive.objects.filter(code=spec.code, is_stub=False).first()
    if spec.is_stub and known is not None:
        # What is registered with all its parts is not reduced to a citation by another pack.
        return known
    directive, _created = Directive.objects.update_or_create(
        code=spec.code,
        defaults={
            "kind": spec.kind,
            "symbol": spec.symbol,
            "issued_year": spec.issued_year,
            "issued_month": spec.issued_month,
            "issued_day": spec.issued_day,
            "place": spec.place,
            "issuer": units.maybe(spec.issuer),
            "issuer_name": spec.issuer_name,
            "parent_authority": spec.parent_authority,
            "subject": spec.subject,
            "summary": spec.summary,
            "signed_for": spec.signed_for,
            "signed_as": spec.signed_as,
            "campaign": None if spec.is_stub else campaign,
            "theme": themes.get(spec.theme),
            "lead": units.office(spec.lead),
            "reporting_note": spec.reporting_note,
            "is_stub": spec.is_stub,
        },
    )
    return directive


def _store_parts(
    directive: Directive, spec: DirectiveSpec, directives: dict[str, Directive], units: UnitFinder
) -> None:
    of_it = {"directive": directive}
    store_in_order(
        DirectiveReference,
        of_it,
        [
            {
                "cited": directives[item.to],
                "relation": item.relation,
                "cited_on": item.cited_on,
                "place_in_text": item.place_in_text,
            }
            for item in spec.references
        ],
    )
    store_in_order(Addressee, of_it, [{**units.rule_fields(rule), "obliged": rule.obliged} for rule in spec.addressees])
    store_in_order(CopyRecipient, of_it, [{"name": item.name, "purpose": item.purpose} for item in spec.copies])
    store_in_order(Contact, of_it, [{"role": item.role, "organisation": item.organisation} for item in spec.contacts])
    store_in_order(
        DirectiveTask,
        of_it,
        [{"text": item.text, "who": item.who, "encouraged": item.encouraged} for item in spec.tasks],
    )
    store_in_order(
        DirectiveLink,
        of_it,
        [{"label": item.label, "url": item.url, "audience": item.audience} for item in spec.links],
    )
    store_in_order(
        DirectiveAttachment, of_it, [{"title": item.title, "is_annex": item.is_annex} for item in spec.attachments]
    )
