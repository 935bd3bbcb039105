"""`doctor`: looks for what keeps the other commands from working, and names the command that helps."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from ..config.peering_policy import HubError
from ..config.settings import Mode
from ..model.error_codes import advice_on
from ..model.errors import NetworkError
from ..model.observed import Vnet
from ..model.reasons import Reason
from . import event_subscription
from .exit_codes import ExitCode
from .rights import READ, ROLES, WRITE, Login
from .session import Session
from .terminal import Line, Terminal, Tone

_NO_RIGHT = "AuthorizationFailed"
_LOGIN_HELP = "log in with az login, or see docs/command-line.md for other ways"


@dataclass(slots=True, kw_only=True)
class Doctor:
    session: Session
    terminal: Terminal
    login: Login = field(default_factory=Login)
    problems: int = 0

    async def examine(self, token: Callable[[], Awaitable[str]]) -> ExitCode:
        settings = self.session.settings
        self._good("settings", f"subscription {settings.subscription_id}, mode {settings.mode}")
        try:
            self.login = Login.of(await token())
        except NetworkError as error:
            first, *tried = error.message.splitlines()
            self._bad("login", first, _LOGIN_HELP)
            self.terminal.show(Line(f"    {line.strip()}", Tone.SOFT) for line in tried)
            return ExitCode.PERSON
        self._good("login", f"principal {self.login.principal_id or 'unknown'} at {settings.arm_endpoint}")
        networks = {each: await self._networks(each) for each in settings.subscriptions}
        for subscription in networks:
            await self._groups(subscription)
        hubs = await self._hubs(all(found is not None for found in networks.values()))
        if hubs:
            for hub in hubs:
                await self._peerings("hub peerings", [hub], str(hub.id))
            for subscription, listed in networks.items():
                spokes = (vnet for vnet in listed or () if vnet.id not in {hub.id for hub in hubs})
                await self._peerings("spoke peerings", spokes, f"/subscriptions/{subscription}")
        for subscription in networks:
            await self._events(subscription)
        self._writes()
        good = not self.problems
        found = "Nothing is in the way." if good else f"{self.problems} of these need a person."
        self.terminal.show([Line(""), Line(found, Tone.TITLE)])
        return ExitCode.DONE if good else ExitCode.PERSON

    async def _networks(self, subscription: str) -> tuple[Vnet, ...] | None:
        try:
            found = await self.session.network.list_vnets(subscription)
        except NetworkError as error:
            self._refused("networks", error, READ[0], f"/subscriptions/{subscription}")
            return None
        self._good("networks", f"{len(found)} virtual networks of {subscription} are readable")
        return found

    async def _groups(self, subscription: str) -> None:
        try:
            found = await self.session.network.list_managers(subscription)
        except NetworkError as error:
            self._refused("groups", error, READ[1], f"/subscriptions/{subscription}")
        else:
            self._good("groups", f"{len(found)} resource groups of {subscription} are readable")

    async def _hubs(self, networks_are_readable: bool) -> tuple[Vnet, ...]:
        if not networks_are_readable:
            self._note("hub", "cannot be told before the networks are readable")
            return ()
        try:
            look = await self.session.look()
        except HubError as error:
            self._bad("hub", str(error))
            return ()
        except NetworkError as error:
            named = next((str(hub.id) for hub in self.session.settings.document.hubs if hub.id), "the hub")
            self._refused("hub", error, READ[0], named)
            return ()
        for finding in look.plan.findings:
            if finding.reason is Reason.NO_HUB:
                self._bad("hub", finding.detail, finding.reason.advice)
        for hub in look.hubs:
            self._good("hub", f"{hub.id} is readable, with {len(hub.peerings)} peerings")
        return look.hubs

    async def _peerings(self, name: str, vnets: Iterable[Vnet], scope: str) -> None:
        """Reads one peering by itself, as `apply` does while a write goes on: that needs a right of its own."""
        half = next((half for vnet in vnets for half in vnet.peerings), None)
        if half is None or self.session.settings.mode is Mode.AUDIT:
            return
        try:
            await self.session.network.get_peering(half.id)
        except NetworkError as error:
            self._refused(name, error, WRITE[3], scope)
        else:
            self._good(name, f"{half.id.name} is readable by itself")

    async def _events(self, subscription: str) -> None:
        """No command needs to see them, so a missing right is only noted."""
        try:
            found = await self.session.event_subscriptions(subscription)
        except NetworkError as error:
            if error.code != _NO_RIGHT:
                self._bad("events", str(error), advice_on(error.code))
                return
            needed = ", ".join(event_subscription.READ)
            self._note(
                "events",
                f"{error.code}: seeing event subscriptions of {subscription} needs {needed}",
                self.login.assignment(Mode.AUDIT, f"/subscriptions/{subscription}"),
            )
            return
        ours = [one for one in found if event_subscription.is_ours(one)]
        if not ours:
            missing = f"no event subscription of {subscription} delivers to {event_subscription.FUNCTION}"
            self._bad("events", f"{missing}: only the timer looks", event_subscription.create(subscription))
        for one in ours:
            flaws = list(event_subscription.flaws(one, subscription))
            if not any(flaw.is_bad for flaw in flaws):
                self._good("events", f"{one['name']} of {subscription} brings every change of a network")
            for flaw in flaws:
                show = self._bad if flaw.is_bad else self._note
                show("events", f"{one['name']}: {flaw.text}", flaw.command)

    def _writes(self) -> None:
        """Cannot be tried without writing, so the rights are only listed."""
        settings = self.session.settings
        if settings.mode is Mode.AUDIT:
            self._note("writes", "mode is audit: nothing is written, and no right to write is needed")
            return
        self._note("writes", f"cannot be tried without writing; apply also needs {', '.join(WRITE)}")
        scopes = [f"/subscriptions/{subscription}" for subscription in settings.subscriptions]
        scopes += [
            str(hub.id)
            for hub in settings.document.hubs
            if hub.id and not any(hub.id.is_in(subscription) for subscription in settings.subscriptions)
        ]
        self._note("", f"{ROLES[Mode.ENFORCE]} has them. Where apply meets AuthorizationFailed:")
        self.terminal.show(Line(f"    {self.login.assignment(Mode.ENFORCE, scope)}") for scope in scopes)

    def _refused(self, name: str, error: NetworkError, action: str, scope: str) -> None:
        if error.code != _NO_RIGHT:
            self._bad(name, str(error), advice_on(error.code))
            return
        self._bad(name, f"{error.code}: {action} is missing on {scope}")
        self.terminal.show([Line(f"    {self.login.assignment(self.session.settings.mode, scope)}")])

    def _good(self, name: str, text: str) -> None:
        self.terminal.show([Line(f"ok    {name:<14}  {text}", Tone.GOOD)])

    def _note(self, name: str, text: str, advice: str | None = None) -> None:
        self._show(Line(f"note  {name:<14}  {text}", Tone.SOFT), advice)

    def _bad(self, name: str, text: str, advice: str | None = None) -> None:
        self.problems += 1
        self._show(Line(f"bad   {name:<14}  {text}", Tone.BAD), advice)

    def _show(self, line: Line, advice: str | None) -> None:
        self.terminal.show([line, Line(f"    {advice}")] if advice else [line])
