from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workspace', '0003_desk'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='mailed',
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name='notification',
            name='mailed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='notification',
            name='record_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='notification',
            name='record_kind',
            field=models.CharField(blank=True, max_length=12),
        ),
    ]
