"""The Flask application: every feature joins here through one line."""

import os
from collections.abc import Mapping

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from services import auth, log, redact, sentry
from services.ai import routes as ai
from services.analytics import routes as analytics
from services.api_docs import routes as api_docs
from services.billing import commands as billing_commands
from services.billing import routes as billing
from services.comments import routes as comments
from services.config import Config, ConfigError
from services.deployments import routes as deployments
from services.edge import limits, problems, request_log, security_headers, static_files
from services.error_reports import routes as error_reports
from services.forms import routes as forms
from services.forms.hooks import routes as form_hooks
from services.integrations import commands
from services.integrations import routes as integrations
from services.invitations import routes as invitations
from services.preview_links import routes as preview_links
from services.screens import routes as screens
from services.sign_in_ways import SignInWays
from services.status import routes as status
from services.support import commands as support_commands
from services.takedowns import commands as takedown_commands
from services.takedowns import routes as takedowns


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Build the application from the environment (granian: `--factory app:create_app`)."""
    try:
        config = Config.from_env(os.environ if environ is None else environ)
    except ConfigError as error:
        raise SystemExit(str(error)) from None  # One plain message, no traceback.
    redact.remember(config.secrets())
    log.start()
    sentry.start(config)
    wrong_keys = commands.complaint(config)
    if wrong_keys:
        raise SystemExit(wrong_keys)

    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False  # '//' is no other spelling of '/'
    app.debug = False  # Whatever FLASK_DEBUG says.
    app.config.update(ROSERAM=config, TRUSTED_HOSTS=config.trusted_hosts)
    # Inside the proxy's part, which says whose address it is, and before all of ours.
    analytics.register(app, config)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]

    # The order is the order of a request: its id, whose it is, whether it comes too often.
    request_log.register(app)
    if config.metrics_port:
        # Imported here: the library opens its files when it is imported, and asks where at once.
        from services.edge import metrics

        metrics.register(app)
    security_headers.register(app, config)
    problems.register(app)
    auth.register(app, config)
    limits.register(app, config)

    app.extensions["sign_in_ways"] = SignInWays(config)
    app.register_blueprint(static_files.blueprint)
    app.register_blueprint(api_docs.blueprint)
    app.register_blueprint(billing.blueprint)
    app.register_blueprint(comments.blueprint)
    app.register_blueprint(deployments.blueprint)
    app.register_blueprint(forms.blueprint)
    app.register_blueprint(form_hooks.blueprint)
    app.register_blueprint(invitations.blueprint)
    error_reports.register(app, config)
    app.register_blueprint(preview_links.blueprint)
    app.register_blueprint(ai.blueprint)
    app.register_blueprint(integrations.blueprint)
    app.register_blueprint(takedowns.blueprint)
    app.cli.add_command(commands.group(config))
    app.cli.add_command(billing_commands.group(config))
    app.cli.add_command(support_commands.group(config))
    app.cli.add_command(takedown_commands.group(config))
    screens.register(app, config)
    status.register(app, config)
    return app
