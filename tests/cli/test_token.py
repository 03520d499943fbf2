from __future__ import annotations

import json

from coopgraph.store.tokens import Tokens


def test_a_token_is_shown_once_and_only_its_hash_is_kept(call, tmp_path):
    made = call("token", "create", "wang", folder=tmp_path)
    assert made.code == 0
    token = made.out.strip()
    assert len(token) > 40
    assert "令牌" in made.err
    path = tmp_path / "tokens.json"
    assert token not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert Tokens(tmp_path).owner(token) == "wang"
    shown = call("token", "list", folder=tmp_path)
    assert "wang" in shown.out
    assert token not in shown.out
    listed = call("token", "list", "--json", folder=tmp_path)
    assert [entry["name"] for entry in json.loads(listed.out)] == ["wang"]
    assert set(json.loads(listed.out)[0]) == {"name", "created_at"}


def test_a_revoked_token_is_worth_nothing(call, tmp_path):
    token = json.loads(call("token", "create", "li", "--json", folder=tmp_path).out)["token"]
    other = call("token", "create", "zhao", folder=tmp_path).out.strip()
    assert call("token", "revoke", "li", folder=tmp_path).code == 0
    assert Tokens(tmp_path).owner(token) is None
    assert Tokens(tmp_path).owner(other) == "zhao"
    assert (tmp_path / "tokens.json").stat().st_mode & 0o777 == 0o600


def test_a_name_is_given_once_and_is_plain(call, tmp_path):
    assert call("token", "create", "wang", folder=tmp_path).code == 0
    assert call("token", "create", "wang", folder=tmp_path).code == 2
    assert call("token", "create", "a b", folder=tmp_path).code == 2
    assert call("token", "revoke", "nobody", folder=tmp_path).code == 2
    assert [entry["name"] for entry in Tokens(tmp_path).entries()] == ["wang"]


def test_a_broken_file_lets_nobody_in(tmp_path, call):
    (tmp_path / "tokens.json").write_text("{")
    done = call("token", "list", folder=tmp_path)
    assert done.code == 3
    assert "tokens.json" in done.err


def test_no_other_text_is_a_token(tmp_path):
    tokens = Tokens(tmp_path)
    assert tokens.owner("x") is None
    token = tokens.create("wang")
    for text in ("", "wang", token[:-1], token + "x", token.upper(), "é", "\ud800"):
        assert tokens.owner(text) is None


def test_a_folder_is_either_bare_or_a_knowledge_graph(call, data_folder, tmp_path):
    done = call("serve", "--bare", data_folder)
    assert done.code == 2
    assert "--bare" in done.err
    done = call("serve", "--bare", tmp_path / "x", "--data-dir", data_folder)
    assert done.code == 2
