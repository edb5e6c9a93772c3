"""The workspace's rows, by topic."""

from isthmus.workspace.models.comments import Comment
from isthmus.workspace.models.company import Company, Currency, Rate
from isthmus.workspace.models.desk import Favourite, SeenRecord
from isthmus.workspace.models.fields import FieldDefinition
from isthmus.workspace.models.keys import ApiKey, IdempotencyAnswer, Invitation, SignInLink
from isthmus.workspace.models.notices import Notification
from isthmus.workspace.models.users import Grant, Team, Territory, User
from isthmus.workspace.models.views import DefaultView, SavedView, ViewReach

__all__ = [
    "ApiKey",
    "Comment",
    "Company",
    "Currency",
    "DefaultView",
    "Favourite",
    "FieldDefinition",
    "Grant",
    "IdempotencyAnswer",
    "Invitation",
    "Notification",
    "Rate",
    "SavedView",
    "SeenRecord",
    "SignInLink",
    "Team",
    "Territory",
    "User",
    "ViewReach",
]
