"""Pages of the exemption records of a system (Art. 6(4))."""

from governance.derogation.contents import KIND
from governance.papers.views.desk import Desk

desk = Desk(KIND)
