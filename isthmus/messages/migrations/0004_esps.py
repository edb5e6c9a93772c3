from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0003_oauth_clients'),
    ]

    operations = [
        migrations.AddField(model_name='mailbox', name='esp', field=models.CharField(blank=True, max_length=10, default=''), preserve_default=False),
        migrations.AddField(model_name='mailbox', name='esp_region', field=models.CharField(blank=True, max_length=20, default=''), preserve_default=False),
        migrations.AddField(model_name='mailbox', name='esp_secret', field=models.TextField(blank=True, default=''), preserve_default=False),
        migrations.AddField(model_name='mailbox', name='hook_key', field=models.CharField(blank=True, max_length=40, default=''), preserve_default=False),
        migrations.AddField(model_name='mailbox', name='heard_at', field=models.DateTimeField(null=True)),
        migrations.AddField(model_name='recipient', name='esp_id', field=models.CharField(blank=True, max_length=200, default=''), preserve_default=False),
        migrations.AddField(model_name='recipient', name='delivered_at', field=models.DateTimeField(null=True)),
        migrations.AddField(model_name='recipient', name='complained_at', field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.UniqueConstraint(condition=models.Q(('hook_key', ''), _negated=True), fields=('hook_key',), name='messages_mailbox_hook_key'),
        ),
        migrations.AddIndex(
            model_name='recipient',
            index=models.Index(condition=models.Q(('esp_id', ''), _negated=True), fields=['esp_id'], name='messages_esp_id'),
        ),
    ]
