"""One typed record of settings, and how it is put together: explicit > environment > file > default.

Keys are never settings: NVIDIA_API_KEY and OPENAI_API_KEY are read where a client is made, and nowhere kept.
"""

from __future__ import annotations

import difflib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ModelWrapValidatorHandler,
    ValidationError,
    field_validator,
    model_validator,
)

from sovereign_kernel.errors import BadSetting
from sovereign_kernel.storage import found_settings as found_file
from sovereign_kernel.transport.keys import KEYS, has_key

PREFIX = "SOVEREIGN_"
FILE = "sovereign.toml"
ENVIRONMENT = "the environment"
GOAL_LIMIT = 4_000
SERVE = PREFIX + "SERVE_"
"""How the variables begin that say how the graph is served; they are no settings."""
SWITCHES = {PREFIX + "CONFIG", PREFIX + "TRACING"}
"""Further variables that are no settings."""

# What kind of thing a setting names, where it matters who named it.
CODE: dict[str, JsonValue] = {"names": "code"}
ADDRESS: dict[str, JsonValue] = {"names": "an address"}
PATH: dict[str, JsonValue] = {"names": "a path"}
NAMED_ONLY = found_file.NAMED_ONLY

PATHS = ("corpus", "roles", "policy", "out", "runs_dir", "cache_dir")
OWN_FIELDS = frozenset({"model", "messages", "stream", "n", "tools", "input"})
"""Fields of a request that `extra_body` may not set."""
ADDRESSES = {"nim": ("NVIDIA_BASE_URL",), "openai": ("OPENAI_BASE_URL", "OPENAI_API_BASE")}
"""Where the providers' own programs look for an address: an owner who has set one means it."""


