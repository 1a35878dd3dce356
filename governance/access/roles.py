"""Who may do what: one table, role -> permissions. Everything else is derived.

``manage.py prepare`` (and every new organisation) writes it into one Django group
per organisation and role. Superuser is not a working role and appears nowhere.
"""

from registry.people.models import Role

# What every role may see of the organisation's systems.
READ = frozenset(
    {
        "registry.view_aisystem",
        "registry.view_predictions",
        "registry.view_operator",
        "registry.view_aimodel",
        "registry.view_dataset",
        "registry.view_deployment",
        "registry.view_document",
        "registry.view_trail",
        "governance.view_classification",
        "governance.view_annextext",
        "governance.view_dossier",
        "governance.view_impactassessment",
        "governance.view_derogationrecord",
        "governance.view_registration",
        "governance.view_lawrun",
        "governance.view_obligation",
    }
)
# Who works in the organisation, and which keys it has.
READ_ORGANISATION = frozenset({"registry.view_membership", "registry.view_servicekey"})
STATE_FACTS = frozenset(
    {
        "registry.add_aisystem",
        "registry.change_aisystem",
        "registry.add_operator",
        "registry.change_operator",
        "registry.add_document",
    }
)
BUILD = frozenset(
    {
        "registry.add_systemversion",
        "registry.add_aimodel",
        "registry.add_modelversion",
        "registry.add_dataset",
        "registry.add_datasetversion",
        "registry.add_deployment",
        "registry.change_deployment",
        "registry.add_document",
    }
)
# Whether the evidence is kept as it should be, and what to say when it is not.
WATCH = frozenset({"audits.view_health", "audits.acknowledge_fault"})
# How long records are kept; a removal takes one who prepares and one who approves.
PREPARE_REMOVAL = frozenset({"audits.view_retention", "audits.prepare_removal"})
APPROVE_REMOVAL = PREPARE_REMOVAL | {
    "audits.manage_retention",
    "audits.approve_removal",
}
# What is given out of the log is chosen by who answers to authorities.
DISCLOSE = frozenset({"registry.disclose_evidence"})
WRITE_DOCUMENTATION = frozenset({"governance.change_annextext"})
# Assessments of Art. 27 and records of Art. 6(4): written by two, approved by one.
WRITE_PAPERS = frozenset(
    {"governance.change_impactassessment", "governance.change_derogationrecord"}
)
APPROVE_PAPERS = frozenset(
    {"governance.approve_impactassessment", "governance.approve_derogationrecord"}
)
# What Art. 49(4) keeps from the public is read by those who answer for it, and by the
# authorities whose systems these are.
READ_SECURE = frozenset({"governance.view_secure_registration"})
REGISTER = READ_SECURE | {"governance.change_registration"}
# Duties: who plans them, and who brings evidence. Accepting it is another's.
SUBMIT_EVIDENCE = frozenset({"governance.submit_obligation"})
PLAN_DUTIES = SUBMIT_EVIDENCE | {"governance.change_obligation"}

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.ADMINISTRATOR: READ
    | READ_ORGANISATION
    | STATE_FACTS
    | WATCH
    | APPROVE_REMOVAL
    | {"registry.manage_people", "registry.manage_keys", "registry.verify_evidence"},
    Role.RISK_OFFICER: READ
    | STATE_FACTS
    | WRITE_DOCUMENTATION
    | WRITE_PAPERS
    | REGISTER
    | PLAN_DUTIES
    | PREPARE_REMOVAL
    | DISCLOSE
    | {
        "audits.view_health",
        "governance.add_classification",
        "registry.request_erasure",
        "registry.verify_evidence",
    },
    Role.COMPLIANCE_OFFICER: READ
    | STATE_FACTS
    | WRITE_DOCUMENTATION
    | WRITE_PAPERS
    | APPROVE_PAPERS
    | REGISTER
    | PLAN_DUTIES
    | WATCH
    | APPROVE_REMOVAL
    | DISCLOSE
    | {
        "governance.add_classification",
        "governance.approve_classification",
        "governance.approve_annextext",
        "governance.accept_obligation",
        "governance.add_dossier",
        "governance.submit_registration",
        "governance.start_lawrun",
        "registry.request_erasure",
        "registry.decide_erasure",
        "registry.verify_evidence",
    },
    Role.OVERSEER: READ | {"registry.review_predictions", "registry.verify_evidence"},
    Role.ENGINEER: READ
    | BUILD
    | WRITE_DOCUMENTATION
    | SUBMIT_EVIDENCE
    | {
        "registry.manage_keys",
        "registry.view_servicekey",
        "registry.verify_evidence",
    },
    Role.AUDITOR: READ
    | READ_ORGANISATION
    | READ_SECURE
    | {
        "audits.view_health",
        "audits.view_retention",
        "registry.verify_evidence",
    },
    # An authority reads the systems it was given, and nothing of the organisation: not
    # who there works on what, nor how far they are. The dossier prints the duties.
    Role.AUTHORITY: (READ - {"registry.view_trail", "governance.view_obligation"})
    | READ_SECURE
    | {"registry.verify_evidence"},
}
