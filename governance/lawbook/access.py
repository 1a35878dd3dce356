"""Which right opens the what-if of a system: that of its classification.

The law itself is open to everybody who has signed in.
"""

from governance.classification.access import VIEW as VIEW
