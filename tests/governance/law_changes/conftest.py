"""What the tests of changes of the law share."""

from tests.governance.law_changes.worlds import amend

__all__ = ["amend"]
