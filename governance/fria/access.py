"""What the door to a system is asked for, before its impact assessments."""

VIEW = "governance.view_impactassessment"
CHANGE = "governance.change_impactassessment"
APPROVE = "governance.approve_impactassessment"
