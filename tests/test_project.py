"""The project checks itself: layers, names, templates, settings, migrations, catalogues, what is in the repository."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "schools", "campaigns", "targets", "reports"]
PACKAGES = ["config", *APPS]
TOP_LEVEL = {
    ".ci",
    ".dockerignore",
    ".env.example",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "docker-compose.yml",
    "docs",
    "locale",
    "manage.py",
    "pyproject.toml",
    "requirements",
    "static",
    "templates",
    "tests",
    *PACKAGES,
}
TEXT = {".py", ".html", ".txt", ".md", ".yml", ".yaml", ".toml", ".js", ".css", ".svg", ".csv", ".po", ".json", ""}
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"]


def repository_files() -> list[Path]:
    """What is, or would be, in the repository; all files where there is no repository to ask."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        listed = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if not {".venv", "var", ".git"} & set(p.parts)]
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


FILES = repository_files()


def ours(suffix: str, *, under: list[str]) -> Iterator[Path]:
    return (p for p in FILES if p.suffix == suffix and p.relative_to(ROOT).parts[0] in under)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def test_imports_only_point_down() -> None:
    done = subprocess.run(LINT, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("stray", ["schools/nowhere.py", "reports/nowhere.py", "reports/rounds/nowhere.py"])
def test_a_module_that_is_in_no_layer_fails(stray: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "data"))
    (tmp_path / stray).write_text("", encoding="utf-8")
    done = subprocess.run(LINT, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert stray.removesuffix(".py").replace("/", ".") in done.stdout


def test_the_parts_of_reports_are_all_under_the_contract() -> None:
    contract = text_of(ROOT / "pyproject.toml")
    with_views = {p.parent.name for p in (ROOT / "reports").glob("*/services.py")}
    missing = [name for name in sorted(with_views) if f'"reports.{name}"' not in contract]
    assert not missing


def test_nothing_else_stands_at_the_top() -> None:
    assert {p.relative_to(ROOT).parts[0] for p in FILES} <= TOP_LEVEL


def test_no_module_is_named_after_nothing() -> None:
    empty_words = {"core", "common", "utils", "util", "helpers", "misc", "shared", "base"}
    named = [p for p in ours(".py", under=[*PACKAGES, "tests"]) if empty_words & {p.stem, *p.relative_to(ROOT).parts}]
    assert not named


def test_every_model_says_what_one_row_is() -> None:
    models = [m for m in apps.get_models() if m._meta.app_label in APPS and not m._meta.auto_created]
    assert models
    # Django writes a docstring of its own, the name and the fields, where there is none.
    assert [m.__name__ for m in models if not m.__doc__ or m.__doc__.startswith(f"{m.__name__}(")] == []


def test_every_template_is_used() -> None:
    sources = "\n".join(text_of(p) for p in FILES if p.suffix in {".py", ".html", ".txt"} and "tests" not in p.parts)
    folder = ROOT / "templates"
    # Others look these up by name: Django's error pages, and pages of packages that ours replace.
    theirs = re.compile(r"(4\d\d|500)(_csrf)?\.html$|(account|mfa|allauth|admin|import_export|drf_spectacular)/")
    unused = []
    for path in (p for p in FILES if folder in p.parents):
        name = path.relative_to(folder).as_posix()
        asked_as = re.sub(r"_(subject|body)\.(txt|html)$", "", name)
        if not theirs.match(name) and f'"{name}' not in sources and f'"{asked_as}' not in sources:
            unused.append(name)
    assert not unused


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a style element or attribute", r"<style|\sstyle\s*="),
        ("a script without src", r"<script(?![^>]*\ssrc=)"),
        ("a handler in an attribute", r"\son[a-z]+\s*=|hx-on|javascript:|hx-vals=.js:"),
        ("an address of another site's file", r"(src|<link[^>]*href)=[\"'](https?:)?//"),
    ],
)
def test_no_template_holds(what: str, pattern: str) -> None:
    folder = ROOT / "templates"
    found = [p.relative_to(ROOT) for p in FILES if folder in p.parents and re.search(pattern, text_of(p), re.I)]
    assert not found, what


def settings_that_are_read() -> set[str]:
    return {
        name
        for path in ours(".py", under=PACKAGES)
        for name in re.findall(r"\benv\.[a-z_]+\(\s*\"([A-Z][A-Z0-9_]*)\"", text_of(path))
    }


def settings_that_are_documented() -> set[str]:
    return set(re.findall(r"^([A-Z][A-Z0-9_]*)=", text_of(ROOT / ".env.example"), re.MULTILINE))


def test_every_setting_is_documented() -> None:
    assert settings_that_are_read() - settings_that_are_documented() == set()


def test_every_documented_setting_is_read() -> None:
    of_compose = set(re.findall(r"\$\{([A-Z][A-Z0-9_]*)", text_of(ROOT / "docker-compose.yml")))
    assert settings_that_are_documented() - settings_that_are_read() - of_compose == set()


def test_settings_are_read_in_one_place() -> None:
    readers = [p.relative_to(ROOT).as_posix() for p in ours(".py", under=APPS) if "os.environ" in text_of(p)]
    assert not readers


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "vi"])
def test_catalogues_are_complete_and_compiled(language: str) -> None:
    folder = ROOT / "locale" / language / "LC_MESSAGES"
    for po_file in [folder / "django.po", *folder.glob("djangojs.po")]:
        assert po_file.is_file()
        source = polib.pofile(str(po_file))
        untranslated = [entry.msgid for entry in source.untranslated_entries()]
        assert not untranslated + [entry.msgid for entry in source.fuzzy_entries()]
        compiled = polib.mofile(str(po_file.with_suffix(".mo")))
        assert sentences(compiled) == sentences(source)


def sentences(catalogue: polib.POFile | polib.MOFile) -> dict[tuple[str, str], object]:
    entries = [entry for entry in catalogue if not entry.obsolete and entry.msgid]
    return {(entry.msgctxt or "", entry.msgid): entry.msgstr_plural or entry.msgstr for entry in entries}


def test_no_file_of_others_is_kept_here() -> None:
    of_others = re.compile(
        r"\.min\.(js|css)$|\.(woff2?|ttf|otf|eot)$|jquery|bootstrap|(^|/)htmx[^/]*\.js$|node_modules"
    )
    assert [p for p in FILES if of_others.search(p.relative_to(ROOT).as_posix())] == []


def test_no_path_of_one_machine_is_written_down() -> None:
    # Put together here, or this file would find itself.
    folders = "|".join(
        ["/" + "root/", "/" + "home/[a-z]", "/" + "Users/[A-Za-z]", "/" + "work/", "[C-Z]:" + r"\\Users"]
    )
    machine = re.compile(rf"(?<![\w.:}}])({folders})")
    assert [p.relative_to(ROOT) for p in FILES if p.suffix in TEXT and machine.search(text_of(p))] == []


def test_requirements_are_locked_with_hashes_and_name_no_index() -> None:
    for name in ("base.txt", "dev.txt"):
        text = text_of(ROOT / "requirements" / name)
        pinned = re.findall(r"^[a-z0-9][^\s]*==[^\n]*\\\n\s+--hash=sha256:", text, re.MULTILINE | re.IGNORECASE)
        assert len(pinned) == len(re.findall(r"^[a-zA-Z0-9]", text, re.MULTILINE))
        assert not re.search(r"--(index-url|extra-index-url|find-links|trusted-host)|://", text)
