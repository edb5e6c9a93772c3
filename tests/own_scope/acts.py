"""Every command of the registry, and each way to turn it on somebody else's record.

A command that is not here fails the test. A list of arguments: each must be refused. A text: why the command
touches no record of another seller.
"""

from collections.abc import Callable
from typing import Any

from tests.own_scope.world import World

Tries = Callable[[World], list[dict[str, Any]]]
LEADS = ("lead", "qualified", "handed", "returned", "accepted")
DEALS = ("deal", "won", "lost")
NOT_A_SELLERS = "Changes what the company shares, by a right that is not about records."
IMPORT_RECIPE = '[recipe]\nname = "x"\nnamespace = "x"\n[[rows]]\nwhat = "product"\nkey = "Id"\n'
NEW = "Makes a new record, which is Rita's own."


def _leads(**more: Any) -> Tries:
    return lambda world: [{"lead_id": world.theirs[row].pk, **more} for row in LEADS]


def _deals(**more: Any) -> Tries:
    return lambda world: [{"deal_id": world.theirs[row].pk, **more} for row in DEALS]


def _task(**more: Any) -> Tries:
    return lambda world: [{"task_id": world.theirs["task"].pk, **more}]


def _meeting(**more: Any) -> Tries:
    return lambda world: [{"meeting_id": world.theirs["meeting"].pk, **more}]


def _booking(**more: Any) -> Tries:
    return lambda world: [{"booking_id": world.theirs["booking"].pk, **more}]


def _calendar(**more: Any) -> Tries:
    return lambda world: [{"calendar_id": world.theirs["calendar"].pk, **more}]


def _order(**more: Any) -> Tries:
    return lambda world: [{"order_id": world.theirs["order"].pk, **more}]


def _quotes(**more: Any) -> Tries:
    return lambda world: [{"quote_id": world.theirs[row].pk, **more} for row in ("quote", "sent_quote")]


def _expense(**more: Any) -> Tries:
    return lambda world: [{"expense_id": world.theirs["expense"].pk, **more}]


def _of_a_view(**more: Any) -> Tries:
    return lambda world: [{"view_id": world.theirs["view"].pk, **more}]


def _merge(row: str) -> Tries:
    return lambda world: [
        {"keep_id": world.own[row].pk, "lose_id": world.theirs[row].pk},
        {"keep_id": world.theirs[row].pk, "lose_id": world.own[row].pk},
    ]


def _apart(row: str) -> Tries:
    return lambda world: [{"one_id": world.own[row].pk, "other_id": world.theirs[row].pk}]


def _import(**more: Any) -> Tries:
    return lambda world: [{"run_id": world.theirs["import"].pk, **more}]


