from django.urls import path

from governance.derogation import api
from governance.derogation.views import desk
from governance.papers.urls import addresses

app_name = "derogation"
urlpatterns = addresses(desk)
ALL = "systems/<uuid:pk>/derogations"
ONE = f"{ALL}/<uuid:paper_id>"
api_urlpatterns = [
    path(ALL, api.Records.as_view(), name="records"),
    path(f"{ALL}/standing", api.Standing.as_view(), name="standing"),
    path(ONE, api.OneRecord.as_view(), name="record"),
    path(f"{ONE}/<slug:element>", api.OneElement.as_view(), name="element"),
    path("law/derogation", api.OwedByLaw.as_view(), name="owed"),
]
