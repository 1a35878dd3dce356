"""What the door to a system is asked for, before its exemption records."""

VIEW = "governance.view_derogationrecord"
CHANGE = "governance.change_derogationrecord"
APPROVE = "governance.approve_derogationrecord"
