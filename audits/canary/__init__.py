"""A canary: an event of our own each minute, and a reader who trusts nobody.

It goes in over HTTP, through the door that every service uses, with a key that lives
for that one post and is kept nowhere. The receipt is then checked with the code that a
reader has (`audits.tlog`): the checkpoint's signature, the path from the leaf to its
root, that the stored entry and payload are what was sent, and that the tree begins with
the tree of the last receipt that held.

Its log is of class "evidence", because it has to go the way that evidence goes, and
because wiping the sample must not set it back. It belongs to no AI system: no figure,
list or dossier counts it.
"""
