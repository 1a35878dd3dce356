class StackError(Exception):
    """The stack cannot start or go on.

    The message is shown as it is: what was wrong, where, and what to do.
    """
