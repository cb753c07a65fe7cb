"""What a person may ask the AI, and what they get back. Nothing here chooses prompts or limits."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.edge.json_body import Body

Id = Annotated[UUID, Field(strict=False)]
Words = Annotated[str, Field(max_length=200)]
Key = Annotated[str, Field(min_length=1, max_length=100)]
IMAGE_BYTES = 4 * 1024 * 1024
Image = Annotated[
    str,
    Field(
        max_length=IMAGE_BYTES,
        pattern=r"^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$",
        description="A picture to look at, as a data: address.",
    ),
]


class Ask(Body):
    """What every question has."""

    site_id: Annotated[Id, Field(description="The site it is for; its organization pays.")]
    page_id: Annotated[Id | None, Field(description="The page it is for.")] = None
    prompt: Annotated[
        str, Field(min_length=1, max_length=8000, pattern=r"\S", description="What is wanted.")
    ]
    tone: Annotated[Words, Field(description="Such as “warm” or “matter-of-fact”.")] = ""
    audience: Annotated[Words, Field(description="Who reads it.")] = ""
    language: Annotated[
        str, Field(max_length=40, description="The language to write in; empty: as asked.")
    ] = ""
    model: Annotated[
        str, Field(max_length=100, description="One of GET /api/ai/models; empty: the usual one.")
    ] = ""
    variants: Annotated[int, Field(ge=1, le=4, description="How many to choose from.")] = 1


class PlannedSection(Body):
    """One section that a page shall have."""

    kind: Annotated[str, Field(min_length=1, max_length=40, description="A block's kind.")]
    brief: Annotated[str, Field(max_length=600, description="What it shall say.")] = ""


class PageAsk(Ask):
    """A page: its plan, its sections, or (with neither given) both one after the other."""

    only_plan: Annotated[bool, Field(description="Stop after the plan.")] = False
    plan: Annotated[
        list[PlannedSection] | None, Field(min_length=1, max_length=12, description="The sections.")
    ] = None
    image: Image | None = None


class CodeFile(Body):
    """A file there is already."""

    name: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.-]+$")]
    text: Annotated[str, Field(max_length=40_000)]


class CodeAsk(Ask):
    """HTML, CSS and JavaScript in files."""

    files: Annotated[list[CodeFile], Field(max_length=6, description="What to change.")] = []
    image: Image | None = None


class Text(Body):
    """A text of the page, by a name that comes back with its new words."""

    id: Key
    text: Annotated[str, Field(max_length=4000)]


class ContentAsk(Ask):
    """New words for texts of a page."""

    texts: Annotated[list[Text], Field(min_length=1, max_length=60)]
    length: Annotated[
        Literal["shorter", "same", "longer"], Field(description="How long it shall be.")
    ] = "same"


class PlacedSection(Body):
    """A section as it stands on the page."""

    id: Key
    kind: Annotated[str, Field(max_length=60)] = ""
    text: Annotated[str, Field(max_length=600, description="How it begins.")] = ""


class LayoutAsk(Ask):
    """Another arrangement of what is on the page."""

    sections: Annotated[list[PlacedSection], Field(min_length=2, max_length=40)]


class DesignAsk(Ask):
    """A theme for the site."""

    image: Image | None = None


class EditAsk(Ask):
    """A change of the selected block alone."""

    html: Annotated[
        str, Field(min_length=1, max_length=60_000, pattern=r"\S", description="The block now.")
    ]


class Used(BaseModel):
    """What a question used and cost."""

    input_tokens: int
    output_tokens: int
    cost_usd_ticks: int
    credits: int


class Generation(BaseModel):
    """The answer as plain JSON; as a stream it comes in `start, delta, section, usage, done`."""

    model_config = ConfigDict(extra="allow")

    generation_id: UUID
    kind: Literal["page", "code", "content", "layout", "design", "edit"]
    status: Literal["done", "canceled"]
    model: str
    sections: list[dict[str, Any]]
    usage: Used
    remaining: int | None


class Model(BaseModel):
    """A model that may be chosen. Prices in ticks per token: 10,000,000,000 to the dollar."""

    id: str
    input_price: int | None = None
    output_price: int | None = None
    images: bool | None = None


class Models(BaseModel):
    """What may be chosen, and what a question of each kind costs at most, in credits."""

    models: list[Model]
    default: str
    estimates: dict[str, int]
