-- Every function anybody may call, by name; the tests hold this list against the catalogue.
revoke all on all functions in schema public from public, anon, authenticated, service_role;
revoke all on all functions in schema private from public, anon, authenticated, service_role;

-- People, over the API. Each looks the caller's role up itself.
grant execute on function public.create_organization(text) to authenticated;
grant execute on function public.create_site(uuid, text, jsonb, text, jsonb, jsonb, text, uuid) to authenticated;
grant execute on function public.search_pages(text, uuid, integer) to authenticated;
grant execute on function public.create_checkpoint(uuid, text) to authenticated;
grant execute on function public.restore_page_version(uuid) to authenticated;
grant execute on function public.move_page(uuid, text, boolean) to authenticated;
grant execute on function public.set_home_page(uuid) to authenticated;
grant execute on function public.order_pages(uuid, uuid[]) to authenticated;
grant execute on function public.delete_page(uuid) to authenticated;
grant execute on function public.undelete_page(uuid) to authenticated;
grant execute on function public.deleted_pages(uuid) to authenticated;
grant execute on function public.report_presence(uuid, boolean) to authenticated;
grant execute on function public.finish_upload(uuid) to authenticated;
grant execute on function public.replace_asset(uuid, uuid) to authenticated;
grant execute on function public.component_pages(uuid) to authenticated;
grant execute on function public.unpublished_changes(uuid) to authenticated;
grant execute on function public.request_deployment(uuid, text, text, text, text, uuid, boolean, timestamptz, text)
  to authenticated;
grant execute on function public.cancel_deployment(uuid) to authenticated;
grant execute on function public.request_restore(uuid, text) to authenticated;
grant execute on function public.request_promotion(uuid, text) to authenticated;
grant execute on function public.request_unpublish(uuid, text, text) to authenticated;
grant execute on function public.set_member_role(uuid, uuid, public.member_role) to authenticated;
grant execute on function public.remove_member(uuid, uuid) to authenticated;
grant execute on function public.leave_organization(uuid) to authenticated;
grant execute on function public.transfer_ownership(uuid, uuid) to authenticated;
grant execute on function public.create_invitation(uuid, text, public.member_role, text) to authenticated;
grant execute on function public.resend_invitation(uuid, text) to authenticated;
grant execute on function public.withdraw_invitation(uuid) to authenticated;
grant execute on function public.accept_invitation(text) to authenticated;
grant execute on function public.delete_organization(uuid, text) to authenticated;
grant execute on function public.delete_account() to authenticated;
grant execute on function public.verify_activity_chain(uuid) to authenticated;
grant execute on function public.set_error_state(uuid, text) to authenticated;
grant execute on function public.ai_quota(uuid) to authenticated;
grant execute on function public.find_submissions(uuid, text) to authenticated;
grant execute on function public.submissions_of(uuid, text) to authenticated;
grant execute on function public.erase_submissions(uuid, text) to authenticated;
grant execute on function public.test_form_hook(uuid) to authenticated;
grant execute on function public.retry_form_delivery(uuid) to authenticated;
grant execute on function public.over_limit_content(uuid) to authenticated;
grant execute on function public.publish_blockers(uuid) to authenticated;
grant execute on function public.current_quotas(uuid) to authenticated;
grant execute on function public.usage_by_day(uuid, date) to authenticated;
grant execute on function public.site_report(uuid, date, date, jsonb) to authenticated;
grant execute on function public.goal_report(uuid, date, date, jsonb) to authenticated;
-- The service asks it too, for the page that a link opens before anybody has signed in.
grant execute on function public.describe_invitation(text) to authenticated, service_role;
grant execute on function public.record_invitation_mail(uuid, integer) to service_role;

-- The origin of published sites asks as nobody, with the publishable key.
grant execute on function public.is_preview_link_open(uuid) to anon, authenticated, service_role;

-- PostgREST, before each request, as whoever asks.
grant execute on function public.check_request() to anon, authenticated, service_role;

-- The deploy workers, over the API with the secret key.
grant execute on function public.claim_deployment(text, integer) to service_role;
grant execute on function public.renew_deployment(uuid, bigint, integer, text, jsonb, jsonb) to service_role;
grant execute on function public.finish_deployment(uuid, bigint, text, text, jsonb, jsonb, jsonb, jsonb, jsonb) to service_role;
grant execute on function public.note_deployment(uuid, bigint, jsonb, jsonb) to service_role;
grant execute on function public.deployment_queue() to service_role;
grant execute on function public.settle_uploads() to service_role;
grant execute on function public.orphaned_files() to service_role;
grant execute on function public.note_published_forms(uuid, bigint, text, jsonb) to service_role;
grant execute on function public.claim_form_delivery(integer) to service_role;
grant execute on function public.finish_form_delivery(uuid, integer, text, integer, text) to service_role;
grant execute on function public.purge_submissions() to service_role;

-- The service, for visitors of published sites, who are nobody here.
grant execute on function public.published_form(uuid, text) to service_role;
grant execute on function public.store_submission(jsonb) to service_role;

-- The service, for errors that it has cleaned of secrets.
grant execute on function public.record_error(uuid, uuid, text, text, text, jsonb, text, bigint) to service_role;

