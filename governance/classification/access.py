"""What the door to a system is asked for, before its classification."""

VIEW = "governance.view_classification"
ADD = "governance.add_classification"
APPROVE = "governance.approve_classification"
