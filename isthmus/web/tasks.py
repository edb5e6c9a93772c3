"""Mail that pages ask for; it is sent by the worker, so that no page waits for a mail server."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage, send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from isthmus.core import clock, queue
from isthmus.core.safekeeping import unseal
from isthmus.web.overview.warming import warm_overview
from isthmus.web.settings.notices import path_of, sentence_of
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import mark_mailed
from isthmus.workspace.commands.inviting import PURPOSE
from isthmus.workspace.models import Company, Invitation, Notification, User
from isthmus.workspace.notices import with_records


@queue.schedule(every="1h")
@queue.task(name="web.warm_overview", outgoing=False, max_attempts=1)
def keep_overview_warm() -> None:
    """Have the overview's queries compiled before somebody opens it after an update."""
    warm_overview(also_in_part=True)


@queue.task(name="web.mail_notification", outgoing=True, max_attempts=8)
def mail_notification(notice_id: int) -> None:
    """Send a notification by mail, unless it was read in the page meanwhile or is not wanted any more.

    Sent once; only when the program dies between sending and noting it, twice, with the same Message-ID.
    """
    notice = (
        Notification.objects.select_related("user").filter(pk=notice_id, mailed_at=None, read_at=None).first()
    )
    if notice is None or not notice.user.is_active or notice.kind not in notice.user.mailed:
        return
    user = notice.user
    with translation.override(user.locale):
        told = with_records([notice], actor_for(user))[0]
        context = {
            "user": user,
            "company": Company.current(),
            "text": sentence_of(told),
            "address": settings.PUBLIC_URL + path_of(told) if settings.PUBLIC_URL else "",
            "preferences": settings.PUBLIC_URL + reverse("preferences") if settings.PUBLIC_URL else "",
        }
        subject = " ".join(sentence_of(told).split())
        body = render_to_string("settings/notice_mail.txt", context)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {"Message-ID": f"<notice-{notice.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [user.email], headers=headers).send()
    mark_mailed(notice_id=notice.pk, at=clock.now())


@queue.task(name="web.send_invitation", outgoing=True, max_attempts=8)
def send_invitation(invitation_id: int, sealed: str, site: str) -> None:
    """Send an invitation's link, unless it was accepted, taken back or has ended meanwhile."""
    invited = Invitation.objects.select_related("invited_by").filter(pk=invitation_id).first()
    if invited is None or not invited.is_open(clock.now()):
        return
    inviter, company = invited.invited_by, Company.current()
    with translation.override(inviter.locale if inviter else None):
        context = {
            "invitation": invited,
            "inviter": inviter.name if inviter else "",
            "company": company,
            "address": site + reverse("invitation", args=[unseal(sealed, purpose=PURPOSE)]),
        }
        subject = " ".join(render_to_string("account/invitation_subject.txt", context).split())
        body = render_to_string("account/invitation_mail.txt", context)
    send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [invited.email])


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
