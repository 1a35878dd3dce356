"""The addresses of a versioned document, for a room to include as its own."""

from django.urls import URLPattern, path

from governance.papers.views.desk import Desk


def addresses(desk: Desk) -> list[URLPattern]:
    """All pages of one kind of document, below systems/<pk>/<room>/."""
    tab = f"systems/<uuid:pk>/{desk.kind.room}"
    one = f"{tab}/<uuid:paper_id>"
    return [
        path(f"{tab}/", desk.of_system, name="of_system"),
        path(f"{tab}/begin/<uuid:operator_id>/", desk.begin, name="begin"),
        path(f"{one}/", desk.one, name="one"),
        path(f"{one}/propose/", desk.propose, name="propose"),
        path(f"{one}/approve/", desk.approve, name="approve"),
        path(f"{one}/return/", desk.send_back, name="return"),
        path(f"{one}/json/", desk.json, name="json"),
        path(f"{one}/pdf/", desk.pdf, name="pdf"),
        path(f"{one}/write/<slug:element>/", desk.part, name="part"),
    ]
