"""What the values of settings may be. Each reader raises ValueError on a wrong value."""

from __future__ import annotations

import base64
import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field

from helpdesk.hours import OpeningHours
from web_widget.settings_sentences import Must

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WEBHOOK_SECRET = "whsec_"
_MAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


def items(value: object) -> list[str]:
    """The parts of a comma-separated value, in order, without blanks and repeats."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, (list, tuple)):
        raise ValueError("not a list")
    return list(dict.fromkeys(part for part in (str(v).strip() for v in value) if part))


def languages(value: object) -> tuple[str, ...]:
    """ "en,ja" -> ("en", "ja"). At least one language tag."""
    tags = tuple(items(value))
    if not tags or not all(_LANGUAGE.fullmatch(tag) for tag in tags):
        raise ValueError("not language tags")
    return tags


def origins(value: object) -> tuple[str, ...]:
    """Origins as a browser sends them: scheme, host and port, in lower case, nothing after."""
    return tuple(dict.fromkeys(_origin(item) for item in items(value)))


def _origin(item: str) -> str:
    parts = urlsplit(item.lower().rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not an origin")
    if parts.path or parts.query or parts.fragment or parts.username or "*" in parts.netloc:
        raise ValueError("more than an origin")
    default = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def hosts(value: object) -> tuple[str, ...]:
    """Host names without port; `*.example.com` stands for every name below example.com."""
    names = tuple(item.lower() for item in items(value))
    if not all(_HOST.fullmatch(name) for name in names):
        raise ValueError("not host names")
    return names


def networks(value: object) -> tuple[Network, ...]:
    """Addresses or networks: `10.0.0.0/8`, `127.0.0.1`."""
    if isinstance(value, (list, tuple)) and all(
        isinstance(v, (ipaddress.IPv4Network, ipaddress.IPv6Network)) for v in value
    ):
        return tuple(value)
    return tuple(ipaddress.ip_network(item) for item in items(value))


def zone(value: object) -> ZoneInfo:
    """A name of the time zone database, such as Asia/Tokyo."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, OSError) as exc:
        raise ValueError("not a time zone") from exc


def hours(value: str) -> str:
    """Opening hours as the help desk reads them."""
    OpeningHours.parse(value, ZoneInfo("UTC"))
    return value


def path(value: Path) -> Path:
    # Not resolved: the Python of a virtual environment is a link that must stay one.
    return value.expanduser().absolute()


Port = Annotated[int, Field(ge=1, le=65535), Must("a whole number from 1 to 65535")]
PerMinute = Annotated[int, Field(ge=1, le=100_000), Must("a whole number from 1 to 100000")]
Folder = Annotated[Path, AfterValidator(path), Must("a path")]
Secret = Annotated[
    str | None,
    Field(min_length=16, repr=False, pattern=r"^[!-~]+$"),
    Must("at least 16 characters, all printable ASCII without spaces", secret=True),
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"], Must("debug, info, warning or error")
]
YesNo = Annotated[bool, Must("true or false")]
Languages = Annotated[
    tuple[str, ...], BeforeValidator(languages), Must("language tags such as en,ja")
]
Origins = Annotated[
    tuple[str, ...],
    BeforeValidator(origins),
    Must("origins such as https://shop.example, separated by commas"),
]
Hosts = Annotated[
    tuple[str, ...],
    BeforeValidator(hosts),
    Must("host names such as help.shop.example, separated by commas"),
]
Networks = Annotated[
    tuple[Network, ...],
    BeforeValidator(networks),
    Must("addresses or networks such as 10.0.0.0/8, separated by commas"),
]
Zone = Annotated[
    ZoneInfo, BeforeValidator(zone), Must("the name of a time zone such as Asia/Tokyo")
]
Hours = Annotated[
    str,
    AfterValidator(hours),
    Must("always, or days and times such as Mon-Fri 09:00-18:00; Sat 10:00-16:00"),
]


def mail_addresses(value: object) -> tuple[str, ...]:
    return tuple(mail_address(item) for item in items(value))


def mail_address(value: object) -> str:
    """An address by itself, without a name."""
    text = str(value).strip()
    if not _MAIL.fullmatch(text) or not text.isascii():
        raise ValueError("not an e-mail address")
    return text


def webhook_url(value: object) -> str:
    parts = urlsplit(str(value).strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not a web address")
    if parts.username or parts.password or parts.fragment:
        raise ValueError("more than a web address")
    return parts.geturl()


def webhook_key(text: str) -> bytes:
    """ "whsec_" and base64 of 24 to 64 bytes, as Standard Webhooks has it. Raises ValueError."""
    key = base64.b64decode(text.removeprefix(_WEBHOOK_SECRET), validate=True)
    if not text.startswith(_WEBHOOK_SECRET) or not 24 <= len(key) <= 64:
        raise ValueError("not a webhook secret")
    return key


MailAddress = Annotated[str, BeforeValidator(mail_address), Must("an e-mail address")]
MailAddresses = Annotated[
    tuple[str, ...], BeforeValidator(mail_addresses), Must("e-mail addresses, separated by commas")
]
WebhookUrl = Annotated[str, BeforeValidator(webhook_url), Must("an https:// address")]
