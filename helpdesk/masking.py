"""Personal data taken out of customers' words before others than those in the chat read them.

Names cannot be told from other words, so what is left is still a customer's text: the team's only.
"""

from __future__ import annotations

import re
import unicodedata

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
# Phone, card, order and customer numbers: five digits or more, however they are grouped.
_NUMBER = re.compile(r"[+(]?\d(?:[ \-./()]?\d){4,}")
_CODE = re.compile(r"\b(?=[A-Z0-9-]*\d{3})(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{5,}\b")
_PLACES = ((_EMAIL, "[e-mail]"), (_ADDRESS, "[link]"), (_CODE, "[code]"), (_NUMBER, "[number]"))


def masked(text: str) -> str:
    """E-mail addresses, links, codes and numbers of five digits or more become what they are.

    >>> masked("I am ann@example.com, order YO-48213, call 090-1234-5678")
    'I am [e-mail], order [code], call [number]'
    """
    result = unicodedata.normalize("NFKC", text)
    for pattern, place in _PLACES:
        result = pattern.sub(place, result)
    return result
