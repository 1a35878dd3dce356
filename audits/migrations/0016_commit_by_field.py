"""Whether the entries of a source commit to each field of an event."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0015_log_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='eventsource',
            name='by_field',
            field=models.BooleanField(default=False, help_text='Entries commit to each field of an event, not to its parts only.', verbose_name='single fields can be disclosed'),
        ),
    ]
