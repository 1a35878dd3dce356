"""Addresses of duties. With other rooms they make the space "obligations"."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from governance.obligations import api
from governance.obligations.services import ACTS
from governance.obligations.views import everywhere, one, system


class ActConverter(StringConverter):
    """The name of an act; anything else is no address."""

    regex = "|".join(name.replace("_", "-") for name in ACTS)

    def to_python(self, value: str) -> str:
        return value.replace("-", "_")

    def to_url(self, value: str) -> str:
        return value.replace("_", "-")


register_converter(ActConverter, "duty_act")

TAB = "systems/<uuid:pk>/duties"
ONE = f"{TAB}/<uuid:obligation_id>"
urlpatterns = [
    path("obligations/", everywhere.everywhere, name="all"),
    path(f"{TAB}/", system.of_system, name="of_system"),
    path(f"{TAB}/assign/", system.assign, name="assign"),
    path(f"{ONE}/", one.one, name="one"),
    path(f"{ONE}/<duty_act:act>/", one.act, name="act"),
]
api_urlpatterns = [
    path("systems/<uuid:pk>/obligations", api.OfSystem.as_view(), name="of_system"),
    path("obligations", api.Everywhere.as_view(), name="all"),
]
