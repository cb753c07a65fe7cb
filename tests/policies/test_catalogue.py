"""What PostgreSQL's catalogue must say whatever anybody adds later."""

from __future__ import annotations

from tests.policies.database import Database

API_ROLES = ("anon", "authenticated", "service_role")
OURS = "('public', 'private')"
ROLES = "array['anon', 'authenticated', 'service_role']"

PEOPLES_FUNCTIONS = {
    "accept_invitation",
    "ai_quota",
    "cancel_deployment",
    "close_support_visit",
    "component_pages",
    "create_checkpoint",
    "create_invitation",
    "create_organization",
    "create_site",
    "current_quotas",
    "delete_account",
    "delete_organization",
    "delete_page",
    "deleted_pages",
    "describe_invitation",
    "forget_leftover",
    "erase_submissions",
    "find_submissions",
    "finish_upload",
    "is_preview_link_open",
    "goal_report",
    "leave_organization",
    "move_page",
    "order_pages",
    "over_limit_content",
    "publish_blockers",
    "remove_member",
    "replace_asset",
    "report_presence",
    "request_deployment",
    "request_promotion",
    "request_restore",
    "request_unpublish",
    "resend_invitation",
    "restore_page_version",
    "retry_leftover",
    "retry_form_delivery",
    "search_pages",
    "set_error_state",
    "set_home_page",
    "set_member_role",
    "submissions_of",
    "test_form_hook",
    "site_report",
    "transfer_ownership",
    "undelete_page",
    "unpublished_changes",
    "usage_by_day",
    "verify_activity_chain",
    "withdraw_invitation",
}
SERVICES_FUNCTIONS = {
    "apply_plans",
    "apply_stripe_state",
    "begin_oauth",
    "claim_deployment",
    "claim_form_delivery",
    "claim_stripe_customer",
    "close_support_visit",
    "credentials_canary",
    "delete_integration",
    "deployment_queue",
    "describe_invitation",
    "end_leftover",
    "end_oauth",
    "fail_stripe_sync",
    "finish_deployment",
    "finish_form_delivery",
    "is_preview_link_open",
    "keep_generation",
    "lift_suspension",
    "list_abuse_reports",
    "list_integration_secrets",
    "list_support_visits",
    "may_connect",
    "note_billing_mail",
    "note_deployment",
    "note_domain",
    "note_weekly_reports",
    "note_integration",
    "note_published_forms",
    "open_support_visit",
    "orphaned_files",
    "published_form",
    "purge_submissions",
    "read_integration_secret",
    "record_error",
    "record_visits",
    "record_invitation_mail",
    "rename_integration",
    "renew_deployment",
    "report_abuse",
    "replace_integration_secrets",
    "reserve_generation",
    "save_form_hook",
    "save_integration",
    "set_stripe_customer",
    "suspend_site",
    "settle_generation",
    "settle_uploads",
    "store_submission",
    "sum_visits",
    "take_billing_mails",
    "take_comment_recipients",
    "take_leftover",
    "take_stripe_events",
    "tidy_generations",
    "want_stripe_sync",
    "shared_report",
    "take_weekly_reports",
    "trim_visits",
    "visitor_salt",
}
# Asked by the sites' origin, which has no session.
ANYBODYS_FUNCTIONS = {"is_preview_link_open"}
EVERYBODYS_FUNCTIONS = {"check_request"}
PREDICATES = {
    "awaits_file", "colleague_ids", "joined_org_ids", "org_folders", "org_ids", "own_folder",
    "page_of_topic", "person_id",
}  # fmt: skip
CHECKS = {
    "are_goal_steps",
    "are_page_paths",
    "holds_address",
    "is_domain",
    "is_json_object",
    "is_mention_list",
    "is_name",
    "is_page_path",
    "is_plain_text",
    "is_reserved_word",
    "is_slug",
    "is_web_url",
}

