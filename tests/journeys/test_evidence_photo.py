"""Evidence beside an open form: a photo made smaller in the browser, a file refused where it was chosen."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from reports.models import Evidence
from tests.access.stage import PDF
from tests.journeys.conftest import NARROW, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
STAFF = "[name='n-1.2-']"


@pytest.fixture
def principal(november: Any, open_world: SimpleNamespace, visit: Callable[..., Any]) -> Iterator[Visitor]:
    """In front of the form on a phone."""
    with visit(open_world.principal, NARROW) as visitor:
        visitor.page.goto(f"{visitor.base}/bao-cao/{open_world.report.pk}/")
        yield visitor


# A photo as a phone takes it, lying on its side: red at its left, which is the top once it is turned.
PHOTO = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 2600, height: 1950 });
  const pen = canvas.getContext("2d");
  const picture = pen.createImageData(canvas.width, canvas.height);
  let seed = 1;
  for (let at = 0; at < picture.data.length; at += 4) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const red = (at / 4) % canvas.width < canvas.width / 2;
    const grain = seed % 60;
    picture.data.set([red ? 195 + grain : grain, grain, red ? grain : 195 + grain, 255], at);
  }
  pen.putImageData(picture, 0, 0);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.95));
  return await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(",")[1]);
    reader.readAsDataURL(blob);
  });
}"""
# What arrived, as a viewer shows it that knows nothing of turning: size, and the colours at the top and the bottom.
SEEN = """async (code) => {
  const bytes = Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]), { imageOrientation: "none" });
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const at = (share) => {
    const [red, , blue] = pen.getImageData(image.width / 2, image.height * share, 1, 1).data;
    return red > blue ? "red" : "blue";
  };
  return [image.width, image.height, at(0.1), at(0.9)];
}"""
TURNED = bytes.fromhex("ffe1 0022 457869660000 4d4d002a00000008 0001 0112 0003 00000001 0006 0000 00000000")


def photo(page: Page) -> bytes:
    plain = base64.b64decode(page.evaluate(PHOTO))
    return plain[:2] + TURNED + plain[2:]


def content_of(evidence: Evidence) -> bytes:
    with evidence.file.open("rb") as file:
        content: bytes = file.read()
    return content


def attach(page: Page, name: str, kind: str, content: bytes) -> None:
    payload: FilePayload = {"name": name, "mimeType": kind, "buffer": content}
    page.locator("[data-files]").set_input_files(payload)


def test_a_large_photo_arrives_small_upright_and_an_image(principal: Visitor, open_world: SimpleNamespace) -> None:
    page = principal.page
    taken = photo(page)
    assert len(taken) > 1_000_000
    page.locator(STAFF).fill("20")
    attach(page, "lop-hoc.JPG", "image/jpeg", taken)
    page.locator("ul.files li").wait_for()
    evidence = Evidence.objects.get(report=open_world.report)
    arrived = content_of(evidence)
    assert (evidence.name, evidence.content_type) == ("lop-hoc.jpg", "image/jpeg")
    assert len(arrived) < len(taken) / 2
    assert page.evaluate(SEEN, base64.b64encode(arrived).decode()) == [1200, 1600, "red", "blue"]
    assert b"Exif" not in arrived
    # The form beside it is as it was.
    assert page.locator(STAFF).input_value() == "20"
    assert principal.broken() == []


def test_a_browser_that_cannot_make_it_smaller_sends_the_photo_as_it_is(
    principal: Visitor, open_world: SimpleNamespace
) -> None:
    page = principal.page
    taken = photo(page)
    page.evaluate("delete window.createImageBitmap")
    attach(page, "lop-hoc.jpg", "image/jpeg", taken)
    page.locator("ul.files li").wait_for()
    assert content_of(Evidence.objects.get(report=open_world.report)) == taken


def test_a_file_that_is_not_what_its_name_says_is_refused_beside_the_field(
    principal: Visitor, open_world: SimpleNamespace
) -> None:
    page = principal.page
    attach(page, "ke-hoach.pdf", "application/pdf", b"just words")
    expect(page.locator("[data-files-state]")).to_contain_text("Chỉ nhận tệp PDF")
    attach(page, "ke-hoach.pdf", "application/pdf", PDF)
    page.locator("ul.files li").wait_for()
    page.get_by_role("button", name="Bỏ tệp ke-hoach.pdf").click()
    page.wait_for_load_state()
    assert page.locator("ul.files li").count() == 0
