"""What the strict reader takes and what it refuses, and what the five packs may not hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from campaigns.packs import PackError, find_pack, read_pack, reader
from campaigns.packs.files import DATA, packs

SMALL: dict[str, Any] = {
    "province": "ninh-binh",
    "offices": [{"code": "VP", "name": "Văn phòng Sở"}],
    "campaign": {"code": "thu", "name": "Thử", "owner": "department", "first_year": "2026"},
    "directives": [
        {"code": "cv-1", "kind": "plan", "symbol": "1/KH", "issuer_name": "Sở", "subject": "Thử"},
        {"code": "cv-2", "kind": "plan", "symbol": "2/KH", "issuer_name": "Sở", "subject": "Thử"},
    ],
    "indicators": [
        {
            "code": "1.1",
            "name": "Thử",
            "short_name": "Thử",
            "section": "Thử",
            "question": "Thử?",
            "kind": "units",
            "levels": ["TH", "THCS"],
            "targets": {"2026": {"all": "80"}},
        }
    ],
    "rounds": [
        {
            "code": "dot-1",
            "name": "Đợt 1",
            "kind": "final",
            "year": "2026",
            "school_year": "2026",
            "receiver": "department",
            "indicators": ["1.1"],
            "audiences": [{"wording": "Các trường", "kind": "school"}],
            "deadline": {"on": "2026-12-15", "rule": "before", "words": "trước ngày 15/12/2026"},
        }
    ],
}


def problems(change: Callable[[Any], object]) -> dict[str, str]:
    """What the reader says of the small pack after one change to it: the sentence by its path."""
    raw = deepcopy(SMALL)
    change(raw)
    with pytest.raises(PackError) as caught:
        reader.read(raw)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_the_small_pack_is_read() -> None:
    pack = reader.read(SMALL)
    assert pack.indicators[0].code == "1.1"
    assert pack.indicators[0].levels == 6
    assert pack.rounds[0].deadline.rule == "before"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda p: p.update(ghi_chu="x"), "ghi_chu"),
        (lambda p: p["campaign"].update(ten="x"), "campaign.ten"),
        (lambda p: p["directives"][0].update(contacts=[{"role": "a", "organisation": "b", "phone": "1"}]),
         "directives[0].contacts[0].phone"),
        (lambda p: p["rounds"][0]["deadline"].update(hour="17:00"), "rounds[0].deadline.hour"),
    ],
)  # fmt: skip
def test_an_unknown_key_is_an_error_with_its_path(change: Callable[[Any], object], path: str) -> None:
    assert problems(change) == {path: "Không có khóa này trong định dạng gói."}


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (lambda p: p["campaign"].pop("name"), "campaign.name", "Thiếu"),
        (lambda p: p.update(province="gotham"), "province", "gotham"),
        (lambda p: p["campaign"].update(code="Phong trào"), "campaign.code", "không dấu"),
        (lambda p: p["campaign"].update(owner="commune"), "campaign.owner", "commune"),
        (lambda p: p["campaign"].update(last_year="2025"), "campaign.last_year", "trước năm đầu"),
        (lambda p: p["directives"][0].update(symbol="x" * 81), "directives[0].symbol", "tối đa 80"),
        (lambda p: p["directives"][0].update(kind="letter"), "directives[0].kind", "letter"),
        (lambda p: p["directives"][0].update(issued={"year": "2026", "month": "2", "day": "30"}),
         "directives[0].issued.day", "2/2026"),
        (lambda p: p["directives"][0].update(issued={"year": "2026", "day": "3"}),
         "directives[0].issued.day", "tháng"),
        (lambda p: p["directives"][0].update(references=[{"to": "cv-2", "relation": "urges", "cited_on": "24/12"}]),
         "directives[0].references[0].cited_on", "24/12"),
        (lambda p: p["directives"][0].update(references=[{"to": "cv-9", "relation": "urges"}]),
         "directives[0].references[0].to", "cv-9"),
        (lambda p: p["directives"][0].update(references=[{"to": "cv-1", "relation": "urges"}]),
         "directives[0].references", "chính nó"),
        (lambda p: p["directives"][0].update(lead="CTHSSV"), "directives[0].lead", "CTHSSV"),
        (lambda p: p["directives"][1].update(code="cv-1"), "directives", "hai mục"),
        (lambda p: p["indicators"][0].update(levels=["TH", "PTTH"]), "indicators[0].levels", "PTTH"),
        (lambda p: p["indicators"][0].update(kind="people"), "indicators[0].counted", "đếm ai"),
        (lambda p: p["indicators"][0].update(kind="people", counted="staff", rarely_changes="true"),
         "indicators[0].rarely_changes", "có hoặc chưa"),
        (lambda p: p["indicators"][0].update(targets={"2026": {"MN": "50"}}), "indicators[0].targets.2026.MN", "MN"),
        (lambda p: p["indicators"][0].update(targets={"2026": {"TH": "120"}}), "indicators[0].targets.2026.TH", "100"),
        (lambda p: p["indicators"][0].update(targets={"26": {"TH": "20"}}), "indicators[0].targets.26", "năm"),
        (lambda p: p["rounds"][0].update(indicators=["1.2"]), "rounds[0].indicators", "1.2"),
        (lambda p: p["rounds"][0].update(previous="dot-0"), "rounds[0].previous", "dot-0"),
        (lambda p: p["rounds"][0].update(audiences=[]), "rounds[0].audiences", "đơn vị nào"),
        (lambda p: p["rounds"][0]["audiences"][0].update(obliged="false"), "rounds[0].audiences", "được mời"),
        (lambda p: p["rounds"][0]["deadline"].update(on="2026-13-15"), "rounds[0].deadline.on", "2026-13-15"),
        (lambda p: p["rounds"][0]["deadline"].pop("rule"), "rounds[0].deadline.rule", "cách tính"),
        (lambda p: p["rounds"][0]["deadline"].update(at="17:00"), "rounds[0].deadline.at", "giờ"),
        (lambda p: p["rounds"][0].update(cutoff_on="2026-12-20"), "rounds[0].cutoff_on", "sau hạn nộp"),
        (lambda p: p["rounds"][0].update(locks_on="2026-12-01"), "rounds[0].locks_on", "trước hạn nộp"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_path(change: Callable[[Any], object], path: str, words: str) -> None:
    said = problems(change)
    assert list(said) == [path]
    assert words in said[path]


@pytest.mark.parametrize(("slug", "codes"), [("ninh-binh", {"2.1"}), ("nghe-an", {"4"}), ("quang-ngai", set())])
def test_what_seldom_changes_is_a_team_that_stands(slug: str, codes: set[str]) -> None:
    pack = read_pack(find_pack(slug))
    assert {indicator.code for indicator in pack.indicators if indicator.rarely_changes} == codes


def test_all_problems_are_said_at_once() -> None:
    def change(pack: Any) -> None:
        pack["campaign"]["first_year"] = "hai nghìn"
        pack["indicators"][0]["levels"] = ["X"]

    assert list(problems(change)) == ["campaign.first_year", "indicators[0].levels"]


def test_an_hour_is_read_when_the_document_names_one() -> None:
    raw = deepcopy(SMALL)
    raw["rounds"][0]["deadline"].update(rule="at", at="17:00")
    assert reader.read(raw).rounds[0].deadline.at == time(17)


def test_codes_keep_their_zeros_and_points(tmp_path: Path) -> None:
    text = (DATA / "nghe-an.yml").read_text(encoding="utf-8").replace("commune 17464", "commune 00004")
    text = text.replace('commune: "17464"', "commune: 00004")
    (tmp_path / "thu.yml").write_text(text, encoding="utf-8")
    pack = read_pack(tmp_path / "thu.yml")
    assert pack.campaign.owner.code == "00004"
    assert [str(rule.commune) for rule in pack.rounds[0].audiences] == ["commune 00004"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("province: ninh-binh\nprovince: ha-noi\n", "Dòng 2"),
        ("province: [", "YAML"),
        ("- chỉ là một danh sách", "nhóm khóa"),
    ],
)
def test_a_file_of_the_wrong_form_is_refused(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "thu.yml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=words):
        read_pack(tmp_path / "thu.yml")


def test_a_name_that_is_no_pack_is_refused() -> None:
    with pytest.raises(PackError, match="ninh-binh"):
        find_pack("../data/ninh-binh")


PHONE = re.compile(r"(?:\+84|\b0)(?:[ .-]?\d){8,10}\b")
PERSON = re.compile(r"\b(?:ông|bà|đồng chí|đ/c|thầy|cô)\s+(?:[A-ZĐ]\w+\s*){2,}", re.IGNORECASE)
# The family names of the persons in the documents; as a first word of a capitalised row they give a person away.
FAMILIES = re.compile(r"\b(?:Nguyễn|Lê|Đào|Uông|Trần|Phạm|Hoàng|Vũ|Đặng)(?:\s+[A-ZĐÂ]\w+){1,3}")


@pytest.mark.parametrize("slug", packs())
def test_a_pack_names_no_person_and_no_telephone_number(slug: str) -> None:
    text = (DATA / f"{slug}.yml").read_text(encoding="utf-8")
    assert not PHONE.search(text)
    assert not PERSON.search(text)
    assert not FAMILIES.search(text)


def test_the_search_for_persons_and_numbers_would_find_them() -> None:
    assert PHONE.search("điện thoại 0900.000.000")
    assert PERSON.search("Ông Trần Văn A")
    assert FAMILIES.search("Nguyễn Văn A")


def test_there_is_one_pack_for_each_of_the_five_provinces() -> None:
    assert packs() == ["ha-noi", "hai-phong", "nghe-an", "ninh-binh", "quang-ngai"]
    assert all(read_pack(slug).province == slug for slug in packs())
