"""Customers whom the website knows: what was asked before joins what is asked now.

Whether the website really said so has been checked before: see `web_widget.identity`.
"""

from __future__ import annotations

from dataclasses import replace

from helpdesk.book import Book
from helpdesk.database import Connection
from helpdesk.errors import Conflict
from helpdesk.ids import hash_token, new_token
from helpdesk.sheet import Sheet
from helpdesk.store import conversations
from helpdesk.types import Conversation, Started


async def resume(book: Book, opened: Conversation) -> Started | None:
    """The customer's conversation to go on with in place of the one being opened, with a key for
    this device; None without any, and for a customer who is not known."""
    if opened.customer is None:
        return None
    token, customer = new_token(), opened.customer

    def transaction(connection: Connection) -> Conversation | None:
        found = conversations.newest_of_customer(connection, opened.site, customer, opened.language)
        if found is not None:
            conversations.add_token(connection, found.id, hash_token(token), book.clock())
        return found

    found = await book.insert(transaction)
    return None if found is None else Started(found, token, [], resumed=True)


async def identify(book: Book, conversation: Conversation, customer: str) -> Started | None:
    """Say whose conversation this is. Returns an earlier one of hers to go on with in its place,
    when nothing has been asked in this one; else None. Conflict when it is another customer's."""

    def transaction(sheet: Sheet) -> bool:
        now = sheet.conversation
        if now.customer not in (None, customer):
            raise Conflict("This conversation belongs to another customer.")
        is_new = now.customer is None
        if is_new:
            conversations.set_customer(sheet.connection, now.id, customer)
        return is_new and now.customer_seq == 0

    is_empty = await book.write(conversation.id, transaction)
    if not is_empty:
        return None
    return await resume(book, replace(conversation, customer=customer))
