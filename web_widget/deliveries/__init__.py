"""Tells other systems of handoffs: the packet by webhook and by e-mail."""
