"""Reading the logs again as they are stored, and hashing them again, for ever.

A transparency log catches a change when somebody compares; this room is the somebody
who always does. Each hour a sample of tiles, spread over the logs and over the life of
each, is held to its entries, payloads and the newest saved checkpoint. Each night
everything is, entry by entry, from the first to the newest saved checkpoint of each
log. What is wrong becomes a fault that stays until a named person acknowledges it.

A changed entry is told once: what follows is held to the hash in its tile, as long as
that leads to the signed root. Where neither does, the rest of the log is held to its
tiles and no longer to the checkpoints, until the cause is mended.

What it does not find: rows that no entry accounts for (`exportlog` does), and whoever
rewrites a whole log and signs it anew (witnesses and kept receipts do).
"""
