"""The list of the screen as a file."""

from __future__ import annotations

import tempfile
from typing import IO, cast

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from schools import export, school_years, selectors
from schools.forms import UnitFilterForm
from schools.models import Unit
from schools.scope import Scope


@require_safe
def unit_export(request: HttpRequest) -> FileResponse:
    """The schools that the list shows under the same filters, with the counts of the same school year."""
    scope = cast(Scope, request.scope)  # type: ignore[attr-defined]
    if scope.is_school:
        raise PermissionDenied(_("Danh sách dành cho Sở GDĐT và UBND xã, phường."))
    form = UnitFilterForm(request.GET, communes=selectors.communes_seen(scope))
    units = form.narrow(Unit.objects.visible_to(scope))
    if form.cleaned_data.get("kind"):
        raise Http404(_("Chỉ danh sách trường được xuất ra tệp."))
    today = timezone.localdate()
    # On disk past the first megabytes: a whole country must not stand in the memory of a web process.
    file = tempfile.SpooledTemporaryFile(max_size=5_000_000)  # noqa: SIM115 - the answer closes it
    export.write_schools(units, school_year=school_years.current(today), out=cast(IO[bytes], file))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"danh-sach-truong-{today:%Y%m%d}.xlsx")
