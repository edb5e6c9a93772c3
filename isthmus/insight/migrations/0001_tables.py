"""The tables of forecasts and chances."""

import django.db.models.deletion
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [
        ('insight', name)
        for name in (
            '0001_forecasts',
            '0002_chances',
        )
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ChanceReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField()),
                ('says', models.JSONField()),
            ],
            options={
                'indexes': [models.Index(fields=['-made_at'], name='insight_chances_latest')],
            },
        ),
        migrations.CreateModel(
            name='ForecastReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('length', models.CharField(max_length=8)),
                ('period_start', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('currency', models.CharField(max_length=3)),
                ('says', models.JSONField()),
            ],
            options={
                'indexes': [models.Index(fields=['length', '-made_at'], name='insight_forecast_latest')],
            },
        ),
        migrations.CreateModel(
            name='DealChance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deal_id', models.BigIntegerField(unique=True)),
                ('chance', models.FloatField()),
                ('low', models.FloatField()),
                ('high', models.FloatField()),
                ('why', models.JSONField(default=list)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chances', to='insight.chancereport')),
            ],
        ),
    ]
