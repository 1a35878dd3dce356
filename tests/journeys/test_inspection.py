"""The inspection of pages sees what is wrong: it has to be able to fail."""

from playwright.sync_api import Browser

from tests.journeys.inspection import Watch, inspect

BAD = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title> · Probatum</title>
<meta http-equiv="Content-Security-Policy" content="script-src 'none'"></head>
<body><h1>One</h1><h1>Two</h1><main><input><a href="#x" tabindex="-1">Link</a>
<p style="color: #ccc; background: #fff">Hardly seen</p>
<div style="width: 600px">Wide</div><img src="http://127.0.0.2:9/x" alt="">
<script>1</script></main></body></html>"""


def test_each_kind_of_fault_is_found(browser: Browser) -> None:
    tab = browser.new_page()
    watch = Watch("http://127.0.0.1:1")
    watch.on(tab)
    tab.route("http://127.0.0.1:1/", lambda route: route.fulfill(
        body=BAD, content_type="text/html"))  # fmt: skip
    tab.goto("http://127.0.0.1:1/")
    found = "\n".join([*inspect(tab), *watch.faults])
    tab.close()
    for fault in (
        "2 headings of the first level",
        "the title is empty",
        "not reached by Tab",
        "Tab does not begin at the skip link",
        "axe (light, 1440 px): color-contrast",
        "axe (light, 360 px): label",
        "wider than 360 px",
        "request to another origin",
        "CSP: script-src",
    ):
        assert fault in found, found
