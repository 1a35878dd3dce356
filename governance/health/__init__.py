"""Whether the evidence is being kept: for monitors, for programs, and for people.

`/readyz` says that this server and its database answer: traffic can be sent to it.
`/healthz` is red when something would harm the evidence if nobody looked: a log that
grew and has had no signed checkpoint for ten seconds, workers that are not heard of, a
full disk, a broker that is away, a canary without a receipt, a fault of the scrub.
The page says the same in words, log by log, with what to do about it.
"""
