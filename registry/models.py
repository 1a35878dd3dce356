"""A table of contents: the models live in their rooms."""

from registry.aimodels.models import AIModel, Metric, ModelVersion
from registry.datasets.models import Dataset, DatasetVersion
from registry.deployments.models import Deployment, LivePeriod
from registry.documents.models import Document
from registry.operators.models import Operator
from registry.people.models import (
    Membership,
    Organisation,
    RoleGroup,
    ServiceKey,
    Throttle,
    User,
    UserSession,
)
from registry.systems.models import (
    AISystem,
    AISystemGroupPermission,
    AISystemUserPermission,
    OperatorRole,
    SystemChange,
    SystemVersion,
)

__all__ = [
    "AIModel",
    "AISystem",
    "AISystemGroupPermission",
    "AISystemUserPermission",
    "Dataset",
    "DatasetVersion",
    "Deployment",
    "Document",
    "LivePeriod",
    "Membership",
    "Metric",
    "ModelVersion",
    "Operator",
    "OperatorRole",
    "Organisation",
    "RoleGroup",
    "ServiceKey",
    "SystemChange",
    "SystemVersion",
    "Throttle",
    "User",
    "UserSession",
]