ACTS: dict[str, Tries | str] = {
    "accept_lead": _leads(),
    "activate_rule": NOT_A_SELLERS,
    "add_account": lambda world: [
        {"name": "New Ltd", "parent_id": world.theirs["account"].pk},
        {"name": "Needleworks Obscura", "domain": "needleworks-obscura.example", "industry": "Mine"},
    ],
    "add_campaign": NOT_A_SELLERS,
    "add_comment": lambda world: [
        {"kind": kind, "record_id": world.theirs[kind].pk, "text": "Mine too"}
        for kind in ("person", "account", "lead", "deal")
    ],
    "add_commission_plan": NOT_A_SELLERS,
    "add_currency": NOT_A_SELLERS,
    "add_favourite": lambda world: [
        {"kind": kind, "record_id": world.theirs[kind].pk} for kind in ("person", "account", "lead", "deal")
    ],
    "add_field": NOT_A_SELLERS,
    "add_mailbox": lambda world: [
        {"address": "x@example.com", "smtp_host": "smtp.example.com", "owner_id": world.olga.pk},
        {"address": "x@example.com", "smtp_host": "smtp.example.com", "team_id": world.olga.team_id},
    ],
    "add_person": lambda world: [{"email": "zebedee@quandary.example", "country": "SE"}],
    "add_pipeline": NOT_A_SELLERS,
    "add_product": NOT_A_SELLERS,
    "add_rule": NOT_A_SELLERS,
    "add_source": NOT_A_SELLERS,
    "add_task": lambda world: (
        [{"text": "x", f"{kind}_id": world.theirs[kind].pk} for kind in ("person", "account", "lead", "deal")]
        + [{"text": "x", "owner_id": world.olga.pk}]
    ),
    "add_team": NOT_A_SELLERS,
    "add_territory": NOT_A_SELLERS,
    "add_user": NOT_A_SELLERS,
    "add_webhook": NOT_A_SELLERS,
    "archive_template": NOT_A_SELLERS,
    "assign_commission_plan": NOT_A_SELLERS,
    "attach_files": lambda world: [
        {"kind": kind, "record_id": world.theirs[kind].pk, "files": [{"name": "x", "stored": "x"}]}
        for kind in ("person", "account", "lead", "deal")
    ],
    "adjust_commitment": lambda world: [
        {"seller_id": world.olga.pk, "period": "2026-Q1", "amount": "1", "note": "x"}
    ],
    "answer_lead": _leads(),
    "archive_field": NOT_A_SELLERS,
    "begin_import": lambda world: [
        {"files": [{"name": "x.csv", "stored": "x"}], "name": "x", "corrects_id": world.theirs["import"].pk},
        {"files": [{"name": "x.csv", "stored": "../../secrets.toml"}], "name": "x"},
    ],
    "begin_import_undo": _import(),
    "add_booking_page": lambda world: [
        {"title": "x", "owner_id": world.olga.pk},
        {"title": "x", "team_id": world.olga.team_id},
    ],
    "answer_invitation": lambda world: [{"message_id": world.theirs["mail"].pk, "answer": "accepted"}],
    "book_time": lambda world: [
        {
            "page_id": world.theirs["booking_page"].pk,
            "starts_at": "2026-03-05T10:00:00Z",
            "full_name": "x",
            "email": "x@guests.example",
        }
    ],
    "cancel_booking": _booking(),
    "close_booking_link": _booking(),
    "edit_booking_page": lambda world: [{"page_id": world.theirs["booking_page"].pk, "title": "Mine"}],
    "invite_guests": _meeting(),
    "move_booking": _booking(starts_at="2026-03-05T10:00:00Z"),
    "open_booking_page": lambda world: [{"page_id": world.theirs["booking_page"].pk, "is_open": False}],
    "book_meeting": lambda world: (
        [
            {"title": "x", "starts_at": "2026-03-09T09:00:00Z", f"{kind}_id": world.theirs[kind].pk}
            for kind in ("person", "account", "lead", "deal", "calendar")
        ]
        + [{"title": "x", "starts_at": "2026-03-09T09:00:00Z", "owner_id": world.olga.pk}]
    ),
    "cancel_meeting": _meeting(),
    "choose_calendars": lambda world: [{"server_id": world.theirs["calendar_server"].pk, "urls": ["x"]}],
    "connect_calendar": NEW,
    "disconnect_calendar": _calendar(),
    "edit_calendar": _calendar(shared=True),
    "edit_meeting": _meeting(title="Mine"),
    "look_for_calendars": lambda world: [{"server_id": world.theirs["calendar_server"].pk}],
    "move_meeting": _meeting(starts_at="2026-03-09T09:00:00Z"),
    "publish_calendar": NEW,
    "read_calendar": _calendar(),
    "record_meeting_held": _meeting(),
    "record_meeting_missed": _meeting(),
    "reopen_meeting": _meeting(),
    "restore_meeting": _meeting(),
    "move_one_time": _meeting(time_at="2026-03-03T12:00:00Z", starts_at="2026-03-09T09:00:00Z"),
    "edit_one_time": _meeting(time_at="2026-03-03T12:00:00Z", title="Mine"),
    "cancel_one_time": _meeting(time_at="2026-03-03T12:00:00Z"),
    "restore_series": _meeting(time_at="2026-03-03T12:00:00Z"),
    "revoke_feed": lambda world: [{"feed_id": world.theirs["feed"].pk}],
    "subscribe_calendar": NEW,
    "bring_back_suggestion": lambda world: [{"key": f"task:{world.theirs['task'].pk}"}],
    "cancel_job": NOT_A_SELLERS,
    "cancel_task": _task(),
    "capture_lead": NEW,
    "change_commission_plan": NOT_A_SELLERS,
    "change_view": _of_a_view(name="Mine"),
    "choose_view": _of_a_view(list="people"),
    "commit_forecast": lambda world: [{"seller_id": world.olga.pk, "period": "2026-Q1", "amount": "1"}],
    "compare_accounts_again": _apart("account"),
    "compare_people_again": _apart("person"),
    "complete_task": _task(),
    "create_api_key": NOT_A_SELLERS,
    "declare_property": NOT_A_SELLERS,
    "delete_view": _of_a_view(),
    "disable_webhook": NOT_A_SELLERS,
    "discard_rule_draft": NOT_A_SELLERS,
    "edit_rule": NOT_A_SELLERS,
    "pause_rule": NOT_A_SELLERS,
    "pause_rule_run": NOT_A_SELLERS,
    "rehearse_rule": NOT_A_SELLERS,
    "remove_rule": NOT_A_SELLERS,
    "resume_rule": NOT_A_SELLERS,
    "resume_rule_run": NOT_A_SELLERS,
    "retry_rule_run": NOT_A_SELLERS,
    "stop_rule_run": NOT_A_SELLERS,
    "tell_colleague": lambda world: [
        {"user_id": world.rita.pk, "text": "x", "record_kind": kind, "record_id": world.theirs[kind].pk}
        for kind in ("person", "account", "lead", "deal")
    ],
    "discard_quarantined": NOT_A_SELLERS,
    "disclose_person": lambda world: [{"person_id": world.theirs["person"].pk}],
    "disqualify_lead": _leads(reason="spam"),
    "drop_import": _import(),
    "drop_job": NOT_A_SELLERS,
    "enrol_in_cadence": lambda world: [
        {"cadence_id": world.theirs["cadence"].pk, "deal_id": world.theirs[row].pk} for row in ("won", "lost")
    ],
    "leave_cadence": lambda world: [{"run_id": world.theirs["enrolled"].pk}],
    "edit_account": lambda world: [
        {"account_id": world.theirs["account"].pk, "name": "Mine"},
        {"account_id": world.own["account"].pk, "parent_id": world.theirs["account"].pk},
    ],
    "edit_deal": _deals(name="Mine", owner_id=1),
    "edit_field": NOT_A_SELLERS,
    "edit_lead": _leads(score=1),
    "connect_mailbox": lambda world: [{"mailbox_id": world.theirs["mailbox"].pk, "refresh_token": "x"}],
    "disconnect_mailbox": lambda world: [{"mailbox_id": world.theirs["mailbox"].pk}],
    "remove_oauth_client": NOT_A_SELLERS,
    "save_oauth_client": NOT_A_SELLERS,
    "edit_mailbox": lambda world: [{"mailbox_id": world.theirs["mailbox"].pk, "privacy": "full"}],
    "edit_person": lambda world: [
        {"person_id": world.theirs["person"].pk, "title": "Mine"},
        {"person_id": world.theirs["colleague"].pk, "owner_id": world.rita.pk},
        {"person_id": world.own["person"].pk, "account_id": world.theirs["account"].pk},
    ],
    "edit_pipeline": NOT_A_SELLERS,
    "edit_source": NOT_A_SELLERS,
    "edit_stage": NOT_A_SELLERS,
    "edit_task": _task(text="Mine"),
    "edit_team": NOT_A_SELLERS,
    "leave_out_of_reassignment": NOT_A_SELLERS,
    "pause_territory_rules": NOT_A_SELLERS,
    "place_account": NOT_A_SELLERS,
    "plan_reassignment": NOT_A_SELLERS,
    "reassign_account": NOT_A_SELLERS,
    "reassign_deal": NOT_A_SELLERS,
    "reassign_lead": NOT_A_SELLERS,
    "reassign_person": NOT_A_SELLERS,
    "reassign_task": NOT_A_SELLERS,
    "release_account": NOT_A_SELLERS,
    "switch_on_territory_rules": NOT_A_SELLERS,
    "try_territory_rules": NOT_A_SELLERS,
    "write_territory_rules": NOT_A_SELLERS,
    "edit_territory": NOT_A_SELLERS,
    "edit_user": NOT_A_SELLERS,
    "edit_webhook": NOT_A_SELLERS,
    "enable_webhook": NOT_A_SELLERS,
    "erase_person": lambda world: [{"person_id": world.theirs["person"].pk, "reason": "request"}],
    "give_grant": NOT_A_SELLERS,
    "go_on_with_repair": NOT_A_SELLERS,
    "hand_over_lead": lambda world: [
        {"lead_id": world.theirs[row].pk, "owner_id": world.rita.pk} for row in LEADS
    ],
    "invite_user": NOT_A_SELLERS,
    "judge_agent": NOT_A_SELLERS,
    "keep_thread_private": lambda world: [{"thread_id": world.theirs["mail"].thread_id, "private": True}],
    "log_activity": lambda world: [
        {"kind": "call", "text": "x", "lead_id": world.theirs["lead"].pk},
        {"kind": "call", "text": "x", "deal_id": world.theirs["deal"].pk},
        {"kind": "call", "text": "x", "person_id": world.theirs["person"].pk},
        {"kind": "call", "text": "x", "lead_id": world.own["lead"].pk, "deal_id": world.theirs["deal"].pk},
        {"kind": "call", "lead_id": world.own["lead"].pk, "task_id": world.theirs["task"].pk},
    ],
    "make_forecast": "Has the forecast made; whoever looks at the page sees sums of deals in their reach.",
    "lock_commission": NOT_A_SELLERS,
    "look_for_flaws": "Has records checked; whoever looks at the page sees only those in their reach.",
    "look_for_duplicates": "Has records compared; whoever looks at the pairs sees only those in their reach.",
    "lose_deal": _deals(reason="price"),
    "map_import": _import(recipe=IMPORT_RECIPE),
    "merge_accounts": _merge("account"),
    "merge_people": _merge("person"),
    "move_deal": lambda world: [
        {"deal_id": world.theirs[row].pk, "stage_id": world.theirs["stage"]} for row in DEALS
    ],
    "open_deal": lambda world: [
        {"name": "Mine", "lead_id": world.theirs["lead"].pk},
        {"name": "Mine", "person_id": world.theirs["person"].pk},
        {"name": "Mine", "account_id": world.theirs["account"].pk},
        {"name": "Mine", "lead_id": world.own["lead"].pk, "account_id": world.theirs["account"].pk},
    ],
    "pay_order": _order(amount="1"),
    "place_order": lambda world: [
        {"number": f"X{n}", "lines": [{"amount": "1"}], **about}
        for n, about in enumerate(
            [
                {"deal_id": world.theirs["deal"].pk},
                {"person_id": world.theirs["person"].pk},
                {"account_id": world.theirs["account"].pk},
            ]
        )
    ],
    "put_deal_back": _deals(stage_id=1, from_stage_id=1, since="2026-03-01T00:00:00Z"),
    "qualify_lead": _leads(),
    "record_consent": lambda world: [
        {"person_id": world.theirs[row].pk, "channel": "email", "given": False, "source": "x"}
        for row in ("person", "colleague")
    ],
    "record_export": "Records only that an export was made; the export itself is tried as a route.",
    "record_fact": lambda world: [
        {"kind": "survey.answered", "key": "x", "lead_id": world.theirs["lead"].pk},
        {"kind": "survey.answered", "key": "x", "person_id": world.theirs["person"].pk},
    ],
    "record_media_day": NOT_A_SELLERS,
    "recycle_lead": _leads(),
    "refund_order": _order(amount="1"),
    "rehearse_import": _import(),
    "rejudge_agents": NOT_A_SELLERS,
    "release_jobs": NOT_A_SELLERS,
    "remove_comment": lambda world: [{"comment_id": world.theirs["comment"].pk}],
    "remove_favourite": lambda world: [{"kind": "deal", "record_id": world.theirs["deal"].pk}],
    "remove_files": lambda world: [{"file_ids": [world.theirs["file"].pk]}],
    "read_mailbox": lambda world: [{"mailbox_id": world.theirs["mailbox"].pk}],
    "remove_mailbox": lambda world: [{"mailbox_id": world.theirs["mailbox"].pk}],
    "remove_snippet": lambda world: [{"snippet_id": world.theirs["snippet"].pk}],
    "remove_source": NOT_A_SELLERS,
    "remove_webhook": NOT_A_SELLERS,
    "rename_file": lambda world: [{"file_id": world.theirs["file"].pk, "name": "Mine.txt"}],
    "reopen_deal": _deals(),
    "reopen_lead": _leads(),
    "reopen_task": _task(),
    "replay_delivery": NOT_A_SELLERS,
    "replay_failed": NOT_A_SELLERS,
    "replay_quarantined": NOT_A_SELLERS,
    "restore_commitment": lambda world: [{"batch": world.theirs["promise"].batch}],
    "restore_quotas": lambda world: [{"batch": world.theirs["quota"].batch}],
    "restore_comment": lambda world: [{"comment_id": world.theirs["comment"].pk}],
    "restore_account": lambda world: [
        {"account_id": world.theirs["account"].pk, "batch": world.theirs["batch"]}
    ],
    "restore_file_name": lambda world: [{"file_id": world.theirs["file"].pk, "batch": world.theirs["batch"]}],
    "restore_files": lambda world: [{"file_ids": [world.theirs["file"].pk]}],
    "restore_deal": _deals(batch="x"),
    "restore_lead": _leads(batch="x"),
    "restore_person": lambda world: [
        {"person_id": world.theirs[row].pk, "batch": world.theirs["batch"]} for row in ("person", "colleague")
    ],
    "restore_view": _of_a_view(batch="x"),
    "retry_job": NOT_A_SELLERS,
    "return_lead": _leads(reason="no_budget"),
    "revoke_api_key": NOT_A_SELLERS,
    "revoke_invitation": NOT_A_SELLERS,
    "reopen_commission": NOT_A_SELLERS,
    "reset_channel_rules": NOT_A_SELLERS,
    "rotate_source_key": NOT_A_SELLERS,
    "rotate_webhook_secret": NOT_A_SELLERS,
    "save_signature": "Only one's own.",
    "save_snippet": NEW,
    "save_template": NOT_A_SELLERS,
    "send_mail": lambda world: [
        {"mailbox_id": world.theirs["mailbox"].pk, "to": ["x@example.com"], "text": "x"},
        *(
            {"mailbox_id": world.own["mailbox"].pk, "to": ["x@example.com"], "text": "x", **about}
            for about in (
                {"person_id": world.theirs["person"].pk},
                {"lead_id": world.theirs["lead"].pk},
                {"deal_id": world.theirs["deal"].pk},
                {"reply_to_id": world.theirs["mail"].pk},
                {"file_ids": [world.theirs["file"].pk]},
            )
        ),
    ],
    "send_through_esp": lambda world: [
        {"mailbox_id": world.theirs["mailbox"].pk, "esp": "postmark", "api_key": "x"}
    ],
    "send_through_server": lambda world: [{"mailbox_id": world.theirs["mailbox"].pk}],
    "send_mail_again": lambda world: [{"recipient_id": world.theirs["recipient"].pk}],
    "settle_mail": lambda world: [{"recipient_id": world.theirs["recipient"].pk, "outcome": "sent"}],
    "switch_mailbox": lambda world: [{"mailbox_id": world.theirs["mailbox"].pk, "on": False}],
    "save_recipe": "Keeps a recipe, which all who import share; it holds no record.",
    "save_view": NEW,
    "skip_suggestion": "Keeps for oneself that something is not to be suggested; it reads no record.",
    "snooze_suggestion": "Keeps for oneself that something is not to be suggested; it reads no record.",
    "snooze_task": _task(),
    "start_bulk_edit": lambda world: [{"edit_id": world.theirs["bulk_edit"].pk}],
    "stop_repair": NOT_A_SELLERS,
    "switch_source_off": NOT_A_SELLERS,
    "switch_source_on": NOT_A_SELLERS,
    "take_back_activity": lambda world: [{"activity_id": world.theirs["activity"].pk}],
    "take_back_answer": lambda world: [
        {"lead_id": world.theirs["accepted"].pk, "activity_id": world.theirs["activity"].pk}
    ],
    "take_back_bulk_edit": lambda world: [{"edit_id": world.theirs["bulk_edit"].pk}],
    "stop_bulk_edit": lambda world: [{"edit_id": world.theirs["bulk_edit"].pk}],
    "go_on_with_bulk_edit": lambda world: [{"edit_id": world.theirs["bulk_edit"].pk}],
    "plan_bulk_edit": "Changes nothing: that others' records are refused in it is tried in tests/bulk.",
    "set_channel_rules": NOT_A_SELLERS,
    "set_quota": lambda world: [
        {"seller_id": world.olga.pk, "period": "2026-Q1", "amount": "1"},
        {"team_id": world.olga.team_id, "period": "2026-Q1", "amount": "1"},
    ],
    "set_rate": NOT_A_SELLERS,
    "split_credit": lambda world: [
        {"deal_id": world.theirs["deal"].pk, "shares": [{"seller_id": world.rita.pk, "share": "1"}]}
    ],
    "split_quota": lambda world: [
        {"seller_id": world.olga.pk, "period": "2026-Q1", "across": "months"},
        {"team_id": world.olga.team_id, "period": "2026-Q1", "across": "sellers"},
    ],
    "start_import": _import(),
    "stop_import": _import(),
    "set_contact_limit": NOT_A_SELLERS,
    "suppress_address": "Keeps only a hash of an address and names no record; it only ever forbids mail.",
    "take_back_lead": _leads(),
    "take_back_mail": lambda world: [{"message_id": world.theirs["mail"].pk}],
    "take_grant": NOT_A_SELLERS,
    "tell_accounts_apart": _apart("account"),
    "tell_people_apart": _apart("person"),
    "try_mailbox": lambda world: [{"mailbox_id": world.theirs["mailbox"].pk}],
    "try_webhook": NOT_A_SELLERS,
    "undeclare_property": NOT_A_SELLERS,
    "unmerge_accounts": lambda world: [{"lose_id": world.theirs["account"].pk}],
    "part_visitor": lambda world: [{"person_id": world.theirs["person"].pk, "visitor_id": 1}],
    "join_visitor": lambda world: [{"person_id": world.theirs["person"].pk, "visitor_id": 1}],
    "unmerge_people": lambda world: [{"lose_id": world.theirs["person"].pk}],
    "unqualify_lead": _leads(),
    "update_company": NOT_A_SELLERS,
    "win_deal": _deals(amount="1"),
    "withdraw_plan_version": NOT_A_SELLERS,
    "withdraw_lead": _leads(reason="spam"),
    "withdraw_quote": _quotes(),
    "accept_quote": _quotes(name="Mine"),
    "add_price_book": NOT_A_SELLERS,
    "approve_discount": _quotes(),
    "ask_approval": _quotes(),
    "change_subscription": lambda world: [
        {"subscription_id": world.theirs["subscription"].pk, "quantity": "9"}
    ],
    "credit_invoice": lambda world: [{"invoice_id": world.theirs["invoice"].pk, "reason": "Mine"}],
    "decline_quote": _quotes(),
    "drop_quote": _quotes(),
    "edit_price_book": NOT_A_SELLERS,
    "edit_product": NOT_A_SELLERS,
    "edit_quote": lambda world: [
        *_quotes(note="Mine")(world),
        {"quote_id": world.own["quote"].pk, "person_id": world.theirs["person"].pk},
    ],
    "edit_selling_terms": NOT_A_SELLERS,
    "end_subscription": lambda world: [
        {"subscription_id": world.theirs["subscription"].pk, "reason": "price"}
    ],
    "expire_quote": _quotes(),
    "issue_invoice": _order(),
    "mail_quote": lambda world: [
        {"quote_id": world.theirs["sent_quote"].pk, "mailbox_id": world.own["mailbox"].pk, "text": "x"}
    ],
    "make_quote": lambda world: [
        {"deal_id": world.theirs[row].pk, "lines": [{"description": "x", "unit_price": "1"}]} for row in DEALS
    ],
    "note_quote_viewed": _quotes(),
    "refuse_discount": _quotes(reason="Mine"),
    "renew_subscription": lambda world: [{"subscription_id": world.theirs["subscription"].pk}],
    "reopen_quote": _quotes(),
    "resume_subscription": lambda world: [{"subscription_id": world.theirs["subscription"].pk}],
    "revise_quote": _quotes(),
    "send_quote": _quotes(),
    "set_discount_limit": NOT_A_SELLERS,
    "set_price": NOT_A_SELLERS,
    "set_tax_rate": NOT_A_SELLERS,
    "add_learning_item": NOT_A_SELLERS,
    "add_plan_goal": lambda world: [{"plan_id": world.theirs["plan"].pk, "text": "Mine"}],
    "add_scorecard": NOT_A_SELLERS,
    "add_skill": NOT_A_SELLERS,
    "assess_skill": lambda world: [
        {"seller_id": world.olga.pk, "skill_id": world.theirs["skill"].pk, "level": 1}
    ],
    "bring_back_learning_item": NOT_A_SELLERS,
    "bring_back_scorecard": NOT_A_SELLERS,
    "bring_back_skill": NOT_A_SELLERS,
    "close_coaching_plan": lambda world: [{"plan_id": world.theirs["plan"].pk}],
    "edit_learning_item": NOT_A_SELLERS,
    "edit_skill": NOT_A_SELLERS,
    "fill_scorecard": lambda world: [
        {
            "activity_id": world.theirs["call"].pk,
            "scorecard_id": world.theirs["scorecard"].pk,
            "marks": {str(world.theirs["scorecard"].questions.get().pk): 0},
        }
    ],
    "finish_learning": lambda world: [{"item_id": world.theirs["learning"].pk, "seller_id": world.olga.pk}],
    "finish_plan_goal": lambda world: [{"goal_id": world.theirs["goal"].pk}],
    "make_coaching_plan": lambda world: [{"seller_id": world.olga.pk, "title": "Mine"}],
    "remove_plan_goal": lambda world: [{"goal_id": world.theirs["goal"].pk}],
    "reopen_coaching_plan": lambda world: [{"plan_id": world.theirs["plan"].pk}],
    "reopen_plan_goal": lambda world: [{"goal_id": world.theirs["goal"].pk}],
    "retire_learning_item": NOT_A_SELLERS,
    "retire_scorecard": NOT_A_SELLERS,
    "retire_skill": NOT_A_SELLERS,
    "take_back_assessment": lambda world: [{"assessment_id": world.theirs["assessment"].pk}],
    "take_back_card": lambda world: [{"card_id": world.theirs["card"].pk}],
    "take_back_coaching_note": lambda world: [{"note_id": world.theirs["note"].pk}],
    "take_back_learning": lambda world: [
        {"item_id": world.theirs["learning"].pk, "seller_id": world.olga.pk}
    ],
    "write_coaching_note": lambda world: [{"seller_id": world.olga.pk, "text": "Mine"}],
    "approve_expense": _expense(),
    "book_expense": lambda world: [
        {"on": "2026-03-02", "category": "travel", "amount": "1", "seller_id": world.olga.pk},
        {"on": "2026-03-02", "category": "travel", "amount": "1", "team_id": world.olga.team_id},
        {"on": "2026-03-02", "category": "travel", "amount": "1", "deal_id": world.theirs["deal"].pk},
    ],
    "book_salaries": lambda world: [{}],
    "correct_expense": _expense(on="2026-03-02", category="travel", amount="1"),
    "refuse_expense": _expense(reason="Mine"),
    "restore_expense": _expense(batch="x"),
    "set_salary": lambda world: [{"user_id": world.olga.pk, "from_on": "2026-03-01", "monthly": "1"}],
    "withdraw_expense": _expense(),
    "withdraw_salary": lambda world: [{"batch": world.theirs["salary"].batch}],
    "set_playbook": NOT_A_SELLERS,
    "set_deal_member": lambda world: [
        {"deal_id": world.theirs[row].pk, "user_id": world.rita.pk, "role": "seller"} for row in DEALS
    ],
    "remove_deal_member": lambda world: [
        {"deal_id": world.theirs[row].pk, "user_id": world.olga.pk} for row in DEALS
    ],
    "restore_deal_member": lambda world: [
        {"deal_id": world.theirs[row].pk, "user_id": world.rita.pk, "role": "seller"} for row in DEALS
    ],
    "set_buying_role": lambda world: [
        {"deal_id": world.theirs["deal"].pk, "person_id": world.own["person"].pk, "role": "champion"},
        {"deal_id": world.own["deal"].pk, "person_id": world.theirs["person"].pk, "role": "champion"},
    ],
    "remove_buying_role": lambda world: [
        {"deal_id": world.theirs["deal"].pk, "person_id": world.theirs["person"].pk, "role": "champion"}
    ],
    "tick_item": lambda world: [{"deal_id": world.theirs["deal"].pk, "item_id": 1}],
    "untick_item": lambda world: [{"deal_id": world.theirs["deal"].pk, "item_id": 1}],
}
