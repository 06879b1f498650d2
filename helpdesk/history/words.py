"""What is said in invented history besides questions and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk.history.made import Subject


@dataclass(frozen=True, slots=True)
class Said:
    greeting: str
    hello: str
    greet: str
    rephrase: str
    offer_person: str
    did_you_mean: str
    handing_over: str
    contact_saved: str
    chat_closed: str
    agent: tuple[str, ...]
    customer: tuple[str, ...]


WORDS: Mapping[str, Said] = {
    "en": Said(
        greeting="Hello, and welcome! Ask me anything about our shop.",
        hello="hello",
        greet="Hello! What can I help you with?",
        rephrase="I am sorry, I have no answer to that. Could you put it in other words?",
        offer_person="I am sorry, I cannot find an answer. Would you like to talk to a person?",
        did_you_mean="Is it one of these?",
        handing_over="I am passing you on to our team.",
        contact_saved="Thank you! Your message has reached our team.",
        chat_closed="This chat has ended. How did we do?",
        agent=(
            "Hello, I have read what you wrote. Let me look into it.",
            "I have found your order; one moment, please.",
            "That is sorted now. You will get a mail within the hour.",
            "I am sorry for the trouble. I have made a note for our warehouse.",
        ),
        customer=("thank you", "ok, I will wait", "and when will that be?", "great, thanks"),
    ),
    "ja": Said(
        greeting="いらっしゃいませ。ご質問をどうぞ。",
        hello="こんにちは",
        greet="こんにちは。どのようなご用件でしょうか。",
        rephrase="申し訳ございません。別の言葉でお聞かせいただけますか。",
        offer_person="申し訳ございません。担当者におつなぎしましょうか。",
        did_you_mean="お尋ねの内容は、次の中にございますか。",
        handing_over="担当者におつなぎいたします。",
        contact_saved="ありがとうございます。担当者に申し伝えました。",
        chat_closed="このチャットは終了しました。今回の対応はいかがでしたか。",
        agent=(
            "お待たせいたしました。内容を拝見しましたので、お調べいたします。",
            "ご注文を確認いたしました。少々お待ちください。",
            "手配が完了しました。1時間以内にメールをお送りします。",
            "ご不便をおかけして申し訳ございません。倉庫に伝えました。",
        ),
        customer=(
            "ありがとうございます",
            "わかりました、待ちます",
            "いつ頃になりますか",
            "助かりました",
        ),
    ),
}

_ASKED_IN_VAIN = {
    "en": (
        (3, "do you rent tents", "can I rent a tent for the weekend", "tent rental"),
        (2, "can I bring my dog to the store", "are dogs allowed in your shops"),
        (2.5, "do you repair zips on old jackets", "zip broken can you fix it"),
        (1.5, "do you sell second hand gear", "used equipment"),
        (1, "is there a climbing course", "do you offer courses for beginners"),
    ),
    "ja": (
        (4, "テントのレンタルはできますか", "テントを借りたい"),
        (2, "犬を連れて入店できますか", "ペット同伴は可能ですか"),
        (3, "ジャケットのファスナー修理はできますか", "チャックが壊れたので直してほしい"),
        (2, "中古品の買取はしていますか", "使わなくなった登山靴を売りたい"),
    ),
}

NOT_IN_THE_FAQ: tuple[Subject, ...] = tuple(
    Subject(language, tuple(map(str, questions)), weight=float(weight))
    for language, asked in _ASKED_IN_VAIN.items()
    for weight, *questions in asked
)
"""What the customers of the demo shop ask and its FAQ does not answer."""
