"""Settings of where handoffs are told besides the inbox."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from web_widget.settings_sentences import Must
from web_widget.values import MailAddress, MailAddresses, Port, Secret, WebhookUrl, YesNo


class DeliverySettings(BaseSettings):
    webhook_url: Annotated[
        WebhookUrl | None,
        Field(description="Address that each handoff is posted to; none when empty."),
        Must("an https:// address"),
    ] = None
    webhook_secret: Annotated[
        Secret,
        Field(description="Secret that signs webhooks: whsec_ and base64 of 24 to 64 bytes."),
    ] = None
    webhook_allow_private: Annotated[
        YesNo,
        Field(
            description="Let the webhook, Chatwoot and Zendesk be at http:// and at addresses of "
            "the own network: only when you run the receiver yourself."
        ),
    ] = False
    smtp_host: Annotated[
        str | None,
        Field(min_length=1, description="Mail server for handoffs by e-mail; none when empty."),
    ] = None
    smtp_port: Annotated[Port, Field(description="Port of the mail server.")] = 587
    smtp_security: Annotated[
        Literal["starttls", "tls", "none"],
        Field(description="How the connection to the mail server is secured: starttls, tls, none."),
        Must("starttls, tls or none"),
    ] = "starttls"
    smtp_user: Annotated[
        str | None, Field(min_length=1, description="Login name at the mail server, if it asks.")
    ] = None
    smtp_password: Annotated[
        str | None,
        Field(
            min_length=1,
            repr=False,
            pattern=r"^[ -~]+$",
            description="Password at the mail server, if it asks.",
        ),
        Must("printable ASCII", secret=True),
    ] = None
    mail_from: Annotated[
        MailAddress | None,
        Field(description="Address that Kotae writes from; needed with the mail server."),
        Must("an e-mail address"),
    ] = None
    mail_to: Annotated[
        MailAddresses,
        Field(description="Addresses that each handoff is mailed to, separated by commas."),
        Must("e-mail addresses"),
    ] = ()

    report_mail_to: Annotated[
        MailAddresses,
        Field(
            description="Addresses that last week's figures are mailed to on Monday morning, "
            "separated by commas; needs the mail server."
        ),
        Must("e-mail addresses"),
    ] = ()
    report_mail_language: Annotated[
        Literal["en", "ja"],
        Field(description="Language of the weekly mail: en or ja."),
        Must("en or ja"),
    ] = "en"

    chatwoot_url: Annotated[
        WebhookUrl | None,
        Field(description="Address of Chatwoot, which gets each handoff; none when empty."),
        Must("a web address such as https://app.chatwoot.com"),
    ] = None
    chatwoot_inbox: Annotated[
        str | None,
        Field(
            min_length=1,
            repr=False,
            pattern=r"^[!-~]+$",
            description="Identifier of Chatwoot's inbox of kind API.",
        ),
        Must("printable ASCII", secret=True),
    ] = None
    zendesk_url: Annotated[
        WebhookUrl | None,
        Field(description="Address of Zendesk, which gets each handoff; none when empty."),
        Must("a web address such as https://shop.zendesk.com"),
    ] = None
    zendesk_user: Annotated[
        MailAddress | None,
        Field(description="E-mail address of the agent for whom Zendesk's token was made."),
        Must("an e-mail address"),
    ] = None
    zendesk_token: Annotated[
        str | None,
        Field(min_length=1, repr=False, pattern=r"^[!-~]+$", description="API token of Zendesk."),
        Must("printable ASCII", secret=True),
    ] = None

    public_url: Annotated[
        WebhookUrl | None,
        Field(description="Address at which the team opens Kotae, for links in mails."),
        Must("a web address such as https://help.shop.example"),
    ] = None

    @property
    def channels(self) -> tuple[str, ...]:
        """Where handoffs are told."""
        chosen = {
            "webhook": self.webhook_url,
            "email": self.smtp_host,
            "chatwoot": self.chatwoot_url,
            "zendesk": self.zendesk_url,
        }
        return tuple(name for name, value in chosen.items() if value)
