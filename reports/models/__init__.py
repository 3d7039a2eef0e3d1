"""Rounds, the reports they ask for, what was submitted, reviewed, reminded and computed."""

from __future__ import annotations

from reports.models.completion import Basis, CompletionDue, CompletionPart, CompletionRate, Grouping
from reports.models.reminders import Channel, Reminder, ReminderState, ReminderStep, Whom
from reports.models.reports import (
    Draft,
    Evidence,
    ExpectationChange,
    Extension,
    Report,
    ReportState,
    ReviewStep,
    ReviewStepKind,
    Submission,
    Value,
)
from reports.models.rounds import DeadlineRule, Round, RoundAudience, RoundIndicator, RoundKind, RoundState
from reports.models.versions import CommuneSummary, Correction

__all__ = [
    "Basis",
    "Channel",
    "CommuneSummary",
    "CompletionDue",
    "CompletionPart",
    "CompletionRate",
    "Correction",
    "DeadlineRule",
    "Draft",
    "Evidence",
    "ExpectationChange",
    "Extension",
    "Grouping",
    "Reminder",
    "ReminderState",
    "ReminderStep",
    "Report",
    "ReportState",
    "ReviewStep",
    "ReviewStepKind",
    "Round",
    "RoundAudience",
    "RoundIndicator",
    "RoundKind",
    "RoundState",
    "Submission",
    "Value",
    "Whom",
]
