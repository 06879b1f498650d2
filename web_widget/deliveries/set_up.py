"""The channels that the settings ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from helpdesk.clock import utc_now
from helpdesk.outbox import CONFIRMATION
from helpdesk.wording import Wording
from web_widget.deliveries.channel import Channel
from web_widget.deliveries.chatwoot import Chatwoot
from web_widget.deliveries.mail import Confirmation, Mail, Post, Postman
from web_widget.deliveries.webhook import Webhook
from web_widget.deliveries.zendesk import Zendesk
from web_widget.settings_deliveries import DeliverySettings


def postman_of(settings: DeliverySettings) -> Postman | None:
    """None without a mail server."""
    if not (settings.smtp_host and settings.mail_from):
        return None
    post = Post(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password,
        settings.mail_from,
        settings.mail_to,
    )
    return Postman(post)


def channels_of(
    settings: DeliverySettings,
    wording: Wording,
    team_name: str,
    clock: Callable[[], datetime] = utc_now,
) -> dict[str, Channel]:
    """By the names that `DeliverySettings.channels` has, and the confirmation to the customer."""
    found: dict[str, Channel] = {}
    if settings.webhook_url and settings.webhook_secret:
        found["webhook"] = Webhook(
            settings.webhook_url,
            settings.webhook_secret,
            clock,
            allow_private=settings.webhook_allow_private,
        )
    postman = postman_of(settings)
    if postman is not None:
        found["email"] = Mail(postman, settings.public_url)
        found[CONFIRMATION] = Confirmation(postman, wording, team_name)
    private = settings.webhook_allow_private
    if settings.chatwoot_url and settings.chatwoot_inbox:
        found["chatwoot"] = Chatwoot(
            settings.chatwoot_url,
            settings.chatwoot_inbox,
            settings.public_url,
            allow_private=private,
        )
    if settings.zendesk_url and settings.zendesk_user and settings.zendesk_token:
        found["zendesk"] = Zendesk(
            settings.zendesk_url,
            settings.zendesk_user,
            settings.zendesk_token,
            settings.public_url,
            allow_private=private,
        )
    return found
