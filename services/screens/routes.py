"""One address per screen. All are public: they show nothing until a session asks for data."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, current_app, redirect, render_template

from services.auth import public
from services.config import Config
from services.edge import security_headers
from services.edge.static_files import DIST
from services.screens.assets import Assets
from services.sign_in_ways import public_settings

blueprint = Blueprint("screens", __name__)

SCREENS = {
    "/": "landing",
    "/login": "login",
    "/signup": "signup",
    "/forgot": "forgot",
    "/reset": "reset",
    "/auth/callback": "callback",
    "/welcome": "welcome",
    "/dashboard": "dashboard",
    "/account": "account",
    "/team": "team",
    "/billing": "billing",
    "/settings": "settings",
    "/ai": "ai",
    "/activity": "activity",
    "/forms": "forms",
    "/errors": "errors",
    "/integrations": "integrations",
    "/integrations/github/callback": "github_callback",
    "/report": "report",
    "/abuse": "abuse",
}


def register(app: Flask, config: Config) -> None:
    """Join the screens, and give every template the built files' names and the public settings."""
    assets = Assets(DIST / "manifest.json")
    app.jinja_env.globals.update(asset=assets.asset, entry=assets.entry)
    # Flask's own would put every secret within a template's reach.
    del app.jinja_env.globals["config"]

    @app.context_processor
    def settings() -> dict[str, Any]:
        return {"config": public_settings(config, app.extensions["sign_in_ways"])}

    app.register_blueprint(blueprint)


def _show(name: str) -> Callable[[], str]:
    @public
    def show() -> str:
        return render_template(f"{name}.html")

    return show


for path, name in SCREENS.items():
    blueprint.add_url_rule(path, name, _show(name), methods=["GET"])
# Where the links of our own mails arrive; /auth/callback is where Supabase itself sends people.
blueprint.add_url_rule("/auth/confirm", "confirm", _show("callback"), methods=["GET"])


@blueprint.get("/sites/<uuid:site_id>")
@public
def site(site_id: UUID) -> str:
    return render_template("site.html")


@blueprint.get("/sites/<uuid:site_id>/edit")
@public
def builder(site_id: UUID) -> str:
    security_headers.use_builder_policy()
    return render_template("builder.html")


@blueprint.get("/sites/<uuid:site_id>/analytics")
@public
def analytics(site_id: UUID) -> str:
    return render_template("analytics.html")


@blueprint.get("/invite")
@public
def invite() -> str:
    security_headers.send_no_referrer()
    return render_template("invite.html")


@blueprint.get("/favicon.ico")
@public
def favicon() -> Any:
    """Browsers ask for this address by themselves."""
    asset: Callable[[str], str] = current_app.jinja_env.globals["asset"]  # type: ignore[assignment]
    return redirect(asset("favicon.svg"))
