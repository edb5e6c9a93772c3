"""The addresses of mail."""

from django.urls import path

from isthmus.web.messages import calendars, composing, connecting, hooks, mailboxes, outcomes, threads, words

urlpatterns = [
    path("mail/new/", composing.new, name="new-mail"),
    path("mail/unknown/", outcomes.unknown, name="mail-unknown"),
    path("mail/unknown/<int:pk>/<slug:name>/", outcomes.act, name="mail-outcome"),
    path("mail/threads/<int:pk>/", threads.thread, name="mail-thread"),
    path("mail/threads/<int:pk>/<slug:name>/", threads.privacy, name="mail-privacy"),
    path("mail/<int:pk>/", threads.message, name="message"),
    path("mail/<int:pk>/invitation/<slug:name>/", calendars.answer, name="answer-invitation"),
    path("settings/mailboxes/", mailboxes.mailboxes, name="settings-mailboxes"),
    path("settings/mailboxes/new/", mailboxes.new, name="new-mailbox"),
    path("settings/mailboxes/connected/", connecting.connected, name="mailbox-connected"),
    path("settings/mailboxes/providers/<slug:name>/", connecting.client, name="oauth-client"),
    path("settings/mailboxes/providers/<slug:name>/remove/", connecting.forget, name="forget-oauth-client"),
    path("hooks/mail/<str:key>/", hooks.hook, name="mail-hook"),
    path("settings/mailboxes/<int:pk>/esp/", hooks.choose, name="mailbox-esp"),
    path("settings/mailboxes/<int:pk>/connect/", connecting.connect, name="connect-mailbox"),
    path("settings/mailboxes/<int:pk>/", mailboxes.mailbox, name="mailbox"),
    path("settings/mailboxes/<int:pk>/edit/", mailboxes.edit, name="edit-mailbox"),
    path("settings/mailboxes/<int:pk>/remove/", mailboxes.remove, name="remove-mailbox"),
    path("settings/mailboxes/<int:pk>/<slug:name>/", mailboxes.act, name="mailbox-act"),
    path("settings/templates/", words.templates, name="settings-templates"),
    path("settings/templates/new/", words.new, name="new-template"),
    path("settings/templates/<int:pk>/edit/", words.edit, name="edit-template"),
    path("settings/templates/<int:pk>/archive/", words.archive, name="archive-template"),
    path("settings/templates/snippets/new/", words.new_snippet, name="new-snippet"),
    path("settings/templates/snippets/<int:pk>/remove/", words.remove_snippet, name="remove-snippet"),
    path("settings/templates/signature/", words.signature, name="mail-signature"),
]
