"""A spool: events on this machine's disk, from the moment they happened until the
server has them.

    FOLDER/lane-0/writer.lock         held by the process that adds events here
                  sender.lock         held by the process that sends them
                  00000001.events     segments: a head, then a line for each event
                  sent                how far they are sent; a hint, never needed
                  spent               numbers that were given to events that got lost
                  checkpoint          the newest checkpoint that the server answered
                  aside.jsonl         events that the server will never take, and why
           receipts/DAY…jsonl.gz      every answer of the server, as it came

Each process writes into a lane of its own, so no process can spoil the lines of
another; a lane whose process has ended is taken over by the next one that starts.
What this costs and promises stands in `writer` and `reader`.
"""
