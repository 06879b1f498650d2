"""Starts and watches the processes that make up Kotae on one machine."""
