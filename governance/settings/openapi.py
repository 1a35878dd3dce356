"""How the OpenAPI document is made, and what it calls choices of the same name."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Probatum",
    "DESCRIPTION": "Register AI systems, post their events, verify their evidence.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Plain views, for speed, that the generator would not find by itself.
    "PREPROCESSING_HOOKS": ["registry.predictions.api.openapi.describe_machines"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "governance.api.describe_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CircumstanceAnswer": "governance.circumstances.models.Circumstance.Answer",
        "DutyAct": "governance.obligations.serializers.ACT_NAMES",
        "ErasureState": "audits.erasure.models.Erasure.State",
        "MemberState": "registry.systems.models.MemberState",
        "NotificationKind": "governance.fria.models.AuthorityNotification.Kind",
        "OccasionKind": "governance.value_chain.serializers.OCCASIONS",
        "PaperState": "governance.papers.models.Paper.State",
        "ReviewAct": "audits.oversight.models.Act",
        "RoleEnum": "registry.operators.models.OperatorRoleName",
        "SystemChangeKind": "registry.systems.models.SystemChange.Kind",
    },
}
