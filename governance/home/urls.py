from django.urls import path

from governance.home import views

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("law/", views.law_page, name="law"),
]
