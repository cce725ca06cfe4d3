"""The command `kalends`. What can go wrong is one clear sentence and exit code 2."""

import sys

import typer

from .commands import data, doctor, jobs, processes, server
from .commands.terminal import complain
from .refusals import EXPECTED, sentence

app = typer.Typer(
    name="kalends",
    help="An engine for service-booking marketplaces.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    server.up,
    server.demo,
    server.worker,
    data.migrate,
    doctor.doctor,
    processes.processes,
    data.reconcile,
    data.secrets,
    data.erase,
):
    app.command()(command)
app.add_typer(jobs.app, name="jobs")


def main() -> None:
    """Run the command of this process's arguments."""
    try:
        app(prog_name="kalends")
    except EXPECTED as error:
        complain(sentence(error))
        sys.exit(2)
