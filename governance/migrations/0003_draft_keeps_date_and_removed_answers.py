from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("governance", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="classificationdraft",
            name="removed",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="classificationdraft",
            name="on",
            field=models.DateField(blank=True, null=True, verbose_name="law as on"),
        ),
        migrations.AddField(
            model_name="classificationdraft",
            name="edition",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
    ]
