"""Files made to hurt are refused quickly and in little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.imports_corpus.answers import Refused
from tests.imports_corpus.refused import HOSTILE, WITHOUT_A_LIST

SECONDS = 5
MEGABYTES = 256


@pytest.fixture(scope="module")
def start_up(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the command costs before it meets anything large: a workbook without a list, refused."""
    plain = next(refused for refused in WITHOUT_A_LIST if refused.name == "blank_workbook")
    folder = tmp_path_factory.mktemp("start")
    return min((_run(plain, folder) for _time in range(2)), key=lambda taken: taken["seconds"])


def _run(refused: Refused, folder: Path) -> dict[str, Any]:
    path = folder / refused.file_name
    path.write_bytes(refused.build())
    root = settings.BASE_DIR
    measure = Path(__file__).with_name("measure.py")
    command = [sys.executable, str(root / "manage.py"), "import_schools", str(path), "--json"]
    done = subprocess.run(
        [sys.executable, str(measure), *command],
        cwd=root,
        env={**os.environ, "VAR_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    taken: dict[str, Any] = json.loads(done.stdout)
    return taken


@pytest.mark.slow
@pytest.mark.parametrize("refused", HOSTILE, ids=[refused.name for refused in HOSTILE])
def test_a_hostile_file_is_refused_in_five_seconds_and_256_megabytes(
    refused: Refused, start_up: dict[str, Any], tmp_path: Path
) -> None:
    taken = _run(refused, tmp_path)

    assert taken["code"] == 2, taken["err"][-2000:]
    document = json.loads(taken["out"])
    (problem,) = document["problems"]
    assert problem["code"] in refused.codes
    assert problem["row"] is None
    assert problem["message"]
    assert document["preview"] == []
    assert taken["seconds"] - start_up["seconds"] < SECONDS
    assert taken["mb"] - start_up["mb"] < MEGABYTES