# Every column a signed-in person may write. Whoever adds one adds it here and in policies/.
WRITABLE = {
    ("organizations", "UPDATE"): {"name"},
    ("profiles", "UPDATE"): {"display_name", "avatar_url"},
    ("sites", "INSERT"): {"id", "org_id", "name", "slug", "theme", "seo", "head_code"},
    ("sites", "UPDATE"): {
        *("name", "slug", "theme", "seo", "head_code", "domain", "brand"),
        *("form_retention_days", "analytics"),
    },
    ("pages", "INSERT"): {
        *("id", "org_id", "site_id", "path", "title", "seo"),
        *("content", "html", "css", "js", "status", "position"),
    },
    ("pages", "UPDATE"): {
        *("path", "title", "seo", "content", "html", "css", "js"),
        *("status", "version", "position", "old_paths"),
    },
    ("page_comments", "INSERT"): {
        *("id", "org_id", "page_id", "parent_id", "block_id", "block_label"),
        *("body", "mentions"),
    },
    ("page_comments", "UPDATE"): {"body", "mentions", "resolved"},
    ("components", "INSERT"): {"id", "org_id", "name", "description", "content", "html", "css"},
    ("components", "UPDATE"): {"name", "description", "content", "html", "css", "version"},
    ("sections", "INSERT"): {"id", "org_id", "name", "description", "content", "html", "css"},
    ("sections", "UPDATE"): {"name", "description", "content", "html", "css"},
    ("assets", "INSERT"): {
        *("id", "org_id", "path", "name", "type", "size", "width", "height", "alt", "folder"),
    },
    ("assets", "UPDATE"): {"name", "alt", "folder"},
    ("preview_links", "INSERT"): {"deployment_id", "label", "hours"},
    ("analytics_goals", "INSERT"): {"site_id", "name", "steps"},
    ("analytics_links", "INSERT"): {"site_id", "label"},
    ("ai_generations", "UPDATE"): {"is_favorite"},
    ("form_submissions", "UPDATE"): {"state", "note"},
    ("user_preferences", "UPDATE"): {"theme", "locale", "editor_layout"},
    ("user_settings", "UPDATE"): {"notifications", "default_org_id"},
}
DELETABLE = {
    *("organizations", "sites", "pages", "page_comments", "components", "sections", "assets"),
    *("form_submissions", "form_hooks", "preview_links", "analytics_goals", "analytics_links"),
}
# Single visits and their sums are read by functions only.
UNREADABLE = {"analytics_daily", "analytics_events"}


def test_every_table_has_row_level_security(db: Database) -> None:
    open_tables = db.run(f"""
        select c.oid::regclass::text as name from pg_class c
        where c.relnamespace::regnamespace::text in {OURS} and c.relkind in ('r', 'p')
          and not c.relrowsecurity""")
    assert open_tables == []


def test_nothing_that_slips_past_row_level_security_is_exposed(db: Database) -> None:
    """Views run as their owner unless told otherwise; the others have no policies at all."""
    others = db.run("""
        select c.oid::regclass::text as name from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm', 'f')""")
    assert others == []


def test_every_policy_is_for_signed_in_people_one_command_and_named_as_a_sentence(
    db: Database,
) -> None:
    policies = db.run(
        "select * from pg_policies where schemaname in ('public', 'private', 'storage')"
    )
    assert len(policies) > 15
    for policy in policies:
        assert policy["roles"] in ("{authenticated}", ["authenticated"]), policy["policyname"]
        assert policy["permissive"] == "PERMISSIVE"
        assert policy["cmd"] in ("SELECT", "INSERT", "UPDATE", "DELETE"), policy["policyname"]
        assert len(policy["policyname"].split()) >= 3
        for rule in filter(None, (policy["qual"], policy["with_check"])):
            assert "private." in rule, f"{policy['policyname']} asks no predicate"
            assert "user_metadata" not in rule


def test_no_table_has_two_policies_for_one_command(db: Database) -> None:
    doubled = db.run("""
        select tablename, cmd, count(*) from pg_policies where schemaname in ('public', 'private')
        group by 1, 2 having count(*) > 1""")
    assert doubled == []


def test_what_is_granted_has_a_policy_and_the_other_way_round(db: Database) -> None:
    """With a grant and no policy, a filter of a stranger's would still read the whole table."""
    lonely = db.run("""
        select c.relname as name, verb from pg_class c
        cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) verb
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
          and case verb
            when 'DELETE' then has_table_privilege('authenticated', c.oid, verb)
            else has_any_column_privilege('authenticated', c.oid, verb) end
          <> exists (select from pg_policies p
            where p.schemaname = 'public' and p.tablename = c.relname and p.cmd = verb)""")
    assert lonely == []


def test_every_security_definer_function_has_an_empty_search_path(db: Database) -> None:
    loose = db.run(f"""
        select p.oid::regprocedure::text as name from pg_proc p
        where p.pronamespace::regnamespace::text in {OURS}
          and not coalesce(p.proconfig @> array['search_path=""'], false)""")
    assert loose == []


