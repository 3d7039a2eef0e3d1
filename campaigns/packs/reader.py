"""From the nested mappings of a file to a `Pack`: one function a part. Pure."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from campaigns.packs import checks
from campaigns.packs.indicators import read_indicator
from campaigns.packs.model import (
    AttachmentSpec,
    CampaignSpec,
    ContactSpec,
    CopySpec,
    DirectiveSpec,
    LinkSpec,
    OfficeSpec,
    Pack,
    ReferenceSpec,
    TaskSpec,
    ThemeSpec,
)
from campaigns.packs.nodes import Node, PackError, Problem
from campaigns.packs.rounds import read_round
from campaigns.packs.units import read_rule, read_unit
from schools import communes

DIRECTIVE_KINDS = (
    "plan",
    "official_letter",
    "decision",
    "resolution",
    "circular",
    "instruction",
    "notice",
    "guidance",
)
RELATIONS = ("carries_out", "based_on", "urges", "mentions")


def read(raw: object) -> Pack:
    """Raises PackError with every problem found."""
    problems: list[Problem] = []
    node = Node(raw, "", problems)
    province = node.slug("province", required=True)
    if province and province not in {known.slug for known in communes.provinces()}:
        node.wrong("province", _("Không có tỉnh, thành phố nào có mã “%(slug)s”.") % {"slug": province})
    pack = Pack(
        province=province,
        offices=tuple(_office(item) for item in node.children("offices")),
        campaign=_campaign(node.child("campaign", required=True) or Node({}, "campaign", [])),
        directives=tuple(_directive(item) for item in node.children("directives")),
        indicators=tuple(read_indicator(item) for item in node.children("indicators")),
        rounds=tuple(read_round(item) for item in node.children("rounds")),
    )
    node.done()
    # The parts are held against each other only when each of them could be read.
    if problems or (problems := checks.problems_of(pack)):
        raise PackError(problems)
    return pack


def _office(node: Node) -> OfficeSpec:
    return OfficeSpec(
        code=node.text("code", required=True, most=30),
        name=node.text("name", required=True, most=250),
        short_name=node.text("short_name", most=120),
    )


def _campaign(node: Node) -> CampaignSpec:
    campaign = CampaignSpec(
        code=node.slug("code", required=True),
        name=node.text("name", required=True, most=250),
        summary=node.text("summary"),
        owner=read_unit(node, "owner"),
        lead=node.text("lead", most=30),
        first_year=node.year("first_year", required=True) or 0,
        last_year=node.year("last_year"),
        themes=tuple(
            ThemeSpec(
                kind=item.choice("kind", ("theme", "model")),
                code=item.slug("code", required=True),
                name=item.text("name", required=True, most=250),
                summary=item.text("summary"),
            )
            for item in node.children("themes")
        ),
    )
    if campaign.last_year is not None and campaign.last_year < campaign.first_year:
        node.wrong("last_year", _("Năm cuối không được trước năm đầu."))
    node.done()
    return campaign


def _directive(node: Node) -> DirectiveSpec:
    year, month, day = _issued(node)
    return DirectiveSpec(
        code=node.slug("code", required=True, most=80),
        kind=node.choice("kind", DIRECTIVE_KINDS),
        symbol=node.text("symbol", required=True, most=80),
        issued_year=year,
        issued_month=month,
        issued_day=day,
        place=node.text("place", most=80),
        issuer=read_unit(node, "issuer") if node.has("issuer") else None,
        issuer_name=node.text("issuer_name", required=True, most=200),
        parent_authority=node.text("parent_authority", most=200),
        subject=node.text("subject", required=True, most=500),
        summary=node.text("summary"),
        signed_for=node.text("signed_for", most=120),
        signed_as=node.text("signed_as", most=120),
        theme=node.slug("theme"),
        lead=node.text("lead", most=30),
        reporting_note=node.text("reporting_note", most=500),
        is_stub=node.flag("is_stub", default=False),
        references=tuple(_reference(item) for item in node.children("references")),
        addressees=tuple(read_rule(item) for item in node.children("addressees")),
        copies=tuple(
            CopySpec(item.text("name", required=True, most=200), item.text("purpose", most=60))
            for item in node.children("copies")
        ),
        contacts=tuple(
            ContactSpec(item.text("role", required=True, most=200), item.text("organisation", required=True, most=200))
            for item in node.children("contacts")
        ),
        tasks=tuple(
            TaskSpec(
                item.text("text", required=True, most=500),
                item.text("who", most=200),
                item.flag("encouraged", default=False),
            )
            for item in node.children("tasks")
        ),
        links=tuple(_link(item) for item in node.children("links")),
        attachments=tuple(
            AttachmentSpec(item.text("title", required=True, most=250), item.flag("is_annex", default=False))
            for item in node.children("attachments")
        ),
    )


def _issued(parent: Node) -> tuple[int | None, int | None, int | None]:
    """As much of the date as the document says, from the year down."""
    node = parent.child("issued")
    if node is None:
        return None, None, None
    year, month, day = node.year("year", required=True), node.number("month", 1, 12), node.number("day", 1, 31)
    if day is not None and month is None:
        node.wrong("day", _("Có ngày thì phải có tháng."))
    elif year and month and day:
        try:
            date(year, month, day)
        except ValueError:
            node.wrong("day", _("Tháng %(month)d/%(year)d không có ngày này.") % {"month": month, "year": year})
    node.done()
    return year, month, day


def _reference(node: Node) -> ReferenceSpec:
    return ReferenceSpec(
        to=node.slug("to", required=True, most=80),
        relation=node.choice("relation", RELATIONS),
        cited_on=node.day("cited_on"),
        place_in_text=node.text("place_in_text", most=120),
    )


def _link(node: Node) -> LinkSpec:
    link = LinkSpec(
        label=node.text("label", required=True, most=250),
        url=node.text("url", required=True, most=400),
        audience=node.text("audience", most=200),
    )
    if link.url and not link.url.startswith("https://"):
        node.wrong("url", _("Địa chỉ phải bắt đầu bằng https://."))
    return link
