"""Snapshots, and the walk over an organisation's systems after a change of the law.

1. The row is the queue: a portion of some systems is taken by locking it, worked on and
   marked as done in one transaction. A worker that dies leaves nothing behind.
2. A worker whose data of the law are not those of the run leaves the portion to others.
3. Before and after are derived for the same answers, roles and facts, those of the
   snapshot: what moves, moves by the law alone.
4. A verdict is never replaced here. Where findings move, a person is given a draft with
   the former answers; a second person approves what comes of it, as ever.
"""
