"""What the door to a system is asked for, before its technical documentation."""

VIEW = "governance.view_annextext"
CHANGE = "governance.change_annextext"
APPROVE = "governance.approve_annextext"
