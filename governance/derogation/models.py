"""The record of an exemption from high-risk (Art. 6(4))."""

from django.utils.translation import gettext_lazy as _

from governance.papers.models import Paper


class DerogationRecord(Paper):
    """One version of a provider's record for one system of Annex III."""

    class Meta(Paper.Meta):
        verbose_name = _("record of an exemption")
        permissions = [
            ("approve_derogationrecord", "Can approve an exemption record (Art. 6(4))")
        ]
