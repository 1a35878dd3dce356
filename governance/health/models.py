"""When the workers were heard of last."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heard(models.Model):
    """The newest message of beat's that a worker of this queue worked off."""

    queue = models.CharField(_("queue"), primary_key=True, max_length=40)
    at = models.DateTimeField(_("at"))

    class Meta:
        default_permissions = ()
