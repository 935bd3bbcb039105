"""Starting and stopping from the command line."""

import signal
import socket

import pytest

from devhost.__main__ import main
from tests.devhost.processes import APP, PATIENCE_SECONDS, devhost, run_python


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(tmp_path, number):
    with devhost(tmp_path / "settings.json") as host:
        host.process.send_signal(number)

        assert host.process.wait(PATIENCE_SECONDS) == 0


def test_a_port_in_use_is_one_clear_line():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = run_python("-m", "devhost", "--app", APP, "--port", str(port))

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"devhost: port {port} cannot be used")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        pytest.param(
            "import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'", id="import"
        ),
        pytest.param("x = (", "SyntaxError: '(' was never closed", id="syntax"),
        pytest.param("x = 1", "Could not find top level function app instances", id="no app"),
        pytest.param(None, "there is no function_app.py here", id="no file"),
    ],
)
def test_a_bad_app_is_one_clear_line(tmp_path, source, complaint):
    (tmp_path / "host.json").write_text('{"version": "2.0"}')
    if source:
        (tmp_path / "function_app.py").write_text(source)
    ended = run_python("-m", "devhost", "--app", tmp_path, "--port", "0")

    assert ended.returncode == 1
    assert ended.stderr.startswith("devhost: ")
    assert complaint in ended.stderr
    assert (ended.stdout, ended.stderr.count("\n")) == ("", 1)


def test_help_teaches(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    assert "send an event as Event Grid does" in capsys.readouterr().out


def test_a_bad_argument_is_one_clear_line(capsys):
    assert main(["--port", "http"]) == 2

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("devhost: argument --port: ")
    assert "'http'" in err
