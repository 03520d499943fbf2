"""Every setting, as data: its name, default and help.

A setting is read from the environment variable ``COOPGRAPH_`` + its name in capitals.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from coopgraph.errors import BadRequest

MIB = 1024 * 1024


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises
    ------
    BadRequest
        Naming each variable whose value is not one.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = [
            f"COOPGRAPH_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()
        ]
        raise BadRequest("; ".join(faults), zh=f"环境变量取值有误：{'；'.join(faults)}") from None


class Settings(BaseSettings):
    """The settings of one service or one command.

    Examples
    --------
    >>> Settings(port=9000).port
    9000
    """

    model_config = SettingsConfigDict(env_prefix="COOPGRAPH_", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("coopgraph"),
        description="Folder of the embedded store, or of the copy of a remote one; ':memory:' "
        "keeps nothing after the end.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    max_body_bytes: int = Field(
        MIB, ge=1024, description="Largest request body in bytes; above it 413."
    )
    answer_cache_bytes: int = Field(
        64 * MIB, ge=0, description="Memory for answers that are asked for again; 0 keeps none."
    )
    query_timeout: float = Field(
        10.0,
        gt=0,
        description="Seconds one SPARQL query may take, waiting included; then 504.",
    )
    query_memory_bytes: int = Field(
        2048 * MIB, ge=512 * MIB, description="Address space of one query worker in bytes."
    )
    query_max_bytes: int = Field(256 * MIB, ge=1024, description="Largest SPARQL result in bytes.")
    query_max_length: int = Field(
        256 * 1024, ge=1024, description="Longest SPARQL text in bytes; above it 413."
    )
    query_max_depth: int = Field(
        100, ge=1, description="Deepest nesting of a SPARQL text; above it 400."
    )
    query_max_patterns: int = Field(
        400, ge=1, description="Most triple patterns and path steps in a SPARQL text."
    )
    query_workers: int = Field(
        2, ge=1, description="SPARQL queries that run at the same time, lookups apart."
    )
    query_queue: int = Field(
        64, ge=0, description="SPARQL queries that may wait for a worker; above it 503."
    )
    query_cache_bytes: int = Field(
        64 * MIB,
        ge=0,
        description="Bytes of SPARQL answers kept for the next who asks; 0 for none.",
    )
    query_log: str = Field(
        "logs/queries.jsonl",
        description="File of the log of queries and changes, below the data folder unless "
        "absolute; '-' for stderr, empty for none.",
    )
    query_log_bytes: int = Field(
        64 * MIB, ge=64 * 1024, description="Bytes of that file and its older parts together."
    )
    query_log_text: int = Field(
        2000, ge=0, description="Characters of each query or update that the log keeps."
    )
    cors_origins: tuple[str, ...] = Field(
        (),
        description="Origins whose pages may read answers in a browser, or '*' for all; none by "
        "default.",
    )
    lookup_workers: int = Field(
        2, ge=0, description="Processes that answer lookups only; 0 to have them wait like others."
    )
    lookup_seconds: float = Field(
        0.2,
        gt=0,
        description="CPU seconds a lookup may use there; then it is run as any other query.",
    )
    memory_bytes: int = Field(
        0,
        ge=0,
        description="Memory of the whole service in bytes; 0 for three quarters of what there is.",
    )
    max_connections: int = Field(
        1000, ge=1, description="Connections at the same time; above it 503."
    )
    max_bodies_bytes: int = Field(
        64 * MIB, ge=1024, description="Bytes of all request bodies held at once; above it 503."
    )
    request_timeout: float = Field(
        10.0,
        gt=0,
        description="Seconds a client may take to send a head, and to send or take 64 KiB.",
    )
    update_timeout: float = Field(
        60.0,
        gt=0,
        description="Seconds one update, or one file to or from /store, may take; then 504.",
    )
    update_memory_bytes: int = Field(
        4096 * MIB, ge=512 * MIB, description="Address space of the writer process in bytes."
    )
    update_max_length: int = Field(
        4 * MIB, ge=1024, description="Longest SPARQL update in bytes; above it 413."
    )
    update_max_triples: int = Field(
        100_000, ge=1, description="Most statements in INSERT DATA and DELETE DATA of one update."
    )
    max_upload_bytes: int = Field(
        256 * MIB, ge=1024, description="Largest file sent to /store in bytes; above it 413."
    )
    service_allow: tuple[str, ...] = Field(
        (), description="SPARQL endpoints a query may reach by SERVICE; none by default."
    )
    store: str = Field(
        "",
        description="Query URL of a SPARQL 1.1 server that holds the graph; without it the store "
        "is embedded.",
    )
    store_update: str = Field(
        "", description="Its URL for SPARQL updates; to load where it has no graph store URL."
    )
    store_graph: str = Field(
        "", description="Its URL of the SPARQL 1.1 Graph Store Protocol; the fast way in and out."
    )
    store_user: str = Field("", description="User at the store; none by default.")
    store_password: SecretStr = Field(SecretStr(""), description="The user's password.")
    store_auth: Literal["basic", "digest"] = Field(
        "basic", description="How the password is sent: 'basic' or 'digest'."
    )
    store_token: SecretStr = Field(
        SecretStr(""), description="Bearer token for the store; wins over user and password."
    )
    store_connect_timeout: float = Field(
        5.0, gt=0, description="Seconds to wait for a connection to the store."
    )
    store_read_timeout: float = Field(
        60.0, gt=0, description="Seconds of silence of the store while graphs are copied."
    )
    store_retries: int = Field(
        3, ge=0, description="How often a call that may be repeated is tried again."
    )
    store_page_size: int = Field(
        10_000, ge=1, description="Statements a page where the store has no graph store URL."
    )
    store_poll_seconds: float = Field(
        10.0, gt=0, description="Seconds between looks at the store's mark of change."
    )
    store_recount_seconds: float = Field(
        300.0,
        ge=0,
        description="Seconds between counts of its graphs, for changes by others; 0 for never.",
    )
    store_default_graph: Literal["store", "union"] = Field(
        "store",
        description="Default graph of forwarded queries: as the 'store' has it, or the 'union' of "
        "the published graphs.",
    )
