"""What could be better about the FAQ, in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from faq_index.quality import Finding
from web_widget.staff.texts import Texts


def better_view(found: Iterable[Finding], texts: Texts) -> list[tuple[str, list[dict[str, Any]]]]:
    """By rule, in the order of the first of each."""
    by_rule: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in found:
        by_rule[each.rule].append(
            {
                "entry": each.entry,
                "language": each.language,
                "place": f"{each.file}:{each.line}",
                "says": _sentence(each, texts),
            }
        )
    return list(by_rule.items())


def _sentence(found: Finding, texts: Texts) -> str:
    facts, key = dict(found.facts), f"better.says.{found.rule}"
    match found.rule:
        case "finds-another":
            quoted = [texts("better.quoted", text=text) for text in facts["texts"]]
            facts["texts"] = texts("format.comma").join(quoted)
            if facts["more"]:
                facts["texts"] = texts("better.and_more", texts=facts["texts"], n=facts["more"])
            key += ".mutual" if facts["mutual"] else ""
        case "hard-to-read":
            key += f".{facts['unit']}"
        case "long-answer":
            facts |= {name: texts.number(facts[name]) for name in ("n", "most")}
        case "expired" | "review":
            facts["day"] = texts.day(facts["day"])
        case "untranslated":
            names = map(texts.language_name, facts["missing"])
            facts["missing"] = texts("format.comma").join(names)
    return texts(key, **facts)
