"""What the widget may send, exactly. Every field is checked for its type; others are refused."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

_NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"

Short = Annotated[str, Field(min_length=1, max_length=100, pattern=_NO_CONTROLS)]
ClientMessageId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]


class Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Token = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[A-Za-z0-9_.=-]+$")]


class StartConversation(Body):
    """`identity` is what the browser calls itself; `identity_token` is a word that can be checked;
    `channel` tells the reports where customers write, such as an app of the team's own.

    With `resume`, the known customer's newest conversation goes on.
    """

    site: Short | None = None
    language: Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z0-9-]+$")] | None = None
    page: Annotated[str, Field(max_length=2000, pattern=_NO_CONTROLS)] | None = None
    identity: Short | None = None
    identity_token: Token | None = None
    resume: bool = False
    channel: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,20}$")] = "widget"


class Identify(Body):
    identity_token: Token


class SendMessage(Body):
    """Either a text or the id of a choice that was offered."""

    client_msg_id: ClientMessageId
    text: str | None = None
    choice: Short | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.text is None) == (self.choice is None):
            raise PydanticCustomError("one_of_two", "either text or choice")
        return self


class AskForPerson(Body):
    """Nothing needs to be said: an empty object."""


class Typing(Body):
    """Nothing needs to be said: an empty object."""


class Feedback(Body):
    message_seq: Annotated[int, Field(ge=1, le=2**31)]
    helpful: bool


class Survey(Body):
    csat: Annotated[int, Field(ge=1, le=5)]
    nps: Annotated[int, Field(ge=0, le=10)] | None = None
    comment: Annotated[str, Field(max_length=2000)] | None = None
