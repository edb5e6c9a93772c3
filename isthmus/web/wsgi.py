"""Django as a WSGI application: what granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from isthmus.core.lifeline import die_with

# Set by the supervisor alone; taken out, so that a process started from here is not tied as well.
if _parent := os.environ.pop("ISTHMUS_PARENT", None):
    die_with(int(_parent))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.settings")
application = get_wsgi_application()