-- The service, for visits it has checked and links it has unsealed; the worker, about what is kept and who wants the week.
grant execute on function public.record_visits(jsonb) to service_role;
grant execute on function public.visitor_salt() to service_role;
grant execute on function public.shared_report(uuid, date, date, jsonb) to service_role;
grant execute on function public.sum_visits(integer) to service_role;
grant execute on function public.trim_visits(integer) to service_role;
grant execute on function public.take_weekly_reports(integer) to service_role;
grant execute on function public.note_weekly_reports(uuid[], date) to service_role;

-- The service, when it mails those whom a comment calls.
grant execute on function public.take_comment_recipients(uuid) to service_role;

-- What the AI costs, counted by the app with the secret key.
grant execute on function public.reserve_generation(uuid, uuid, uuid, text, text, jsonb, text, integer, text) to service_role;
grant execute on function public.keep_generation(uuid, jsonb, text, integer, integer, bigint) to service_role;
grant execute on function public.settle_generation(
  uuid, text, jsonb, jsonb, text, integer, integer, bigint, integer, integer, text, integer, text) to service_role;
-- The worker, between two publishes.
grant execute on function public.tidy_generations() to service_role;

-- Billing: what Stripe says, and the mails about it.
grant execute on function public.apply_plans(jsonb) to service_role;
grant execute on function public.set_stripe_customer(uuid, text) to service_role;
grant execute on function public.take_stripe_events(jsonb) to service_role;
grant execute on function public.want_stripe_sync(text) to service_role;
grant execute on function public.claim_stripe_customer(text, integer) to service_role;
grant execute on function public.fail_stripe_sync(text, bigint, text) to service_role;
grant execute on function public.apply_stripe_state(text, bigint, bigint, jsonb) to service_role;
grant execute on function public.take_billing_mails(integer) to service_role;
grant execute on function public.note_billing_mail(bigint) to service_role;

-- The integrations service, which says for whom it asks; each function looks that person's role up.
grant execute on function public.save_integration(uuid, jsonb, jsonb) to service_role;
grant execute on function public.may_connect(uuid, uuid) to service_role;
grant execute on function public.rename_integration(uuid, uuid, text) to service_role;
grant execute on function public.delete_integration(uuid, uuid) to service_role;
grant execute on function public.note_integration(uuid, text, text, text[]) to service_role;
grant execute on function public.read_integration_secret(uuid) to service_role;
grant execute on function public.list_integration_secrets(text, uuid, integer) to service_role;
grant execute on function public.replace_integration_secrets(jsonb) to service_role;
grant execute on function public.credentials_canary(jsonb, text) to service_role;
grant execute on function public.begin_oauth(uuid, uuid, text) to service_role;
grant execute on function public.end_oauth(uuid, text) to service_role;
grant execute on function public.note_domain(uuid, uuid, text, jsonb) to service_role;
grant execute on function public.save_form_hook(uuid, jsonb, jsonb) to service_role;

-- What a deleted site leaves at other hosts: workers remove it, admins try again or let it be.
grant execute on function public.take_leftover() to service_role;
grant execute on function public.end_leftover(uuid, text) to service_role;
grant execute on function public.retry_leftover(uuid) to authenticated;
grant execute on function public.forget_leftover(uuid) to authenticated;

-- What strangers report, and what the operator does about it on the command line.
grant execute on function public.report_abuse(text, text, text, text) to service_role;
grant execute on function public.list_abuse_reports(integer) to service_role;
grant execute on function public.suspend_site(text, text) to service_role;
grant execute on function public.lift_suspension(text) to service_role;

-- Support looks in: the operator opens it on the command line; owners, the visitor and the operator end it.
grant execute on function public.open_support_visit(text, text, text, integer) to service_role;
grant execute on function public.list_support_visits(integer) to service_role;
grant execute on function public.close_support_visit(uuid) to authenticated, service_role;

-- Asked by policies, as the person whose statement it is.
grant execute on function private.person_id() to authenticated;
grant execute on function private.org_ids(public.member_role) to authenticated;
grant execute on function private.joined_org_ids() to authenticated;
grant execute on function private.org_folders(public.member_role) to authenticated;
grant execute on function private.awaits_file(text, text) to authenticated;
grant execute on function private.own_folder() to authenticated;
grant execute on function private.colleague_ids() to authenticated;
grant execute on function private.page_of_topic(text) to authenticated;

-- Asked by the checks of tables that people write.
grant execute on function private.is_plain_text(text, integer) to authenticated;
grant execute on function private.is_name(text, integer) to authenticated;
grant execute on function private.is_web_url(text) to authenticated;
grant execute on function private.is_json_object(jsonb, integer) to authenticated;
grant execute on function private.is_reserved_word(text) to authenticated;
grant execute on function private.is_slug(text) to authenticated;
grant execute on function private.is_page_path(text) to authenticated;
grant execute on function private.are_page_paths(text[]) to authenticated;
grant execute on function private.is_domain(text) to authenticated;
grant execute on function private.is_mention_list(jsonb) to authenticated;

-- Asked by functions that run as the caller.
grant execute on function private.holds_address(jsonb, text) to authenticated;
grant execute on function private.are_goal_steps(jsonb) to authenticated;
