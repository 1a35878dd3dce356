"""Who may choose what is disclosed of a prediction, and to whom."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0006_who_erases'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='aisystem',
            options={'permissions': [('view_predictions', 'Can read predictions and proofs'), ('review_predictions', 'Can review predictions (Art. 14)'), ('verify_evidence', 'Can run verification'), ('request_erasure', 'Can ask that a person be erased (GDPR Art. 17)'), ('decide_erasure', 'Can decide whether a person is erased'), ('disclose_evidence', 'Can disclose evidence to an authority')], 'verbose_name': 'AI system', 'verbose_name_plural': 'AI systems'},
        ),
    ]
