"""Who gets what at the addresses of the law; the columns are those of the table."""

LAW = {
    # law_changes
    "law_changes:moves": "302 200 200 200 200 200 200 200 200",
    "law_changes:of_system": "302 404 200 200 200 200 200 200 200",
    "law_changes:progress": "302 286 286 286 286 286 286 286 286",
    "POST law_changes:start": "302 422 403 403 422 403 403 403 403",
    # lawbook
    "lawbook:changes": "302 200 200 200 200 200 200 200 200",
    "lawbook:count": "302 200 200 200 200 200 200 200 200",
    "lawbook:deadlines": "302 200 200 200 200 200 200 200 200",
    "lawbook:duties": "302 200 200 200 200 200 200 200 200",
    "lawbook:timeline": "302 200 200 200 200 200 200 200 200",
    "lawbook:whatif": "302 404 200 200 200 200 200 200 200",
    # lawbook_api
    "lawbook_api:changes": "401 200 200 200 200 200 200 200 200",
    "POST lawbook_api:deadlines": "401 400 400 400 400 400 400 400 400",
    "lawbook_api:deadlines": "401 200 200 200 200 200 200 200 200",
    "lawbook_api:definitions": "401 200 200 200 200 200 200 200 200",
    "POST lawbook_api:duties": "401 400 400 400 400 400 400 400 400",
    "lawbook_api:question": "401 200 200 200 200 200 200 200 200",
    "lawbook_api:timeline": "401 200 200 200 200 200 200 200 200",
    "POST lawbook_api:whatif": "401 200 200 200 200 200 200 200 200",
}
