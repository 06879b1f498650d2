"""The help desk: conversations, handoffs, outcomes and reports, and all that is stored."""
