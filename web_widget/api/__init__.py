"""The widget's HTTP API, described in docs/http-api.md."""

from web_widget.api.conversations import conversation_routes

__all__ = ["conversation_routes"]