class Settings(BaseModel):
    """Settings of a run, by the names that the command line uses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Literal["auto", "arxiv", "corpus"] = Field(
        "auto", description="Where papers come from; auto asks arXiv and falls back on the embedded corpus"
    )
    provider: Literal["auto", "nim", "openai", "none"] = Field(
        "auto",
        description="Language model; auto takes NIM, then OpenAI, by the key that is set; none runs measured mode",
    )
    model: str | None = Field(None, description="Model name; by default the provider's own default")
    base_url: str | None = Field(
        None, description="Address of the model server; by default the provider's own", json_schema_extra=ADDRESS
    )
    role_models: dict[str, str] = Field(
        {}, description="A model name for single roles, by the role's name; as text: role=model,role=model"
    )
    embeddings: Literal["auto", "nim", "openai", "offline"] = Field(
        "auto", description="Embedder; auto takes NIM when NVIDIA_API_KEY is set, else the offline one"
    )
    embedding_model: str | None = Field(
        None, description="Embedding model; NIM: nvidia/nv-embedqa-e5-v5, 1024 dimensions"
    )
    embedding_url: str | None = Field(
        None, description="Address of the embedding server; by default the provider's own", json_schema_extra=ADDRESS
    )
    nli: str | None = Field(
        None,
        description="An NLI model (name or folder) for entailment; needs the extra [nli]",
        json_schema_extra=CODE,
    )
    papers: int = Field(10, ge=1, le=100, description="Papers that are kept")
    queries: int = Field(4, ge=1, le=12, description="Distinct queries that are planned and asked side by side")
    rounds: int = Field(2, ge=0, le=10, description="Revision rounds at most")
    threshold: float = Field(6.5, ge=0, le=10, description="Approval line of the tribunal's score")
    tfidf_threshold: float = Field(0.15, ge=0, le=1, description="The seed's TF-IDF relevance line; never a verdict")
    claims_per_paper: int = Field(4, ge=1, le=20, description="Claims that are taken from one paper at most")
    corpus: Path | None = Field(
        None,
        description="A JSONL corpus (or arXiv's bulk metadata) in place of the embedded one",
        json_schema_extra=PATH,
    )
    roles: Path | None = Field(
        None, description="A folder of the owner's own roles; its Python files are run", json_schema_extra=CODE
    )
    confirm_plan: bool = Field(
        False, description="Show the plan, and wait for the owner before anything is searched for"
    )
    require_owner: bool = Field(False, description="Never approve without the owner")
    policy: Path | None = Field(None, description="A TOML file of stricter policy rules", json_schema_extra=PATH)
    out: Path | None = Field(
        None,
        description="The run's folder; none is written when the bare graph has no `out`",
        json_schema_extra=PATH,
    )
    runs_dir: Path = Field(Path("runs"), description="Where run folders are made and listed", json_schema_extra=PATH)
    cache_dir: Path | None = Field(
        None,
        description="Cache for arXiv answers and corpus indexes; by default the user's",
        json_schema_extra=PATH,
    )
    arxiv_url: str = Field(
        "https://export.arxiv.org/api/query", description="Address of the arXiv API", json_schema_extra=ADDRESS
    )
    arxiv_gap: float = Field(3.0, ge=0, le=60, description="Seconds between requests to arXiv, over the whole machine")
    arxiv_timeout: float = Field(10.0, gt=0, le=120, description="Seconds that one request to arXiv may take")
    arxiv_patience: float = Field(
        30.0, gt=0, le=600, description="Seconds of trying before arXiv counts as unreachable"
    )
    model_timeout: float = Field(120.0, gt=0, le=3600, description="Seconds that one request to a model may take")
    model_patience: float = Field(
        300.0, gt=0, le=7200, description="Seconds that one question may take, retries included"
    )
    requests_per_minute: int = Field(40, ge=1, le=100_000, description="Requests a minute to model servers")
    parallel: int = Field(8, ge=1, le=64, description="Requests to a model server side by side")
    max_tokens: int = Field(4096, ge=64, le=200_000, description="Tokens that one answer may have")
    extra_body: dict[str, Any] = Field(
        {},
        description="More fields for every request to the language model, as a JSON object or NAME=VALUE; some servers "
        "want one, such as enable_thinking=false",
    )
    max_seconds: float | None = Field(None, gt=0, description="Total time limit of a run")
    max_calls: int | None = Field(None, ge=0, description="Budget of model calls")
    max_total_tokens: int | None = Field(None, ge=0, description="Budget of tokens")
    max_cost: float | None = Field(None, ge=0, description="Budget in US dollars; calls of unknown price end the run")

    @field_validator("role_models", mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        """The environment knows text only."""
        if not isinstance(given, str):
            return given
        pairs = [pair.partition("=") for pair in given.split(",")]
        if not all(role.strip() and model.strip() for role, _, model in pairs):
            raise ValueError("write role=model,role=model")
        return {role.strip(): model.strip() for role, _, model in pairs}

    @field_validator("extra_body", mode="before")
    @classmethod
    def _fields_from_text(cls, given: Any) -> Any:
        """A JSON object, NAME=VALUE, or several of them."""
        parts = [given] if isinstance(given, str) else given
        if not isinstance(parts, (list, tuple)):
            return given
        fields: dict[str, Any] = {}
        for part in parts:
            fields |= _body_fields(str(part))
        return fields

    @field_validator("extra_body")
    @classmethod
    def _not_the_question_itself(cls, fields: dict[str, Any]) -> dict[str, Any]:
        for name in sorted(fields.keys() & OWN_FIELDS):
            raise ValueError(f"{name!r} is not the owner's to set: what is asked, and how it is read, depends on it")
        return fields

    @field_validator(*PATHS)
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        """`~` is the home folder, wherever it is written."""
        try:
            return path.expanduser() if path is not None else None
        except RuntimeError as exc:
            raise ValueError(f"there is no home folder for {path}") from exc

    @model_validator(mode="wrap")
    @classmethod
    def _refused_in_our_words(cls, given: Any, build: ModelWrapValidatorHandler[Settings]) -> Settings:
        """Raises BadSetting whoever builds the record: LangGraph makes it from the dict of `context=`."""
        if isinstance(given, Mapping):
            _refuse_unknown(given, "the call")
        try:
            return build(given)
        except ValidationError as exc:
            raise _bad_setting(exc) from exc


OWNERS_ONLY: dict[str, str] = {
    name: str(field.json_schema_extra["names"])
    for name, field in Settings.model_fields.items()
    if isinstance(field.json_schema_extra, dict)
}
"""The settings that name code, an address or a path, and which of them: they never come over a network."""

NAMED_ONLY = {name for name, kind in OWNERS_ONLY.items() if kind in ("code", "an address")}
"""What a file may set only when its owner names it: a folder from a stranger may hold a sovereign.toml too."""


def resolve(
    explicit: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """Settings from all layers. `file` defaults to SOVEREIGN_CONFIG, then ./sovereign.toml if it is there.

    Raises BadSetting, naming the layer, the key, and the nearest known one.
    """
    environment = os.environ if environment is None else environment
    merged: dict[str, Any] = {}
    for where, layer in (
        _file_layer(file, environment),
        (ENVIRONMENT, _environment_layer(environment)),
        ("the call", dict(explicit or {})),
    ):
        _refuse_unknown(layer, where)
        merged |= layer
    return Settings(**_own_addresses(merged, environment), **merged)


def _own_addresses(merged: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """Addresses from the providers' own variables, kept with the run, so that its resumption asks the same server."""
    auto = next((provider for provider, name in KEYS.items() if has_key(name, environment)), "none")
    chosen = {"base_url": merged.get("provider", "auto"), "embedding_url": merged.get("embeddings", "auto")}
    found = {
        setting: address_of({"auto": auto}.get(str(provider), str(provider)), environment)
        for setting, provider in chosen.items()
        if not merged.get(setting) and not (setting == "embedding_url" and provider == "auto" and auto != "nim")
    }
    return {setting: address for setting, address in found.items() if address}


