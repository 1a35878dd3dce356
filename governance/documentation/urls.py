from django.urls import URLPattern

app_name = "documentation"
urlpatterns: list[URLPattern] = []
api_urlpatterns: list[URLPattern] = []
