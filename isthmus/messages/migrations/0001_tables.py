"""The tables of mailboxes, threads, messages and templates."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from isthmus.core.tables import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [('mail', '0001_mail')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('people', '0001_tables'),
        ('workspace', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('privacy', models.CharField(choices=[('participants', 'Who wrote to whom, and when'), ('metadata', 'Also the subject'), ('full', 'Everything')], default='metadata', max_length=12)),
                ('smtp_host', models.CharField(blank=True, max_length=253)),
                ('smtp_port', models.PositiveIntegerField(default=465)),
                ('smtp_security', models.CharField(choices=[('tls', 'TLS'), ('starttls', 'STARTTLS'), ('none', 'None (this machine only)')], default='tls', max_length=8)),
                ('imap_host', models.CharField(blank=True, max_length=253)),
                ('imap_port', models.PositiveIntegerField(default=993)),
                ('imap_security', models.CharField(choices=[('tls', 'TLS'), ('starttls', 'STARTTLS'), ('none', 'None (this machine only)')], default='tls', max_length=8)),
                ('auth', models.CharField(choices=[('password', 'Name and password'), ('google', 'Google (OAuth)'), ('microsoft', 'Microsoft (OAuth)')], default='password', max_length=10)),
                ('login', models.CharField(blank=True, max_length=254)),
                ('secret', models.TextField(blank=True)),
                ('undo_seconds', models.PositiveSmallIntegerField(default=10)),
                ('history_days', models.PositiveSmallIntegerField(default=90)),
                ('makes_leads', models.BooleanField(default=False)),
                ('on', models.BooleanField(default=True)),
                ('made_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
                ('synced_at', models.DateTimeField(null=True)),
                ('sync_error', models.CharField(blank=True, max_length=300)),
                ('send_error', models.CharField(blank=True, max_length=300)),
                ('failing_since', models.DateTimeField(null=True)),
                ('tried_at', models.DateTimeField(null=True)),
                ('trying', models.BooleanField(default=False)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workspace.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('address',), name='messages_one_mailbox_an_address'), models.CheckConstraint(condition=models.Q(('owner__isnull', False), ('team__isnull', False), _connector='OR'), name='messages_mailbox_of_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_signature', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Snippet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='messages_snippet_name'), models.UniqueConstraint(condition=models.Q(('owner', None)), fields=('name',), name='messages_shared_snippet_name')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('archived_at', None)), fields=('name',), name='messages_template_name')],
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(blank=True, max_length=500)),
                ('latest_at', models.DateTimeField()),
                ('waiting_since', models.DateTimeField(null=True)),
                ('private', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['waiting_since'], name='messages_thread_waiting')],
            },
        ),
        migrations.CreateModel(
            name='Folder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('inbox', 'Inbox'), ('sent', 'Sent')], max_length=5)),
                ('name', models.CharField(max_length=255)),
                ('uidvalidity', models.BigIntegerField(default=0)),
                ('last_uid', models.BigIntegerField(default=0)),
                ('on_server', models.PositiveIntegerField(default=0)),
                ('here', models.PositiveIntegerField(default=0)),
                ('missing', models.PositiveIntegerField(default=0)),
                ('unreadable', models.PositiveIntegerField(default=0)),
                ('compared_at', models.DateTimeField(null=True)),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='folders', to='mail.mailbox')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('mailbox', 'role'), name='messages_one_folder_a_role')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(choices=[('in', 'Received'), ('out', 'Sent')], max_length=3)),
                ('rfc_id', models.CharField(max_length=512, unique=True)),
                ('in_reply_to', models.CharField(blank=True, max_length=512)),
                ('references', models.JSONField(default=list)),
                ('subject', models.CharField(blank=True, max_length=500)),
                ('text', models.TextField(blank=True)),
                ('html', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('lead_id', models.BigIntegerField(null=True)),
                ('deal_id', models.BigIntegerField(null=True)),
                ('automatic', models.BooleanField(default=False)),
                ('bounce', models.BooleanField(default=False)),
                ('left_out', models.PositiveSmallIntegerField(default=0)),
                ('template_id', models.BigIntegerField(null=True)),
                ('marketing', models.BooleanField(default=False)),
                ('queued', models.PositiveIntegerField(default=0)),
                ('runs', models.PositiveIntegerField(default=0)),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='people.account')),
                ('answers', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answered_by', to='mail.message')),
                ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mailbox', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='mail.mailbox')),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='people.person')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='mail.thread')),
            ],
            options={
                'indexes': [models.Index(models.F('thread'), models.F('at'), name='messages_of_thread'), models.Index(condition=models.Q(('person__isnull', False)), fields=['person'], name='messages_of_person'), models.Index(condition=models.Q(('account__isnull', False)), fields=['account'], name='messages_of_account'), models.Index(condition=models.Q(('deal_id__isnull', False)), fields=['deal_id'], name='messages_of_deal'), models.Index(condition=models.Q(('lead_id__isnull', False)), fields=['lead_id'], name='messages_of_lead'), models.Index(condition=models.Q(('mailbox__isnull', False)), fields=['mailbox'], name='messages_of_mailbox')],
            },
        ),
        migrations.CreateModel(
            name='TemplateText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locale', models.CharField(max_length=12)),
                ('version', models.PositiveIntegerField()),
                ('subject', models.CharField(max_length=500)),
                ('text', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='mail.template')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('template', 'locale', 'version'), name='messages_template_version')],
            },
        ),
        migrations.CreateModel(
            name='ThreadId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rfc_id', models.CharField(max_length=512, unique=True)),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ids', to='mail.thread')),
            ],
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claimed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('said', models.CharField(blank=True, max_length=300)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='mail.message')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['claimed_at'], name='messages_open_claims')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('message',), name='messages_one_try_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uidvalidity', models.BigIntegerField()),
                ('uid', models.BigIntegerField()),
                ('rfc_id', models.CharField(max_length=512)),
                ('unreadable', models.CharField(blank=True, max_length=200)),
                ('folder', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='mail.folder')),
                ('mailbox', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='mail.mailbox')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='mail.message')),
            ],
            options={
                'indexes': [models.Index(fields=['mailbox', 'message'], name='messages_held_by')],
                'constraints': [models.UniqueConstraint(fields=('folder', 'uidvalidity', 'uid'), name='messages_held_once')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('from', 'From'), ('to', 'To'), ('cc', 'Cc')], max_length=4)),
                ('address', models.CharField(blank=True, max_length=320)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('ours', models.BooleanField(default=False)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='mail.message')),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mail_parts', to='people.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('person__isnull', False)), fields=['person'], name='messages_parts_of_person'), models.Index(condition=models.Q(('ours', False), ('person', None)), fields=['address'], name='messages_parts_unmatched')],
            },
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(blank=True, max_length=320)),
                ('address_key', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('claimed', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('suppressed', 'Not sent: they must not be written to'), ('unknown', 'Outcome unknown')], default='waiting', max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('first_tried_at', models.DateTimeField(null=True)),
                ('said', models.CharField(blank=True, max_length=300)),
                ('settled_at', models.DateTimeField(null=True)),
                ('bounced_at', models.DateTimeField(null=True)),
                ('claim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='recipients', to='mail.claim')),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='mail.message')),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mail_received', to='people.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'unknown')), fields=['settled_at'], name='messages_unknown'), models.Index(condition=models.Q(('state__in', ['waiting', 'claimed'])), fields=['next_at'], name='messages_under_way'), models.Index(condition=models.Q(('person__isnull', False)), fields=['person'], name='messages_recipient_person')],
                'constraints': [models.UniqueConstraint(fields=('message', 'address_key'), name='messages_once_each'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['waiting', 'claimed']), ('settled_at', None)), models.Q(models.Q(('state__in', ['waiting', 'claimed']), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='messages_settled_when_over')],
            },
        ),
    ]
