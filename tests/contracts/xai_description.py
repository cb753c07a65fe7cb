"""What of xAI's API we use, in our words, as JSON Schemas: the test server holds both sides to it.

`ANSWER_*` describe what the vendor sends; `ASKED` what it takes. Nothing else may be sent: a field
that xAI refuses (a penalty, a stop word) or ignores would only show in production.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}


def closed(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


PART = {
    "oneOf": [
        closed({"type": {"const": "text"}, "text": TEXT}),
        closed(
            {
                "type": {"const": "image_url"},
                "image_url": closed(
                    {
                        "url": {"type": "string", "pattern": "^(https://|data:image/)"},
                        "detail": {"enum": ["auto", "low", "high"]},
                    },
                    optional=("detail",),
                ),
            }
        ),
    ]
}
MESSAGE = closed(
    {
        "role": {"enum": ["system", "user", "assistant"]},
        "content": {"oneOf": [TEXT, {"type": "array", "items": PART, "minItems": 1}]},
    }
)
FORMAT = closed(
    {
        "type": {"const": "json_schema"},
        "json_schema": closed(
            {"name": TEXT, "strict": {"const": True}, "schema": {"type": "object"}}
        ),
    }
)
# POST /v1/chat/completions
ASKED = closed(
    {
        "model": TEXT,
        "messages": {"type": "array", "items": MESSAGE, "minItems": 1},
        "max_completion_tokens": {"type": "integer", "minimum": 1},
        "stream": {"const": True},
        "stream_options": closed({"include_usage": {"const": True}}),
        "response_format": FORMAT,
        "prompt_cache_key": TEXT,
    },
    optional=("response_format", "prompt_cache_key"),
)

USAGE = closed(
    {
        "prompt_tokens": COUNT,
        "completion_tokens": COUNT,
        "total_tokens": COUNT,
        "cost_in_usd_ticks": COUNT,
    },
    # The vendor's own examples leave it out.
    optional=("cost_in_usd_ticks",),
)
DELTA = closed(
    {"role": TEXT, "content": TEXT, "reasoning_content": TEXT, "refusal": TEXT},
    optional=("role", "content", "reasoning_content", "refusal"),
)
CHOICE = closed(
    {
        "index": {"const": 0},
        "delta": DELTA,
        "finish_reason": {"enum": ["stop", "length", "content_filter", None]},
    },
    optional=("finish_reason",),
)
# One `data:` line of the stream; the last one before [DONE] has the usage and no choices.
ANSWER_CHUNK = closed(
    {
        "id": TEXT,
        "object": {"const": "chat.completion.chunk"},
        "created": COUNT,
        "model": TEXT,
        "choices": {"type": "array", "items": CHOICE, "maxItems": 1},
        "usage": USAGE,
    },
    optional=("usage",),
)
# GET /v1/models
ANSWER_MODELS = closed(
    {
        "object": {"const": "list"},
        "data": {
            "type": "array",
            "items": closed(
                {"id": TEXT, "object": {"const": "model"}, "created": COUNT, "owned_by": TEXT}
            ),
        },
    }
)
# GET /v1/language-models; prices in US cents for 100 million tokens
ANSWER_PRICES = closed(
    {
        "models": {
            "type": "array",
            "items": closed(
                {
                    "id": TEXT,
                    "input_modalities": {"type": "array", "items": TEXT},
                    "output_modalities": {"type": "array", "items": TEXT},
                    "prompt_text_token_price": COUNT,
                    "completion_text_token_price": COUNT,
                }
            ),
        }
    }
)
# Not OpenAI's {"error": {"message"}}: the client then leaves the words out of its exception.
ANSWER_ERROR = closed({"code": TEXT, "error": TEXT})
