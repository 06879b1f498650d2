"""Where a team writes its FAQ: entries in files, drafts beside them, what a change would do."""
