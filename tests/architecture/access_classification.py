"""Who gets what at the addresses of classification; the columns of access_table."""

CLASSIFICATION = {
    # classification
    "POST classification:ask": "302 404 403 302 302 403 403 403 403",
    "POST classification:asked": "302 404 403 403 403 403 403 403 403",
    "classification:asked": "302 404 403 403 403 403 403 403 403",
    "POST classification:take_in": "302 404 403 302 302 403 403 403 403",
    "classification:verdict": "302 404 403 302 302 403 403 403 403",
    "POST classification:withdraw": "302 404 403 302 302 403 403 403 403",
    "POST classification:approve": "302 404 403 403 422 403 403 403 403",
    "POST classification:discard": "302 404 403 302 302 403 403 403 403",
    "POST classification:law": "302 404 403 302 302 403 403 403 403",
    "classification:one": "302 404 200 200 200 200 200 200 200",
    "classification:overview": "302 404 200 200 200 200 200 200 200",
    "POST classification:return": "302 404 403 403 422 403 403 403 403",
    "POST classification:review": "302 404 403 302 302 403 403 403 403",
    "classification:review": "302 404 403 302 302 403 403 403 403",
    "POST classification:take": "302 404 403 302 302 403 403 403 403",
    "POST classification:wizard": "302 404 403 302 302 403 403 403 403",
    "classification:wizard": "302 404 403 200 200 403 403 403 403",
    # classification_api
    "classification_api:classification": "401 404 200 200 200 200 200 200 200",
    "POST classification_api:classifications": "401 404 403 400 400 403 403 403 403",
    "classification_api:classifications": "401 404 200 200 200 200 200 200 200",
    "POST classification_api:classify": "401 200 200 200 200 200 200 200 200",
    "POST classification_api:questions": "401 200 200 200 200 200 200 200 200",
    "classification_api:questions": "401 200 200 200 200 200 200 200 200",
}
