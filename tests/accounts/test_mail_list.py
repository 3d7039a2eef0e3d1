from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from freezegun import freeze_time

from accounts.mailbox import read_letters

MAIL = "/tai-khoan/thu/"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


def send(folder: Path, subject: str, body: str) -> None:
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(folder))
    EmailMessage(subject, body, "cong@demo.example", ["truong@demo.example"], connection=backend).send()


def test_letters_are_read_back_newest_first(folder: Path) -> None:
    with freeze_time("2026-11-21 08:30:00+07:00"):
        send(folder, "Nộp báo cáo Tổng kết 2026", "Còn 24 ngày.\n\nTrường TH Gia Viễn")
    # A file's name tells the second; within one the file system's clock may stand still.
    with freeze_time("2026-11-21 08:30:01+07:00"):
        send(folder, "Nhắc lần hai", "Còn 3 ngày.")
    letters = read_letters(folder, most=10)
    assert [letter.subject for letter in letters] == ["Nhắc lần hai", "Nộp báo cáo Tổng kết 2026"]
    assert letters[1].body == "Còn 24 ngày.\n\nTrường TH Gia Viễn"
    assert letters[1].to == "truong@demo.example"
    assert letters[1].at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


def test_no_more_letters_are_read_than_asked(folder: Path) -> None:
    for number in range(4):
        with freeze_time(f"2026-11-21 08:30:0{number}+07:00"):
            send(folder, f"Thư {number}", "x")
    assert [letter.subject for letter in read_letters(folder, most=2)] == ["Thư 3", "Thư 2"]


def test_a_folder_that_is_not_there_yet_has_no_letters(tmp_path: Path) -> None:
    assert read_letters(tmp_path / "mail", most=10) == []


def test_the_administrator_of_a_local_portal_sees_the_mail(
    world: SimpleNamespace, client_of: Any, folder: Path
) -> None:
    send(folder, "Nộp báo cáo <b>Tổng kết</b>", "Còn 24 ngày.")
    page = client_of(world.admin).get(MAIL).content.decode()
    assert "Nộp báo cáo &lt;b&gt;Tổng kết&lt;/b&gt;" in page
    assert "Còn 24 ngày." in page


@pytest.mark.parametrize("who", ["officer", "commune_officer", "principal", "viewer"])
def test_nobody_else_sees_it(who: str, world: SimpleNamespace, client_of: Any, folder: Path) -> None:
    assert client_of(getattr(world, who)).get(MAIL).status_code == 404


def test_in_production_there_is_no_such_page(
    world: SimpleNamespace, client_of: Any, folder: Path, settings: Any
) -> None:
    settings.PORTAL_ENV = "production"
    assert client_of(world.admin).get(MAIL).status_code == 404
