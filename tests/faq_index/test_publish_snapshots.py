"""A version of the index is written, checked, made current, and never trusted when damaged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from faq_index import (
    FaqIndex,
    InvalidFaq,
    LiveIndex,
    SnapshotDamaged,
    SnapshotMissing,
    build_snapshot,
    ensure_index,
    load_snapshot,
)
from tests.faq_index.fakes import GOOD, TrigramEncoder, make_entry, shop, shop_ja, write_faq

QUESTIONS = [("where's my ordr", "en"), ("money back", "en"), ("返金されていない", "ja")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_it_works(folder: Path, encoder: TrigramEncoder, index: FaqIndex) -> None:
    stages: list[tuple[str, int, int]] = []
    path = build_snapshot([*shop(), *shop_ja()], encoder, folder,
                          progress=lambda *stage: stages.append(stage))  # fmt: skip
    loaded = load_snapshot(folder, encoder)
    assert loaded.version == path.name and loaded.built_at.tzinfo is not None
    assert loaded.entries() == index.entries()
    assert dict(loaded.thresholds) == dict(index.thresholds)
    for question in QUESTIONS:
        assert loaded.decide(*question) == index.decide(*question)
    assert {name for name, _, _ in stages} == {"encoding", "learning"}
    assert all(done <= total for _, done, total in stages)


def test_nothing_is_pickled(folder: Path, encoder: TrigramEncoder) -> None:
    path = build_snapshot(shop(), encoder, folder)
    manifest = json.loads((path / "manifest.json").read_text())
    names = {each.name for each in path.iterdir()} - {"manifest.json"}
    assert names == {*manifest["files"], *manifest["later"]}
    assert {"en.json", "en.npz"} == {name for name in names if not name.endswith(".npy")}
    for name in names - {"en.json", "en.npz"}:
        np.load(path / name, allow_pickle=False)
    with np.load(path / "en.npz", allow_pickle=False) as learned:
        assert all(len(learned[name].shape) < 3 for name in learned.files)


def test_there_is_none_at_first(folder: Path, encoder: TrigramEncoder) -> None:
    with pytest.raises(SnapshotMissing, match="No index has been built"):
        load_snapshot(folder, encoder)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [flip, cut, empty, Path.unlink])
@pytest.mark.parametrize(
    "name", ["en.npz", "en.json", "en.entries.npy", "en.dense.npy", "manifest.json"]
)
def test_a_damaged_file_is_noticed_and_built_anew(
    tmp_path: Path,
    folder: Path,
    encoder: TrigramEncoder,
    name: str,
    damage: Callable[[Path], None],
) -> None:
    write_faq(tmp_path / "faq", GOOD)
    before = ensure_index(tmp_path / "faq", folder, encoder)
    damage(folder / before.version / name)
    with pytest.raises(SnapshotDamaged):
        load_snapshot(folder, encoder)
    after = ensure_index(tmp_path / "faq", folder, encoder)
    assert after.version != before.version
    assert load_snapshot(folder, encoder).version == after.version


@pytest.mark.parametrize("damage", [cut, empty, Path.unlink])
def test_what_only_building_needs_must_be_there(
    folder: Path, encoder: TrigramEncoder, damage: Callable[[Path], None]
) -> None:
    path = build_snapshot(shop(), encoder, folder)
    damage(path / "en.raw.phrasings.npy")
    with pytest.raises(SnapshotDamaged):
        load_snapshot(folder, encoder)


def test_what_only_building_needs_is_not_built_upon_when_it_is_damaged(
    folder: Path, encoder: TrigramEncoder
) -> None:
    path = build_snapshot(shop(), encoder, folder)
    flip(path / "en.raw.phrasings.npy")
    loaded = load_snapshot(folder, encoder)
    assert loaded.decide("where's my ordr", "en").candidates
    with pytest.raises(SnapshotDamaged, match="checksum"):
        _ = loaded.partitions["en"].encoded
    encoder.encoded.clear()
    build_snapshot(shop(), encoder, folder)
    assert set(encoder.encoded) >= {text for entry in shop() for text in entry.phrasings}


def test_a_version_answers_after_it_was_dropped(folder: Path, encoder: TrigramEncoder) -> None:
    path = build_snapshot(shop(), encoder, folder)
    loaded = load_snapshot(folder, encoder)
    shutil.rmtree(path)
    assert loaded.decide("gift card", "en").candidates[0].entry == shop()[4]
    assert len(loaded.partitions["en"].encoded.vectors) == 20


@pytest.mark.parametrize("text", ["", "nonsense", "../x " + "0" * 64, "é", "v1 " + "0" * 64])
def test_a_damaged_pointer_is_noticed(folder: Path, encoder: TrigramEncoder, text: str) -> None:
    build_snapshot(shop(), encoder, folder)
    (folder / "CURRENT").write_bytes(text.encode())
    with pytest.raises(SnapshotDamaged):
        load_snapshot(folder, encoder)


def test_another_encoder_is_refused(folder: Path, encoder: TrigramEncoder) -> None:
    build_snapshot(shop(), encoder, folder)
    with pytest.raises(SnapshotDamaged, match="built with the encoder trigrams, not other"):
        load_snapshot(folder, TrigramEncoder("other"))


def test_only_new_phrasings_are_encoded(folder: Path, encoder: TrigramEncoder) -> None:
    build_snapshot(shop(), encoder, folder)
    encoder.encoded.clear()
    build_snapshot([*shop(), make_entry("new", "A new one?", answer="Yes.")], encoder, folder)
    assert encoder.encoded == ["A new one?", "new", "A new one?\nYes."]


def test_an_unchanged_faq_is_not_built_again(
    tmp_path: Path, folder: Path, encoder: TrigramEncoder
) -> None:
    write_faq(tmp_path / "faq", GOOD)
    first = ensure_index(tmp_path / "faq", folder, encoder)
    write_faq(tmp_path / "faq", "# a comment\n" + GOOD)
    second = ensure_index(tmp_path / "faq", folder, encoder)
    assert second.version == first.version
    assert [entry.line for entry in second.entries()] == [5, 9]
    assert ensure_index(tmp_path / "faq", folder, encoder, max_wrong=0.2).version != first.version
    write_faq(tmp_path / "faq", GOOD.replace("Choose", "Press"))
    assert ensure_index(tmp_path / "faq", folder, encoder).version != first.version


def test_a_bad_faq_leaves_the_live_one_alone(
    tmp_path: Path, folder: Path, encoder: TrigramEncoder
) -> None:
    write_faq(tmp_path / "faq", GOOD)
    first = ensure_index(tmp_path / "faq", folder, encoder)
    write_faq(tmp_path / "faq", GOOD.replace("id: track-order", "id: ''"))
    with pytest.raises(InvalidFaq):
        ensure_index(tmp_path / "faq", folder, encoder)
    assert load_snapshot(folder, encoder).version == first.version


def test_a_crash_before_the_swap_changes_nothing(
    folder: Path, encoder: TrigramEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_snapshot(shop(), encoder, folder)

    def crash(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("faq_index.manifest.os.replace", crash)
    with pytest.raises(OSError, match="no space"):
        build_snapshot(shop_ja(), encoder, folder)
    assert load_snapshot(folder, encoder).version == first.name


def test_some_old_versions_are_kept(folder: Path, encoder: TrigramEncoder) -> None:
    paths = [build_snapshot(shop(owner=str(i)), encoder, folder) for i in range(7)]
    assert [path.exists() for path in paths] == [False, False, True, True, True, True, True]
    assert {path.name for path in folder.iterdir()} == {*(p.name for p in paths[2:]), "CURRENT"}


def test_a_snapshot_can_be_copied_to_another_machine(
    tmp_path: Path, folder: Path, encoder: TrigramEncoder
) -> None:
    build_snapshot(shop(), encoder, folder)
    shutil.copytree(folder, tmp_path / "there")
    shutil.rmtree(folder)
    assert load_snapshot(tmp_path / "there", encoder).decide("gift card", "en").candidates


def test_the_live_index_is_swapped_in_one_step(index: FaqIndex, encoder: TrigramEncoder) -> None:
    live = LiveIndex(index)
    other = FaqIndex({}, encoder, version="other", built_at=index.built_at)
    assert live.swap(other) is index
    assert live.current is other


def test_a_small_change_of_a_large_faq_is_live_without_learning_anew(
    folder: Path, encoder: TrigramEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faq_index.building._MANY", 10)
    monkeypatch.setattr("faq_index.building._LITTLE", 0.2)
    build_snapshot(shop(), encoder, folder)
    learned = load_snapshot(folder, encoder).partitions["en"].model
    entries = [*shop(), make_entry("parking", "Can I park at the shop?", answer="Yes, behind it.")]
    build_snapshot(entries, encoder, folder)
    index = load_snapshot(folder, encoder)
    model = index.partitions["en"].model
    assert model.changes == 2 and np.array_equal(model.weights, learned.weights)
    assert model.taught.answerable.features.shape == learned.taught.answerable.features.shape
    assert index.decide("where can i park", "en").candidates[0].entry.id == "parking"
    assert index.decide("track my parcel", "en").candidates[0].entry.id == "track-order"
    changed = [*entries, make_entry("toilets", "Is there a toilet?", answer="Upstairs.")]
    build_snapshot(changed, encoder, folder)
    assert load_snapshot(folder, encoder).partitions["en"].model.changes == 0
