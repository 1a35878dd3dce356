from django.urls import path

from registry.operators import api, views

app_name = "operators"
urlpatterns = [
    path("operators/", views.list, name="list"),
    path("operators/add/", views.add, name="add"),
    path("operators/<uuid:pk>/", views.edit, name="edit"),
]
api_urlpatterns = [
    path("operators", api.Operators.as_view(), name="operators"),
    path("operators/<uuid:pk>", api.OneOperator.as_view(), name="operator"),
]
