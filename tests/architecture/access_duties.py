"""Who gets what at the addresses of duties and roles; columns as in access_table."""

DUTIES = {
    # calendar_api: its secret is the only key
    "calendar_api:feed": "404 404 404 404 404 404 404 404 404",
    # obligations
    "POST obligations:act": "302 404 403 422 422 403 422 403 403",
    "obligations:all": "302 200 200 200 200 200 200 200 200",
    "obligations:calendar": "302 200 200 200 200 200 200 200 200",
    "POST obligations:deadline": "302 404 403 422 422 403 403 403 403",
    "obligations:deadline": "302 404 403 200 200 403 403 403 403",
    "POST obligations:end_feed": "302 302 302 302 302 302 302 302 302",
    "POST obligations:make_feed": "302 200 200 200 200 200 200 200 200",
    "POST obligations:assign": "302 404 403 302 302 403 403 403 403",
    "obligations:of_system": "302 404 200 200 200 200 200 200 403",
    "obligations:one": "302 404 200 200 200 200 200 200 403",
    # obligations_api
    "obligations_api:all": "401 200 200 200 200 200 200 200 200",
    "POST obligations_api:of_system": "401 404 400 400 400 400 400 400 403",
    "obligations_api:of_system": "401 404 200 200 200 200 200 200 403",
    # circumstances: seen with the system; the authority meets no list of operators
    "POST circumstances:everywhere": "302 404 422 422 422 403 403 403 404",
    "circumstances:everywhere": "302 404 200 200 200 200 200 200 404",
    "circumstances:of_operator": "302 404 200 200 200 200 200 200 404",
    "circumstances:of_system": "302 404 200 200 200 200 200 200 200",
    "POST circumstances:state": "302 404 422 422 422 403 403 403 403",
    "circumstances:state": "302 404 200 200 200 200 200 200 200",
    # circumstances_api
    "circumstances_api:acting": "401 404 200 200 200 200 200 200 200",
    "POST circumstances_api:of_operator": "401 404 400 400 400 403 403 403 404",
    "circumstances_api:of_operator": "401 404 200 200 200 200 200 200 404",
    "POST circumstances_api:of_system": "401 404 400 400 400 403 403 403 403",
    "circumstances_api:of_system": "401 404 200 200 200 200 200 200 200",
    # value_chain
    "POST value_chain:answer": "302 404 422 422 422 403 403 403 403",
    "value_chain:answer": "302 404 200 200 200 403 403 403 403",
    "POST value_chain:roles": "302 422 422 422 422 403 403 403 403",
    "value_chain:roles": "302 200 200 200 200 403 403 403 403",
    "value_chain:stated": "302 404 302 302 302 403 403 403 403",
    "value_chain:of_system": "302 404 200 200 200 200 200 200 200",
    # value_chain_api
    "value_chain_api:alarms": "401 404 200 200 200 200 200 200 200",
    "POST value_chain_api:answers": "401 404 400 400 400 403 403 403 403",
    "value_chain_api:answers": "401 404 200 200 200 200 200 200 200",
}