def address_of(provider: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The address that the provider's own variable names, for an owner who has named none here."""
    environment = os.environ if environment is None else environment
    return next((value for name in ADDRESSES.get(provider, ()) if (value := environment.get(name, "").strip())), None)


def _bad_setting(exc: ValidationError) -> BadSetting:
    first = exc.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    field = Settings.model_fields.get(str(first["loc"][0])) if first["loc"] else None
    return BadSetting(
        f"setting {name!r} is {first.get('input')!r}: {first['msg']}",
        help=f"{name}: {field.description}; docs/settings.md has its bounds" if field else "see docs/settings.md",
    )


def _file_layer(file: Path | None, environment: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    named = file or (Path(environment[PREFIX + "CONFIG"]) if environment.get(PREFIX + "CONFIG") else None)
    named = named.expanduser() if named else None
    path = named or Path(FILE)
    if named is None and not path.is_file():
        return str(path), {}
    try:
        layer = tomllib.loads(path.read_text("utf-8-sig"))
        if named is None:
            found_file.admit(path, layer, {name: field.default for name, field in Settings.model_fields.items()})
        return str(path), layer
    except OSError as exc:
        raise BadSetting(
            f"the settings file {path} cannot be read: {exc.strerror}",
            help="name a TOML file by --config or SOVEREIGN_CONFIG",
        ) from exc
    except (ValueError, RecursionError) as exc:  # no TOML, no UTF-8, or numbers and brackets beyond all bounds
        raise BadSetting(f"the settings file {path} is not TOML: {exc}", help="see docs/settings.md") from exc


def _environment_layer(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in SWITCHES and not name.startswith(SERVE) and value != ""
    }


def _refuse_unknown(layer: Mapping[str, Any], where: str) -> None:
    for key in layer:
        if key not in Settings.model_fields:
            near = difflib.get_close_matches(key, Settings.model_fields, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else "docs/settings.md lists the known ones"
            if where == ENVIRONMENT:
                name = f"{PREFIX}{key.upper()}"
                raise BadSetting(
                    f"the variable {name} is set, and there is no setting {key!r}", help=f"{hint}; or unset {name}"
                )
            raise BadSetting(f"unknown setting {key!r} in {where}", help=hint)


def _body_fields(text: str) -> dict[str, Any]:
    """Raises ValueError."""
    if text.lstrip().startswith("{"):
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError) as exc:
            raise ValueError(f"it is no JSON object: {exc}") from exc
        return dict(fields)
    name, equals, value = text.partition("=")
    if not (equals and name.strip()):
        raise ValueError("write a JSON object, or NAME=VALUE")
    try:
        return {name.strip(): json.loads(value)}
    except (ValueError, RecursionError):
        return {name.strip(): value}
