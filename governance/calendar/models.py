"""The secret address under which a person's own calendar program reads due days."""

import uuid

from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """One per person. Only the digest of the secret is kept; a new one replaces it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed"
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    # Otherwise: of all systems that the person sees.
    only_mine = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user)
