from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sales', '0002_activity_ids'),
    ]

    operations = [
        migrations.AddField(
            model_name='pipeline',
            name='stale_days',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='stage',
            name='gate',
            field=models.JSONField(default=list),
        ),
        migrations.AddIndex(
            model_name='deal',
            index=models.Index(fields=['stage', 'state', 'stage_since', 'id', 'currency', 'amount'], name='sales_deal_board'),
        ),
    ]
