"""The page inside the builder's preview: it shows HTML that the app hands it, and nothing else.

It lives on the sites' origin and gets an opaque one by its own answer header, so that what it
shows reaches no session, no storage and no server, also when somebody opens it by itself.
"""

from __future__ import annotations

import json

from services.deployments.serving.answers import Answer, page

# The shown document sits in a frame of its own: it inherits this page's policy, and a new one can
# be put in its place at any time, whatever its scripts did to the old one.
_HTML = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Preview</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  html, body, iframe { margin: 0; border: 0; width: 100%; height: 100%; display: block }
  html { background: #fff }
</style>
<body>
<script>
  const app = APP_ORIGIN;
  addEventListener("message", (event) => {
    const { data } = event;
    if (event.origin !== app || event.source !== parent) return;
    if (data?.type !== "rb-preview" || typeof data.html !== "string") return;
    const next = document.createElement("iframe");
    next.setAttribute("sandbox", "allow-scripts allow-forms");
    next.title = "Preview of the page";
    next.srcdoc = data.html;
    document.body.replaceChildren(next);
  });
  if (parent !== window) parent.postMessage({ type: "rb-preview-ready" }, app);
</script>
"""


# Where an embedded video or map may come from.
_EMBED_HOSTS = (
    "https://www.youtube.com",
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    "https://www.google.com/maps/",
)


def preview_frame(app_url: str, supabase_url: str) -> Answer:
    """Answer with the preview page for the builder at `app_url`."""
    policy = "; ".join(
        (
            "sandbox allow-scripts allow-forms",
            "default-src 'none'",
            "script-src 'unsafe-inline'",
            f"style-src 'unsafe-inline' {app_url}",
            f"img-src {app_url} {supabase_url} https: data: blob:",
            f"font-src {app_url} data:",
            "media-src https: data:",
            "frame-src " + " ".join(_EMBED_HOSTS),
            "connect-src 'none'",
            "form-action 'none'",
            f"base-uri {app_url}",
            f"frame-ancestors {app_url}",
        )
    )
    html = _HTML.replace("APP_ORIGIN", json.dumps(app_url).replace("<", "\\u003c"))
    return page(
        200,
        html,
        Content_Security_Policy=policy,
        Referrer_Policy="no-referrer",
        X_Robots_Tag="noindex",
    )