def test_functions_are_open_only_to_whom_the_list_names(db: Database) -> None:
    granted = db.run(f"""
        select p.pronamespace::regnamespace::text as schema, p.proname as name, role
        from pg_proc p, unnest({ROLES}) role
        where p.pronamespace::regnamespace::text in {OURS}
          and has_function_privilege(role, p.oid, 'execute')""")
    found = {(row["schema"], row["role"], row["name"]) for row in granted}
    expected = {("public", "authenticated", name) for name in PEOPLES_FUNCTIONS}
    expected |= {("public", "service_role", name) for name in SERVICES_FUNCTIONS}
    expected |= {("public", role, name) for role in API_ROLES for name in EVERYBODYS_FUNCTIONS}
    expected |= {("private", "authenticated", name) for name in PREDICATES | CHECKS}
    expected |= {("public", "anon", name) for name in ANYBODYS_FUNCTIONS}
    assert found == expected


def test_a_new_function_or_table_is_closed_until_a_policies_file_opens_it(db: Database) -> None:
    db.run("create function public.forgotten() returns int language sql return 1")
    db.run("create table public.forgotten (id int)")
    for role in API_ROLES:
        assert not db.value(
            "select has_function_privilege($1, 'public.forgotten()', 'execute')", role
        )
        assert not db.value(
            "select has_any_column_privilege($1, 'public.forgotten', 'select')", role
        )


def test_columns_are_writable_only_where_the_list_says_so(db: Database) -> None:
    granted = db.run(f"""
        select c.relname as table_name, a.attname as column_name, role, verb
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        cross join unnest({ROLES}) role
        cross join unnest(array['INSERT', 'UPDATE', 'REFERENCES']) verb
        where c.relnamespace::regnamespace::text in ('public', 'private') and c.relkind = 'r'
          and has_column_privilege(role, c.oid, a.attnum, verb)""")
    found: dict[tuple[str, str], set[str]] = {}
    for row in granted:
        assert row["role"] == "authenticated", row
        found.setdefault((row["table_name"], row["verb"]), set()).add(row["column_name"])
    assert found == WRITABLE


def test_whoever_may_read_a_table_may_read_all_its_columns(db: Database) -> None:
    """`select=*` is what clients send first; what people may not see stands in another table."""
    rows = db.run(f"""
        select c.relname as table_name, a.attname as column_name, role,
          has_column_privilege(role, c.oid, a.attnum, 'select') as readable
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        cross join unnest({ROLES}) role
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'""")
    for row in rows:
        expected = row["role"] != "anon" and row["table_name"] not in UNREADABLE
        assert row["readable"] == expected, row


def test_nobody_may_truncate_reference_or_hang_triggers(db: Database) -> None:
    for verb in ("TRUNCATE", "REFERENCES", "TRIGGER"):
        granted = db.run(f"""
            select c.oid::regclass::text as name, role
            from pg_class c, unnest({ROLES}) role
            where c.relnamespace::regnamespace::text in {OURS} and c.relkind in ('r', 'p')
              and has_table_privilege(role, c.oid, '{verb}')""")
        assert granted == []


def test_rows_are_deletable_only_where_the_list_says_so(db: Database) -> None:
    granted = db.run(f"""
        select c.relname as name, role
        from pg_class c, unnest({ROLES}) role
        where c.relnamespace::regnamespace::text in {OURS} and c.relkind = 'r'
          and has_table_privilege(role, c.oid, 'delete')""")
    assert {(row["name"], row["role"]) for row in granted} == {
        (name, "authenticated") for name in DELETABLE
    }


def test_the_private_schema_lets_nobody_read_its_tables(db: Database) -> None:
    granted = db.run(f"""
        select c.relname, role
        from pg_class c, unnest({ROLES}) role
        where c.relnamespace = 'private'::regnamespace and c.relkind = 'r'
          and has_any_column_privilege(role, c.oid, 'select')""")
    assert granted == []
    assert not db.value("select has_schema_privilege('anon', 'private', 'usage')")


def test_every_foreign_key_has_an_index(db: Database) -> None:
    """Without one, deleting a parent reads the whole child table."""
    missing = db.run("""
        select con.conrelid::regclass::text as child, con.conname from pg_constraint con
        where con.contype = 'f' and con.connamespace::regnamespace::text in ('public', 'private')
          and not exists (
            select 1 from pg_index i where i.indrelid = con.conrelid
              -- The key's columns, in any order, lead the index.
              and (i.indkey::int2[])[0:cardinality(con.conkey) - 1] @> con.conkey)""")
    assert missing == []


def test_every_table_says_what_it_is(db: Database) -> None:
    silent = db.run(f"""
        select c.oid::regclass::text as name from pg_class c
        where c.relnamespace::regnamespace::text in {OURS} and c.relkind = 'r'
          and obj_description(c.oid, 'pg_class') is null""")
    assert silent == []
