"""What holds for FAQs in general, before one has said anything about itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faq_index.analysis import Analyzer
from faq_index.fusion import Weights
from faq_index.signals import Kernel


@dataclass(frozen=True, slots=True)
class Prior:
    """The classifier's kernel, and the weights of the signals in the order of signals.NAMES."""

    english: bool
    kernel: Kernel
    weights: Weights


def prior_for(analyzer: Analyzer, blocks: tuple[int, ...]) -> Prior:
    """`blocks` tells whether a multilingual encoder stands beside the English one."""
    if analyzer.base == "en":
        kernel = Kernel(dense=1.0, words=0.0, characters=0.12)
        return Prior(True, kernel, np.array([4.0, 2.0, 1.0, 1.0, 1.0, 8.0]))
    if len(blocks) > 1:
        kernel = Kernel(dense=1.0, words=0.2, characters=0.3)
        return Prior(False, kernel, np.array([4.0, 2.0, 2.0, 3.0, 2.0, 6.0]))
    # An encoder that may not know the language: words and letters must carry the meaning.
    kernel = Kernel(dense=0.3, words=0.5, characters=0.7)
    return Prior(False, kernel, np.array([1.0, 0.5, 5.0, 8.0, 4.0, 3.0]))
