"""FAQ files in, decisions out. Knows no web, no SQL and no dialogue engine."""

from __future__ import annotations

from faq_index.building import Progress, build_index
from faq_index.decision import Answer, Candidate, Decision, NoAnswer, Suggest
from faq_index.encoder import Encoder, Matrix, Vector, load_encoder
from faq_index.entry import Entry, Handoff, Link
from faq_index.errors import (
    CannotTune,
    EncoderUnavailable,
    FaqIndexError,
    InvalidFaq,
    InvalidLabels,
    Problem,
    SnapshotDamaged,
    SnapshotMissing,
)
from faq_index.evaluation import Evaluation, evaluate
from faq_index.index import FaqIndex
from faq_index.labels import Label, read_labels, write_labels
from faq_index.live import LiveIndex, Question
from faq_index.loader import load_faq
from faq_index.promise import Promise
from faq_index.snapshot import build_snapshot, ensure_index, load_snapshot

__all__ = [
    "Answer",
    "CannotTune",
    "Candidate",
    "Decision",
    "Encoder",
    "EncoderUnavailable",
    "Entry",
    "Evaluation",
    "FaqIndex",
    "FaqIndexError",
    "Handoff",
    "InvalidFaq",
    "InvalidLabels",
    "Label",
    "Link",
    "LiveIndex",
    "Matrix",
    "NoAnswer",
    "Problem",
    "Progress",
    "Promise",
    "Question",
    "SnapshotDamaged",
    "SnapshotMissing",
    "Suggest",
    "Vector",
    "build_index",
    "build_snapshot",
    "ensure_index",
    "evaluate",
    "load_encoder",
    "load_faq",
    "load_snapshot",
    "read_labels",
    "write_labels",
]
