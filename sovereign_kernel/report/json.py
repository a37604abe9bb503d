"""The draft as JSON, and the schema that it keeps. `python -m sovereign_kernel.report.json` prints the schema."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from sovereign_kernel.errors import BadRun
from sovereign_kernel.records import Draft
from sovereign_kernel.report.escape import json_unseen

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def to_json(draft: Draft) -> str:
    """Fields in the order of the schema, free mappings sorted, numbers that JSON lacks as null, one final newline.

    Characters that a reader cannot see are written as escapes, so that the file is safe to print.
    """
    fields = json.loads(draft.model_dump_json())
    fields["settings"] = _sorted(fields["settings"])
    fields["decision"]["inputs"] = _sorted(fields["decision"]["inputs"])
    lines = json.dumps(fields, indent=2, ensure_ascii=False, allow_nan=False)
    return json_unseen(lines) + "\n"


def from_json(text: str | bytes) -> Draft:
    """The draft that `to_json` wrote. Raises BadRun when the text is no draft of this schema version."""
    try:
        return Draft.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        raise BadRun(
            f"draft.json is not a draft of this version: {place}: {first['msg']}",
            "Make the draft again, or read it with the version of sovereign-kernel that run.json names.",
        ) from error


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of draft.json, as it is in docs/draft.schema.json."""
    schema = Draft.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, "$id": "urn:sovereign-kernel:draft:1", **schema}


def schema_text() -> str:
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(element) for element in value] if isinstance(value, list) else value


if __name__ == "__main__":
    print(schema_text(), end="")
