"""The pages of mail: mailboxes, threads, writing, what nobody knows, templates."""
