from django.urls import path

from governance.registration.api import drafts as api
from governance.registration.views import drafts, files

app_name = "registration"
TAB = "systems/<uuid:pk>/registration"
DONE = f"{TAB}/submitted/<uuid:submission_id>"
DRAFT = f"{TAB}/<uuid:operator>/<slug:section>"
urlpatterns = [
    path(f"{TAB}/", drafts.of_system, name="of_system"),
    path(f"{DONE}/", files.submission, name="submission"),
    path(f"{DONE}/<slug:kind>/", files.submitted_file, name="submitted_file"),
    path(f"{DRAFT}/", drafts.draft, name="draft"),
    path(f"{DRAFT}/submit/", drafts.submit, name="submit"),
    path(f"{DRAFT}/export/<slug:kind>/", files.export, name="export"),
    path(f"{DRAFT}/<slug:field>/", drafts.field, name="field"),
]
API = "systems/<uuid:pk>/registrations"
ONE = f"{API}/<uuid:operator>/<slug:section>"
api_urlpatterns = [
    path(API, api.Registrations.as_view(), name="registrations"),
    path(ONE, api.OneDraft.as_view(), name="draft"),
    path(f"{ONE}/fields/<slug:field>", api.DraftText.as_view(), name="field"),
    path(f"{ONE}/submissions", api.Submissions.as_view(), name="submissions"),
    path(f"{ONE}/export/<slug:kind>", api.DraftFile.as_view(), name="file"),
]
