from django.urls import path

from registry.systems.api import parts, systems
from registry.systems.views import (
    changes,
    overview,
    register,
    roles,
    sources,
    versions,
)

app_name = "systems"
ONE = "systems/<uuid:pk>"
SOURCE = f"{ONE}/sources/<uuid:source_id>"
urlpatterns = [
    path("systems/", overview.list, name="list"),
    path("systems/register/", register.register, name="register"),
    path(f"{ONE}/", overview.overview, name="overview"),
    path(f"{ONE}/edit/", register.edit, name="edit"),
    path(f"{ONE}/versions/", versions.versions, name="versions"),
    path(f"{ONE}/versions/add/", versions.add, name="add_version"),
    path(f"{ONE}/changes/add/", changes.add, name="add_change"),
    path(f"{ONE}/roles/add/", roles.add, name="add_role"),
    path(f"{ONE}/roles/<uuid:role_id>/end/", roles.end, name="end_role"),
    path(f"{ONE}/sources/", sources.sources, name="sources"),
    path(f"{SOURCE}/by-field/", sources.by_field, name="by_field"),
    path(f"{SOURCE}/keys/mint/", sources.mint, name="mint_key"),
    path(f"{SOURCE}/keys/<slug:prefix>/revoke/", sources.revoke, name="revoke_key"),
]
api_urlpatterns = [
    path("systems", systems.Systems.as_view(), name="systems"),
    path("systems/<uuid:pk>", systems.OneSystem.as_view(), name="system"),
    path("systems/<uuid:pk>/versions", parts.Versions.as_view(), name="versions"),
    path("systems/<uuid:pk>/roles", parts.Roles.as_view(), name="roles"),
    path(
        "systems/<uuid:pk>/roles/<uuid:role_id>", parts.OneRole.as_view(), name="role"
    ),
    path("systems/<uuid:pk>/changes", parts.Changes.as_view(), name="changes"),
]
