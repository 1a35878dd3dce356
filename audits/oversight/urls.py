from django.urls import path

from audits.oversight import api

app_name = "oversight"
urlpatterns = [path("oversight", api.post_review, name="post")]
