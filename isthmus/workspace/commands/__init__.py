"""Everything that writes the workspace, by topic."""

from isthmus.workspace.commands.comments import add_comment, remove_comment, restore_comment
from isthmus.workspace.commands.company import (
    add_currency,
    add_team,
    edit_team,
    set_rate,
    set_rates,
    update_company,
)
from isthmus.workspace.commands.desk import add_favourite, forget_record, mark_seen, remove_favourite
from isthmus.workspace.commands.doors import (
    accept_invitation,
    create_api_key,
    invite_user,
    make_sign_in_link,
    revoke_api_key,
    revoke_invitation,
    use_sign_in_link,
)
from isthmus.workspace.commands.exports import record_export
from isthmus.workspace.commands.fields import add_field, archive_field, edit_field
from isthmus.workspace.commands.jobs import cancel_job, drop_job, release_jobs, retry_job
from isthmus.workspace.commands.notices import (
    mark_mailed,
    mark_notifications_read,
    notify,
    owner_before,
    tell_owner,
)
from isthmus.workspace.commands.preferences import set_preferences
from isthmus.workspace.commands.territories import add_territory, edit_territory
from isthmus.workspace.commands.users import add_user, add_users, edit_user, give_grant, take_grant
from isthmus.workspace.commands.views import (
    change_view,
    choose_view,
    delete_view,
    restore_view,
    save_view,
)

__all__ = [
    "accept_invitation",
    "add_comment",
    "add_currency",
    "add_favourite",
    "add_field",
    "add_team",
    "add_territory",
    "add_user",
    "add_users",
    "archive_field",
    "cancel_job",
    "change_view",
    "choose_view",
    "create_api_key",
    "delete_view",
    "drop_job",
    "edit_field",
    "edit_team",
    "edit_territory",
    "edit_user",
    "forget_record",
    "give_grant",
    "invite_user",
    "make_sign_in_link",
    "mark_mailed",
    "mark_notifications_read",
    "mark_seen",
    "notify",
    "owner_before",
    "record_export",
    "release_jobs",
    "remove_comment",
    "remove_favourite",
    "restore_comment",
    "restore_view",
    "retry_job",
    "revoke_api_key",
    "revoke_invitation",
    "save_view",
    "set_preferences",
    "set_rate",
    "set_rates",
    "take_grant",
    "tell_owner",
    "update_company",
    "use_sign_in_link",
]
