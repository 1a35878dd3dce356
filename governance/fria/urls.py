from django.urls import path

from governance.fria import api
from governance.fria.views import desk
from governance.papers.urls import addresses

app_name = "fria"
ALL = "systems/<uuid:pk>/fria"
ONE = f"{ALL}/<uuid:paper_id>"
urlpatterns = [*addresses(desk), path(f"{ONE}/notify/", desk.notify, name="notify")]
api_urlpatterns = [
    path(ALL, api.Assessments.as_view(), name="assessments"),
    path(f"{ALL}/standing", api.Standing.as_view(), name="standing"),
    path(ONE, api.OneAssessment.as_view(), name="assessment"),
    path(f"{ONE}/notifications", api.Notifications.as_view(), name="notifications"),
    path(f"{ONE}/<slug:element>", api.OneElement.as_view(), name="element"),
    path("law/fria", api.OwedByLaw.as_view(), name="owed"),
]
