"""Django as a WSGI application: what granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from isthmus.core.lifeline import die_with
from isthmus.web.balancing import Balanced
from isthmus.web.limiting import Limited, page_threads

# Set by the supervisor alone; taken out, so that a process started from here is not tied as well.
if _parent := os.environ.pop("ISTHMUS_PARENT", None):
    die_with(int(_parent))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.settings")
_django = get_wsgi_application()

from isthmus.collect.receiving.receiver import Receiver  # noqa: E402 (its models need the settings)

# In front of everything: what sources send goes past Django, and keeps its connections.
application = Receiver(Balanced(Limited(_django, threads=page_threads())))
# Loaded before this process takes its first request: otherwise that one waits for every page's module.
_ = get_resolver().url_patterns
# What is loaded by now stays: looking through it again and again for what nobody holds cost an eighth of each
# page (measured). A page makes some ten thousand objects and lets nearly all go by itself.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
