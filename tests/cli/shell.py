"""The command line within the test's process: the real SDK against a simulated Azure, in simulated time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from shared.azure.arm import ArmClient
from shared.azure.event_subscriptions import event_subscriptions
from shared.cli import commands
from shared.cli.arguments import parse
from shared.cli.exit_codes import ExitCode
from shared.cli.session import Session
from shared.cli.terminal import Terminal
from shared.config.settings import Settings
from simulator.transport import installed
from tests.clouds import SUBSCRIPTION, Cloud, TokenOfTheApp, grant_what_is_deployed


@dataclass(frozen=True)
class Ran:
    ending: ExitCode
    out: str
    err: str


class Shell:
    """`roles` are what the caller is granted; None is everything."""

    def __init__(self, cloud: Cloud, *, roles: Mapping[str, Any] | None = None, **settings: str) -> None:
        chosen = {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION, "HUB_LOCATION": "swedencentral"} | settings
        if roles is not None:
            grant_what_is_deployed(cloud.arm.access, chosen, roles)
        self.cloud = cloud
        self.settings = Settings.from_environ({name: value for name, value in chosen.items() if value})
        self.interrupt: Callable[[], None] | None = None

    async def __call__(self, *words: str | Path, is_coloured: bool = False) -> Ran:
        out, err = StringIO(), StringIO()
        terminal = Terminal(out=out, err=err, is_coloured=is_coloured)
        credential = TokenOfTheApp()

        async def token() -> str:
            return (await credential.get_token()).token

        def on_interrupt(action: Callable[[], None]) -> None:
            self.interrupt = action

        arm = ArmClient(credential, self.settings.arm_endpoint)
        session = Session(
            settings=self.settings,
            network=arm,
            event_subscriptions=partial(event_subscriptions, arm),
            now=self.cloud.world.clock.utc,
        )
        try:
            with installed(self.cloud.arm.handle):
                options = parse([str(word) for word in words])
                ending = await commands.run(options, session, terminal, token, on_interrupt)
        except commands.ERRORS as error:
            ending = commands.show_error(error, terminal)
        return Ran(ending, out.getvalue(), err.getvalue())
