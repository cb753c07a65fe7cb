"""/api/comments/<id>/notify: mail those whom a comment calls.

Who they are is the database's answer; their addresses are for the service alone, so that naming a
colleague in a comment tells nobody their address.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g
from pydantic import BaseModel, Field

from services.comments.letters import mention
from services.config import Config
from services.edge.limits import limiter
from services.edge.operation import operation
from services.errors import Forbidden, NotConfigured, NotFound
from services.mail import require_mail, send
from services.supabase import as_service, as_user, one, rows

blueprint = Blueprint("comments", __name__)

_COLUMNS = "id,body,created_by,page_id,pages(title,site_id)"


class Notified(BaseModel):
    """How many mails have left."""

    sent: int = Field(ge=0)


@blueprint.post("/api/comments/<uuid:comment_id>/notify")
@limiter.limit("30 per minute")
@operation(
    "Mail those whom a comment calls",
    answer=Notified,
    errors=(Forbidden, NotFound, NotConfigured),
)
def notify(comment_id: UUID) -> dict[str, Any]:
    """Send each of them one mail, unless they want none. Asking again sends nothing again."""
    config: Config = current_app.config["ROSERAM"]
    require_mail(config)
    db = as_user(config, g.person.token)
    asked = db.table("page_comments").select(_COLUMNS).eq("id", str(comment_id))
    said = one(asked, what="comment")
    if said["created_by"] != str(g.person.id):
        raise Forbidden("Only the author of a comment sends word of it.")
    names = rows(db.table("profiles").select("display_name").eq("user_id", said["created_by"]))
    page = said["pages"]
    link = (
        f"{config.app_url}/sites/{page['site_id']}/edit?page={said['page_id']}#comment-{said['id']}"
    )
    service = as_service(config)
    people = rows(service.rpc("take_comment_recipients", {"comment_id": said["id"]}))
    letters = [
        mention(
            to=person["email"],
            link=link,
            author=names[0]["display_name"] if names else "",
            page=page["title"],
            body=said["body"],
        )
        for person in people
    ]
    return {"sent": sum(send(config, letters)) if letters else 0}
