"""`kalends reconcile` says what it did, and what is left for a person."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from kalends.app import postgres
from tests.fixtures.command import free_port

DIFFERENCE = """
    INSERT INTO settlement_differences (id, gateway, day, kind, object_kind, object_id, currency, noticed_at)
    VALUES (gen_random_uuid(), 'sandbox', current_date, 'missing_here', 'payment', 'pay_1', 'INR', now())
"""


def _reconcile(cluster: postgres.Cluster, database: str, home: Path) -> str:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {
        "DATABASE_URL": cluster.url(database, "kalends_app"),
        "KALENDS_HOME": str(home),
        "PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "kalends", "reconcile"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_says_what_is_left_to_do(
    cluster: postgres.Cluster, database: str, tmp_path: Path
) -> None:
    with psycopg.connect(cluster.dsn(database, "postgres"), autocommit=True) as connection:
        connection.execute(DIFFERENCE)
    said = _reconcile(cluster, database, tmp_path)
    assert "Asked about 0 payments, refunds, payouts and accounts; 0 changed." in said
    assert "Read 0 days of statements" in said
    assert "1 wait for a word" in said
    assert "questions had no answer: run this again when the gateway is back" in said
    assert "/api/v2/admin/settlements/differences?open=true" in said
