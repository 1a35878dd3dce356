"""What the door to a system or an operator is asked for, before its circumstances."""

VIEW = "registry.view_aisystem"
CHANGE = "registry.change_aisystem"
