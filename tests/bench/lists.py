"""A list of schools as an office keeps it: a title, a blank row, the header, a row for each school."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import xlsxwriter

COMMUNES = Path(__file__).resolve().parents[2] / "schools" / "data" / "communes.csv"
PUPILS = ("MN", "TH", "THCS", "THPT")
TITLES = (
    "Mã trường", "Tên trường", "Cấp học", "Loại hình", "Xã/phường",
    *(f"Số học sinh {level}" for level in PUPILS), "CB-GV-NV",
)  # fmt: skip
LINES_ABOVE = 2
# What stands in the column of levels, its mask, what the names begin with, and how many of a hundred schools.
KINDS = (
    ("Mầm non", 1, "Trường Mầm non", 40),
    ("Tiểu học", 2, "Trường Tiểu học", 30),
    ("THCS", 4, "Trường THCS", 19),
    ("TH, THCS", 6, "Trường TH&THCS", 6),
    ("THPT", 8, "Trường THPT", 5),
)
LEVELS = {said: mask for said, mask, _name, _share in KINDS}
OWNERSHIPS = {"Công lập": "public", "Tư thục": "private"}


def communes(province: str) -> list[str]:
    with COMMUNES.open(encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file) if row["province_code"] == province]


def write_list(path: Path, *, schools: int, province: str = "37") -> None:
    dice = random.Random(schools)
    places = communes(province)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Danh mục")
        sheet.write(0, 0, "DANH MỤC CƠ SỞ GIÁO DỤC NĂM HỌC 2026-2027")
        sheet.write_row(LINES_ABOVE, 0, TITLES)
        for number in range(schools):
            said, mask, begins, _share = dice.choices(KINDS, weights=[kind[3] for kind in KINDS])[0]
            place = dice.choice(places)
            name = f"{begins} {place.split(maxsplit=1)[1]} {number // len(places) + 1}"
            ownership = dice.choices(list(OWNERSHIPS), weights=[9, 1])[0]
            pupils = [dice.randint(80, 1500) if mask & 1 << bit else "" for bit in range(len(PUPILS))]
            row = [f"37{number:06d}", name, said, ownership, place, *pupils, dice.randint(8, 120)]
            sheet.write_row(LINES_ABOVE + 1 + number, 0, row)
