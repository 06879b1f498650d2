"""The risk-coverage curve of an evaluation is a picture that opens anywhere."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from faq_index.diagnosis import RiskAt
from web_widget.cli.curve import write_curve


def test_it_is_an_svg_with_the_accepted_share_and_the_threshold(tmp_path: Path) -> None:
    curve = [RiskAt(0.9 - n / 20, (n + 1) / 10, n / 50) for n in range(10)]
    write_curve(tmp_path / "curve.svg", curve, 0.10, 0.6)
    root = ElementTree.parse(tmp_path / "curve.svg").getroot()
    words = {text for each in root.iter() if (text := (each.text or "").strip())}
    assert root.tag.endswith("svg")
    assert {"share of questions answered", "share of these answered wrongly"} <= words


def test_too_few_questions_for_a_curve_still_make_a_picture(tmp_path: Path) -> None:
    write_curve(tmp_path / "curve.svg", [], 0.10, 0.6)
    assert (tmp_path / "curve.svg").read_text().startswith("<svg")
