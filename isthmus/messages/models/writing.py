"""What mail is written with: templates in versions and languages, snippets, signatures."""

from django.db import models
from django.db.models import Q

from isthmus.workspace.models import User


class Template(models.Model):
    """A mail that is written again and again. Its words are in its texts."""

    name = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(archived_at=None), name="messages_template_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateText(models.Model):
    """The words of a template in one language, as one version has them: never changed, only followed."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="texts")
    locale = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=500)
    text = models.TextField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["template", "locale", "version"], name="messages_template_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} ({self.locale}, {self.version})"


class Snippet(models.Model):
    """A few sentences that are put into a mail by their name."""

    name = models.CharField(max_length=60)
    text = models.TextField()
    owner = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")  # None: for all.
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="messages_snippet_name"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(owner=None), name="messages_shared_snippet_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Signature(models.Model):
    """What stands under a user's mails."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="mail_signature")
    text = models.TextField(blank=True)
