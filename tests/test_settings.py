from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from coopgraph.settings import Settings


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_a_help_text_and_a_default(name):
    field = Settings.model_fields[name]
    assert field.description
    assert field.description.endswith(".")
    assert not field.is_required()


VALUES = {
    "data_dir": ("/tmp/x", Path("/tmp/x")),  # noqa: S108
    "host": ("::1", "::1"),
    "port": ("9000", 9000),
    "max_body_bytes": ("2048", 2048),
    "answer_cache_bytes": ("1234", 1234),
    "query_timeout": ("0.5", 0.5),
    "query_memory_bytes": (str(2**30), 2**30),
    "query_max_bytes": ("4096", 4096),
    "query_max_length": ("4096", 4096),
    "query_max_depth": ("7", 7),
    "query_max_patterns": ("9", 9),
    "query_workers": ("3", 3),
    "query_queue": ("0", 0),
    "query_cache_bytes": ("0", 0),
    "query_log": ("-", "-"),
    "query_log_bytes": ("100000", 100_000),
    "query_log_text": ("0", 0),
    "cors_origins": ('["https://a.example"]', ("https://a.example",)),
    "lookup_workers": ("0", 0),
    "lookup_seconds": ("0.05", 0.05),
    "memory_bytes": (str(2**32), 2**32),
    "max_connections": ("20", 20),
    "max_bodies_bytes": ("4096", 4096),
    "request_timeout": ("1.5", 1.5),
    "update_timeout": ("2.5", 2.5),
    "update_memory_bytes": (str(2**30), 2**30),
    "update_max_length": ("4096", 4096),
    "update_max_triples": ("12", 12),
    "max_upload_bytes": ("4096", 4096),
    "store": ("https://db/sparql", "https://db/sparql"),
    "store_update": ("https://db/update", "https://db/update"),
    "store_graph": ("https://db/data", "https://db/data"),
    "store_user": ("me", "me"),
    "store_password": ("secret", SecretStr("secret")),
    "store_auth": ("digest", "digest"),
    "store_token": ("secret", SecretStr("secret")),
    "store_connect_timeout": ("1.5", 1.5),
    "store_read_timeout": ("90", 90.0),
    "store_retries": ("0", 0),
    "store_page_size": ("500", 500),
    "store_poll_seconds": ("0.5", 0.5),
    "store_recount_seconds": ("0", 0.0),
    "store_default_graph": ("union", "union"),
    "service_allow": ('["http://x/sparql"]', ("http://x/sparql",)),
}


def test_every_setting_is_tried_here():
    assert set(VALUES) == set(Settings.model_fields)


@pytest.mark.parametrize("name", VALUES)
def test_the_environment_sets_it(monkeypatch, name):
    text, value = VALUES[name]
    monkeypatch.setenv(f"COOPGRAPH_{name.upper()}", text)
    assert getattr(Settings(), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("port", "70000"), ("port", "http"), ("query_timeout", "0"), ("query_timeout", "-1"),
     ("query_workers", "0"), ("store_auth", "ntlm"), ("store_poll_seconds", "0"),
     ("store_default_graph", "all"), ("store_recount_seconds", "-1"),
     ("max_body_bytes", "1"), ("query_cache_bytes", "-1"), ("query_log_bytes", "9"),
     ("query_max_depth", "0")],
)  # fmt: skip
def test_a_value_out_of_range_is_refused(monkeypatch, name, text):
    monkeypatch.setenv(f"COOPGRAPH_{name.upper()}", text)
    with pytest.raises(ValidationError):
        Settings()


def test_settings_do_not_change_while_they_are_used():
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_secrets_are_not_shown():
    shown = repr(Settings(store_password=SecretStr("hidden-1"), store_token=SecretStr("hidden-2")))
    assert "hidden" not in shown
