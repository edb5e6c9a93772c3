"""Mail that pages ask for; it is sent by the worker, so that no page waits for a mail server."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from isthmus.core import queue
from isthmus.web.overview.warming import warm_overview
from isthmus.workspace.models import Company, User


@queue.schedule(every="1h")
@queue.task(name="web.warm_overview", outgoing=False, max_attempts=1)
def keep_overview_warm() -> None:
    """Have the overview's queries compiled before somebody opens it after an update."""
    warm_overview(also_in_part=True)


@queue.task(name="web.send_password_reset", outgoing=True, max_attempts=5)
def send_password_reset(email: str, site: str) -> None:
    """Send a link to choose a new password, if somebody active has this address."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("reset-password", args=[uid, default_token_generator.make_token(user)])
    context = {"user": user, "company": Company.current(), "address": site + path}
    with translation.override(user.locale):
        subject = render_to_string("account/reset_subject.txt", context).strip()
        body = render_to_string("account/reset_mail.txt", context)
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email])
