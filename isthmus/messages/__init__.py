"""Mail: mailboxes, threads, messages in and out, each sent once at most, and what they are written with."""
