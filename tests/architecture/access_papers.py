"""Who gets what of documentation, assessments (Art. 27), records (Art. 6(4)), drafts.

Columns as in `access_table.py`. Assessments and records of the world are drafts,
and paper is for what was proposed: hence 404 for the PDF.
"""

PAPERS = {
    # derogation
    "POST derogation:approve": "302 404 403 403 422 403 403 403 403",
    "POST derogation:begin": "302 404 403 302 302 403 403 403 403",
    "derogation:json": "302 404 200 200 200 200 200 200 404",
    "derogation:of_system": "302 404 200 200 200 200 200 200 200",
    "derogation:one": "302 404 200 200 200 200 200 200 404",
    "POST derogation:part": "302 404 403 422 422 403 403 403 403",
    "derogation:part": "302 404 403 200 200 403 403 403 403",
    "derogation:pdf": "302 404 404 404 404 404 404 404 404",
    "POST derogation:propose": "302 404 403 422 422 403 403 403 403",
    "POST derogation:return": "302 404 403 403 422 403 403 403 403",
    # derogation_api
    "PUT derogation_api:element": "401 404 403 400 400 403 403 403 403",
    "POST derogation_api:owed": "401 400 400 400 400 400 400 400 400",
    "derogation_api:record": "401 404 200 200 200 200 200 200 404",
    "POST derogation_api:records": "401 404 403 400 400 403 403 403 403",
    "derogation_api:records": "401 404 200 200 200 200 200 200 200",
    "derogation_api:standing": "401 404 200 200 200 200 200 200 200",
    # documentation
    "POST documentation:approve": "302 404 403 403 422 403 403 403 403",
    "POST documentation:copy": "302 404 403 302 302 403 302 403 403",
    "POST documentation:leaf": "302 404 403 422 422 403 422 403 403",
    "documentation:leaf": "302 404 200 200 200 200 200 200 200",
    "documentation:overview": "302 404 200 200 200 200 200 200 200",
    # documentation_api
    "PUT documentation_api:leaf": "401 404 403 400 400 403 400 403 403",
    "documentation_api:leaf": "401 404 200 200 200 200 200 200 200",
    # fria
    "POST fria:approve": "302 404 403 403 422 403 403 403 403",
    "POST fria:begin": "302 404 403 302 302 403 403 403 403",
    "fria:json": "302 404 200 200 200 200 200 200 404",
    "POST fria:notify": "302 404 403 422 422 403 403 403 403",
    "fria:notify": "302 404 403 200 200 403 403 403 403",
    "fria:of_system": "302 404 200 200 200 200 200 200 200",
    "fria:one": "302 404 200 200 200 200 200 200 404",
    "POST fria:part": "302 404 403 422 422 403 403 403 403",
    "fria:part": "302 404 403 200 200 403 403 403 403",
    "fria:pdf": "302 404 404 404 404 404 404 404 404",
    "POST fria:propose": "302 404 403 422 422 403 403 403 403",
    "POST fria:return": "302 404 403 403 422 403 403 403 403",
    # fria_api
    "fria_api:assessment": "401 404 200 200 200 200 200 200 404",
    "POST fria_api:assessments": "401 404 403 400 400 403 403 403 403",
    "fria_api:assessments": "401 404 200 200 200 200 200 200 200",
    "PUT fria_api:element": "401 404 403 400 400 403 403 403 403",
    "POST fria_api:notifications": "401 404 403 400 400 403 403 403 403",
    "fria_api:notifications": "401 404 200 200 200 200 200 200 404",
    "POST fria_api:owed": "401 400 400 400 400 400 400 400 400",
    "fria_api:standing": "401 404 200 200 200 200 200 200 200",
    # registration: nothing is established, so all is read as not public (Art. 49(4))
    "registration:draft": "302 404 403 200 200 403 403 200 200",
    "registration:export": "302 404 403 200 200 403 403 200 200",
    "POST registration:field": "302 404 403 422 422 403 403 403 403",
    "registration:field": "302 404 403 200 200 403 403 403 403",
    "registration:of_system": "302 404 200 200 200 200 200 200 200",
    "registration:submission": "302 404 200 200 200 200 200 200 200",
    "POST registration:submit": "302 404 403 403 422 403 403 403 403",
    "registration:submitted_file": "302 404 200 200 200 200 200 200 200",
    # registration_api
    "registration_api:draft": "401 404 403 200 200 403 403 200 200",
    "PUT registration_api:field": "401 404 403 400 400 403 403 403 403",
    "registration_api:file": "401 404 403 200 200 403 403 200 200",
    "registration_api:registrations": "401 404 200 200 200 200 200 200 200",
    "POST registration_api:submissions": "401 404 403 403 400 403 403 403 403",
}
