"""What needs a person today, what changed, and four figures."""

from governance.home.selectors.need import Need
from governance.home.selectors.needs import Count, changes, counts, needs, systems_here

__all__ = ["Count", "Need", "changes", "counts", "needs", "systems_here"]
