"""Requests to an endpoint over a real connection."""

from collections.abc import Mapping

import aiohttp

from simulator.eventgrid.post import Answer, Post

# Event Grid itself decides how long it waits.
_NO_LIMIT = aiohttp.ClientTimeout(total=None)


def webhook(session: aiohttp.ClientSession) -> Post:
    """The `post` for an EventGrid; the session stays the caller's to close."""

    async def post(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            async with session.request(
                method, url, headers=headers, data=body, allow_redirects=False, timeout=_NO_LIMIT
            ) as response:
                return Answer(status=response.status, headers=response.headers, body=await response.read())
        except aiohttp.ClientError as error:
            raise ConnectionError(str(error)) from error

    return post
