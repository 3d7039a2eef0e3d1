"""Reports over the API: read, keep a draft, submit; the same scope, rules and services as the pages."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from accounts.models import User
from reports.collection import rules, selectors
from reports.collection.errors import DraftConflict, ReportClosed, ReportInvalid, TokenUsed
from reports.collection.form_spec import NARRATIVE_KEYS, NARRATIVE_MAX, questions_of
from reports.collection.permissions import can_fill_report
from reports.collection.services import save_draft, submit_report
from reports.models import Draft, Report, Submission
from schools.levels import LEVEL_CODES, to_codes
from schools.selectors import scope_of

LARGEST = 999_999_999


class PairSerializer(serializers.Serializer[Any]):
    n = serializers.IntegerField(allow_null=True, min_value=-LARGEST, max_value=LARGEST)
    d = serializers.IntegerField(allow_null=True, required=False, min_value=-LARGEST, max_value=LARGEST)


class AnswersSerializer(serializers.Serializer[Any]):
    """`values` is {indicator code: {level or "": {"n": …, "d": …}}}; a total left out is the known one.

    The context holds the `report` that is answered.
    """

    values = serializers.DictField(child=serializers.DictField(child=PairSerializer()))
    narrative = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=NARRATIVE_MAX), required=False
    )

    def validate_values(self, values: dict[str, Any]) -> dict[str, Any]:
        asked = {question.code for question in questions_of(self.context["report"])}
        if strange := [code[:30] for code in values if code not in asked]:
            raise serializers.ValidationError(_("Không hỏi: %(codes)s.") % {"codes": ", ".join(strange[:10])})
        for levels in values.values():
            if unknown := set(levels) - {"", *LEVEL_CODES}:
                raise serializers.ValidationError(_("Không có cấp học: %(levels)s.") % {"levels": ", ".join(unknown)})
        return values

    def validate_narrative(self, narrative: dict[str, str]) -> dict[str, str]:
        if unknown := set(narrative) - set(NARRATIVE_KEYS):
            raise serializers.ValidationError(_("Không có mục: %(keys)s.") % {"keys": ", ".join(sorted(unknown))})
        return narrative


class DraftWriteSerializer(AnswersSerializer):
    version = serializers.IntegerField(min_value=0)


class SubmitSerializer(AnswersSerializer):
    token = serializers.UUIDField(help_text=_("Do người gọi sinh ra; gọi lại cùng mã nhận cùng biên nhận."))

    def validate_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """An answer that is left out is missing: nobody has seen what the portal would fill in for it."""
        return rules.as_typed(questions_of(self.context["report"]), super().validate_values(values))


class DraftSerializer(serializers.ModelSerializer[Draft]):
    class Meta:
        model = Draft
        fields = ["version", "values", "narrative", "saved_at"]


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    class Meta:
        model = Submission
        fields = ["number", "receipt", "submitted_at", "is_late", "on_behalf_reason"]


class ProblemSerializer(serializers.Serializer[rules.Problem]):
    kind = serializers.CharField()
    number = serializers.IntegerField()
    code = serializers.CharField()
    level = serializers.CharField()
    field = serializers.CharField()
    text = serializers.CharField()


class ReportSerializer(serializers.ModelSerializer[Report]):
    levels = serializers.SerializerMethodField()
    unit_name = serializers.CharField(source="unit.name", read_only=True)
    deadline_at = serializers.DateTimeField(read_only=True)
    submission = SubmissionSerializer(source="current_submission", read_only=True, allow_null=True)

    class Meta:
        model = Report
        fields = [
            "id",
            "round",
            "unit",
            "unit_name",
            "levels",
            "commune",
            "manager",
            "state",
            "version",
            "awaiting_commune",
            "deadline_at",
            "first_submitted_at",
            "is_late",
            "accepted_at",
            "excluded_at",
            "submission",
        ]

    def get_levels(self, report: Report) -> list[str]:
        return to_codes(report.levels)


class ReportViewSet(viewsets.ReadOnlyModelViewSet[Report]):
    """Reports in the caller's scope; what stands in a draft is given only to its unit."""

    serializer_class = ReportSerializer
    filterset_fields = ["round", "unit", "commune", "state"]
    queryset = Report.objects.none()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Report.objects.none()
        return selectors.reports_of(scope_of(self._user())).order_by("-round_id", "pk")

    def _user(self) -> User:
        return cast(User, self.request.user)

    def _own_report(self) -> Report:
        report: Report = self.get_object()
        if not can_fill_report(scope_of(self._user()), report):
            raise PermissionDenied(_("Chỉ đơn vị phải báo cáo mới điền và nộp báo cáo này."))
        return report

    def _on_behalf_reason(self, report: Report) -> str:
        own = scope_of(self._user()).unit_id == report.unit_id
        return "" if own else Draft.objects.get(pk=report.pk).entrusted_reason

    @extend_schema(responses=DraftSerializer)
    @action(detail=True, methods=["get"])
    def draft(self, request: Request, pk: str | None = None) -> Response:
        draft = Draft.objects.filter(pk=self._own_report().pk).first()
        if draft is None:
            raise Http404
        return Response(DraftSerializer(draft).data)

    @extend_schema(request=DraftWriteSerializer, responses={200: DraftSerializer, 409: DraftSerializer})
    @draft.mapping.put
    def draft_write(self, request: Request, pk: str | None = None) -> Response:
        """Keep a draft; 409 with the current one when somebody saved since `version`."""
        report = self._own_report()
        sent = DraftWriteSerializer(data=request.data, context={"report": report})
        sent.is_valid(raise_exception=True)
        try:
            draft = save_draft(
                report=report,
                by=self._user(),
                version=sent.validated_data["version"],
                values=sent.validated_data["values"],
                narrative=sent.validated_data.get("narrative", {}),
            )
        except DraftConflict as conflict:
            return Response(DraftSerializer(conflict.current).data, status=status.HTTP_409_CONFLICT)
        except ReportClosed as closed:
            return Response({"detail": closed.reason}, status=status.HTTP_400_BAD_REQUEST)
        return Response(DraftSerializer(draft).data)

    @extend_schema(request=SubmitSerializer, responses={200: SubmissionSerializer, 400: ProblemSerializer(many=True)})
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str | None = None) -> Response:
        """Submit; the same token gives the same receipt. 400 names every problem."""
        report = self._own_report()
        sent = SubmitSerializer(data=request.data, context={"report": report})
        sent.is_valid(raise_exception=True)
        try:
            submission = submit_report(
                report=report,
                by=self._user(),
                token=sent.validated_data["token"],
                values=sent.validated_data["values"],
                narrative=sent.validated_data.get("narrative", {}),
                on_behalf_reason=self._on_behalf_reason(report),
            )
        except ReportInvalid as invalid:
            errors = [ProblemSerializer(problem).data for problem in invalid.problems.errors]
            return Response({"problems": errors}, status=status.HTTP_400_BAD_REQUEST)
        except ReportClosed as closed:
            return Response({"detail": closed.reason}, status=status.HTTP_400_BAD_REQUEST)
        except TokenUsed:
            return Response({"token": [_("Mã này đã dùng cho báo cáo khác.")]}, status=status.HTTP_400_BAD_REQUEST)
        return Response(SubmissionSerializer(submission).data)


def register(router: DefaultRouter) -> None:
    router.register("reports", ReportViewSet, basename="report")
