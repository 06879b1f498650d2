"""How a language shows that a question leans on what was said before.

Closed classes of words only (pronouns, particles, question words, measures): facts of the language
and not of any FAQ. In a language without a list only few words and what they name tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Asks:
    """A kind of detail: how a question asks for it, and what an answer that tells it holds."""

    asked: re.Pattern[str]
    told: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Words:
    """`cue` points back to what was said, except in `idle` turns of speech. `empty` are words that
    name nothing by themselves, with spaces between. Patterns are for normalised text."""

    cue: re.Pattern[str]
    idle: re.Pattern[str]
    empty: str
    asks: tuple[Asks, ...]

    def points_back(self, text: str) -> bool:
        return self.cue.search(self.idle.sub(" ", text)) is not None


def words_of(language: str) -> Words:
    return _BY_LANGUAGE.get(language.split("-")[0], _UNKNOWN)


_ENGLISH = Words(
    cue=re.compile(
        r"^(?:(?:ok(?:ay)?|thanks?(?: you)?|great|alright|right|hm+)\W+)?"
        r"(?:and|but|or|so|also|plus|then|even|if|what if|(?:what|how) about|in th(?:at|is) case)\b"
        r"|\b(?:it|its|it's|that|that's|this|these|those|they|they're|them|their|there|one|ones"
        r"|too|also|as well|instead|otherwise|else|either|same|then)\b"
    ),
    idle=re.compile(
        r"\b(?:is|are|was|were) there\b|\bthere(?:'s| is| are)\b|\b(?:is it|it is|it's) possible\b"
    ),
    empty="""
        a about after again all also am an and any anyone anything anywhere are as ask at be been
        before being but by can cheap cost could did do does done each either else even ever every
        exactly expensive fee few for free from get give go got had happen happened has have how i
        if i'm i've in instead into is it it's its just know let like long many may me mean might
        more much must my need no not of often ok okay on once one ones only or other our out
        please possible possibly price really right same say shall should so some someone something
        somewhere soon still take tell than thank thanks that that's the their them then there
        these they they're thing this those time to too until up us very want was we well were what
        what's when where which while who whom whose why will with without won't work would yes you
        your
    """,
    asks=(
        Asks(
            re.compile(
                r"\bhow much(?: (?:is|are|was|will|would|do|does|did|for|in total)\b|\W*$)"
                r"|\b(?:costs?|prices?|fees?|charge|expensive|cheap|free|for nothing|pay for)\b"
            ),
            re.compile(r"[¥$€£]\s*\d|\d\s*(?:yen|dollars?|euros?|pounds?)\b|\bfree\b|\bno fee\b"),
        ),
        Asks(
            re.compile(
                r"\bhow (?:long|soon|fast|quickly|often|many (?:hours|days|weeks|months|years))\b"
                r"|\b(?:until|till|by|since|from) (?:when|what)\b|^(?:and |but )?when\b"
                r"|\bwhat time\b|\bdeadline\b"
            ),
            re.compile(
                r"\d\s*(?:business |working )?(?:second|minute|hour|day|week|month|year)s?\b"
                r"|\d:\d\d|\bat once\b|\bsame day\b"
            ),
        ),
    ),
)

_JAPANESE = Words(
    cue=re.compile(
        r"^(?:で、|では|じゃ|だと|なら|でも|あと|また|もし|そして|ちなみに|だったら)"
        r"|それ|その|そこ|そちら|そっち|これ|この|ここ|こちら|あれ|そう(?:する|だ|なる|い)"
        r"|(?:場合|とき|時)(?:は|も|だと)?[?。\s]*$|(?:は|だと|なら|も|とか|たら)[?。\s]*$"
        r"|一緒に|同時に|代わりに"
        # も, "too", but not at the beginning of another word.
        r"|(?<=[\u3040-\u30ff\u4e00-\u9fff])も(?![うらしっどとのち])"
    ),
    idle=_NEVER,
    empty="""
        それ これ あれ どれ そこ ここ あそこ どこ そちら こちら どちら その この どの
        どんな そう こう どう 何 誰 いつ いくら いくつ なぜ どうして 何時 何日
        する ある いる なる できる やる かかる かける 来る しまう くださる もらう いただく
        思う 言う 行う 願う 教える 知る 続く 終わる 良い ない 同じ 必要 大丈夫
        こと もの とき よう 場合 所 方 ため 後 前 中 間 頃 程 位 一緒 同時 代わり
        お金 金 料金 値段 費用 無料 有料 期間 期限 頻度 また もう まだ もし
        人 日 日間 時間 分 月 円
    """,
    asks=(
        Asks(
            re.compile(r"いくら|料金|値段|価格|費用|お金|代金|無料|有料|ただで|タダ|手数料"),
            re.compile(r"[¥$€£]\s*\d|\d\s*円|無料|手数料"),
        ),
        Asks(
            re.compile(
                r"いつ|何(?:日|時|分|週|か月|ヶ月|年)|期限|期間|頻度"
                r"|ど(?:れ|の)(?:くらい|ぐらい)|時間(?:は|が)"
            ),
            re.compile(r"\d\s*(?:秒|分|時間|営業日|日|週間|か月|ヶ月|年)|\d:\d\d|当日|すぐ|その場"),
        ),
    ),
)

_UNKNOWN = Words(_NEVER, _NEVER, "", ())
_BY_LANGUAGE = {"en": _ENGLISH, "ja": _JAPANESE}
