from django.urls import path

from governance.classification import api
from governance.classification.views import classifications, requests, review, wizard

app_name = "classification"
TAB = "systems/<uuid:pk>/classification"
ONE = f"{TAB}/<uuid:classification_id>"
urlpatterns = [
    path(f"{TAB}/", classifications.overview, name="overview"),
    path(f"{TAB}/new/", wizard.wizard, name="wizard"),
    path(f"{TAB}/new/verdict/", review.first_verdict, name="verdict"),
    path(f"{TAB}/new/review/", review.review, name="review"),
    path(f"{TAB}/new/law/", wizard.change_law, name="law"),
    path(f"{TAB}/new/discard/", wizard.discard, name="discard"),
    path(f"{TAB}/asked/", requests.ask, name="ask"),
    path(f"{TAB}/asked/<uuid:request_id>/", requests.asked, name="asked"),
    path(f"{TAB}/asked/<uuid:request_id>/take/", requests.take_in, name="take_in"),
    path(
        f"{TAB}/asked/<uuid:request_id>/withdraw/", requests.withdraw, name="withdraw"
    ),
    path(f"{ONE}/", classifications.one, name="one"),
    path(f"{ONE}/take/", wizard.take, name="take"),
    path(f"{ONE}/approve/", classifications.approve, name="approve"),
    path(f"{ONE}/return/", classifications.send_back, name="return"),
]
api_urlpatterns = [
    path(
        "systems/<uuid:pk>/classifications",
        api.Classifications.as_view(),
        name="classifications",
    ),
    path(
        "systems/<uuid:pk>/classifications/<uuid:classification_id>",
        api.OneClassification.as_view(),
        name="classification",
    ),
    path("law/classify", api.Classify.as_view(), name="classify"),
    path("law/questions", api.Questions.as_view(), name="questions"),
]
