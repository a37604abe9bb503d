"""An audit of a folder that anybody made ends in a report, whatever lies in it."""

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sovereign_kernel.audit import audit
from sovereign_kernel.runs import manifest
from sovereign_kernel.storage.canonical_json import sha256
from tests.runs.finished import approved

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", "C1", "S1", "answer", "../../x", "\ud800", "AUTO_APPROVE", "x" * 10_000]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)
DELETED = object()


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return approved(tmp_path_factory.mktemp("runs") / "run")[0].path


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    found: list[tuple[Any, Any]] = []
    keys = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in keys:
        found.append((value, key))
        found += places(part)
    return found


def reseal(folder: Path, content: bytes) -> None:
    """draft.json replaced, and named in run.json with its true hash: only what is in it can be found."""
    honest = manifest.read(folder)
    (folder / "draft.json").write_bytes(content)
    manifest.write(folder, honest.model_copy(update={"files": honest.files | {"draft.json": sha256(content)}}))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), value=ODD | st.just(DELETED))
def test_any_value_anywhere_in_the_draft(pristine, tmp_path_factory, place, value):
    folder = Path(shutil.copytree(pristine, tmp_path_factory.mktemp("fuzz") / "run"))
    honest = json.loads((folder / "draft.json").read_text())
    draft = copy.deepcopy(honest)
    found = places(draft)
    container, key = found[int(place * len(found))]
    if value is DELETED:
        del container[key]
    else:
        container[key] = value
    reseal(folder, json.dumps(draft).encode())
    report = audit(folder)
    assert report.findings
    assert not report.holds
    shutil.rmtree(folder.parent)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["run.json", "draft.json", "ledger.jsonl", "approval.sig"]), content=st.binary(max_size=300)
)
def test_any_bytes_in_place_of_a_file(pristine, tmp_path_factory, name, content):
    folder = Path(shutil.copytree(pristine, tmp_path_factory.mktemp("fuzz") / "run"))
    (folder / name).write_bytes(content)
    assert not audit(folder).holds
    shutil.rmtree(folder.parent)


def test_folders_in_place_of_files(pristine, tmp_path):
    for name in (
        "draft.json",
        "draft.md",
        "ledger.jsonl",
        "approval.sig",
        "run.lock",
        "policy.toml",
        "sources",
        "run.json",
    ):
        folder = Path(shutil.copytree(pristine, tmp_path / name.replace(".", "-")))
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
            (folder / name).write_text("")
        else:
            (folder / name).unlink(missing_ok=True)
            (folder / name).mkdir()
        if name != "policy.toml":  # an empty folder there is nothing
            assert not audit(folder).holds, name
