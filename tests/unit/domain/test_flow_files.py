from ari_app.domain.flow_files import changed_files, version_of


def test_a_version_is_of_names_and_texts_in_any_order() -> None:
    files = {"a.toml": "one", "b.toml": "two"}

    assert version_of(files) == version_of(dict(reversed(files.items())))
    assert len(version_of(files)) == 12


def test_another_name_or_text_is_another_version() -> None:
    known = [
        {"a.toml": "one", "b.toml": "two"},
        {"a.toml": "one", "c.toml": "two"},
        {"a.toml": "two", "b.toml": "one"},
        {"a.tomlone": "", "b.toml": "two"},
        {},
    ]

    assert len({version_of(files) for files in known}) == len(known)


def test_files_that_are_new_gone_or_different_have_changed() -> None:
    before = {"same.toml": "1", "gone.toml": "1", "different.toml": "1"}
    after = {"same.toml": "1", "different.toml": "2", "new.toml": "1"}

    assert changed_files(before, after) == ["different.toml", "gone.toml", "new.toml"]
