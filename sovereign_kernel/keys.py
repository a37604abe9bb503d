"""Keys, as their owners mean them: without the blanks, line ends and quotes that come along when a key is pasted."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping

from sovereign_kernel.errors import BadSetting

KEYS = {"nim": "NVIDIA_API_KEY", "openai": "OPENAI_API_KEY"}
_AROUND = " \t\r\n\ufeff\u00a0\u200b\"'`“”‘’"


def read_key(name: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The key in a variable; None when there is none. Raises BadSetting, without showing it, for what is no key."""
    key = _bare(name, environment)
    odd = next((char for char in key if not "!" <= char <= "~"), None)
    if odd is not None:
        raise BadSetting(
            f"{name} holds {_described(odd)}, which no key has",
            help=f"copy the key again, and set {name} to it alone, on one line",
        )
    return key or None


def has_key(name: str, environment: Mapping[str, str] | None = None) -> bool:
    """Whether something is set, also what is no key."""
    return bool(_bare(name, environment))


def secret_forms(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Every form in which a key that is set could show itself: as it was given, and as it is sent."""
    environment = os.environ if environment is None else environment
    given = [value for name in KEYS.values() if (value := environment.get(name))]
    forms = (form for value in given for form in (value, value.strip(_AROUND)))
    return tuple(dict.fromkeys(form for form in forms if form.strip(_AROUND)))


def _bare(name: str, environment: Mapping[str, str] | None) -> str:
    environment = os.environ if environment is None else environment
    return environment.get(name, "").strip(_AROUND)


def _described(char: str) -> str:
    if char in "\r\n":
        return "a line break"
    if char.isspace():
        return "a blank"
    return f"the character U+{ord(char):04X} ({unicodedata.name(char, 'without a name')})"
