"""Wishes among what customers write: what they would like the team to offer, not how to use it.

Told by the set phrases with which English and Japanese wish for something; no statistics, so that a
team can see why a question stands among the wishes.
"""

from __future__ import annotations

import re

_ENGLISH = re.compile(
    r"\bi wish\b|\bfeature request\b|\b(?:would|'d) be (?:so )?(?:nice|great|good|helpful|cool)\b"
    r"|\bplease (?:add|offer|consider|bring back|start|make it possible)\b"
    r"|\byou (?:should|ought to) (?:add|offer|have|sell|carry|bring back|consider|support)\b"
    r"|\b(?:can|could) you (?:please )?(?:add|offer|bring back|consider|support)\b"
    r"|\b(?:i|we)(?:'d| would) (?:love|like) (?:it if|to see|you to)\b"
    r"|\bi hope (?:you|that you)\b|\bmy suggestion\b|\bi suggest\b",
    re.IGNORECASE,
)
_JAPANESE = re.compile(
    r"[てで](?:ほし|欲し)(?:い|かった)|要望|希望します|あると(?:うれし|嬉し|助か|いい|良い|便利)"
    r"|あれば(?:うれし|嬉し|いい|良い|便利)|(?:もらえ|いただけ|頂け)(?:ると|れば)(?:うれし|嬉し|助か)"
    r"|検討(?:して|を)|だったら(?:いい|良い)のに|復活(?:して|を)"
)


def is_wish(text: str) -> bool:
    """
    >>> is_wish("it would be nice if you sold kites"), is_wish("do you sell kites?")
    (True, False)
    >>> is_wish("凧も売ってほしいです"), is_wish("凧は売っていますか")
    (True, False)
    """
    return bool(_ENGLISH.search(text) or _JAPANESE.search(text))
