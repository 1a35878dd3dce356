"""When the workers were heard of last."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0003_draft_keeps_date_and_removed_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heard',
            fields=[
                ('queue', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='queue')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
