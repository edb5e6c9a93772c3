from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0002_calendars_in_mail'),
    ]

    operations = [
        migrations.CreateModel(
            name='OAuthClient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=10, unique=True)),
                ('client_id', models.CharField(max_length=254)),
                ('secret', models.TextField()),
                ('tenant', models.CharField(blank=True, max_length=100)),
                ('set_at', models.DateTimeField()),
            ],
        ),
    ]
