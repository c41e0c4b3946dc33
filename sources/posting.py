"""Posting a message to an address that the user names, through the network guard and under its rules."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx

from schemas import FetchSettings
from sources.addresses import RefusedAddress, read_allow_hosts
from sources.fetching.exchange import name_user_agent
from sources.guard import GuardedTransport, Resolve, resolve_host


def post(
    url: str,
    content: bytes,
    media_type: str,
    seconds: float,
    settings: FetchSettings,
    *,
    resolve: Resolve = resolve_host,
) -> str | None:
    """Post `content`; waits for up to `seconds`. None where the server took it, else why not, without the address.

    No redirect is followed. Only hosts of the internet and `allow_hosts` of the settings are reached.
    """
    with ThreadPoolExecutor(1, "post") as thread:  # whatever loop this one runs
        return thread.submit(asyncio.run, _post(url, content, media_type, seconds, settings, resolve)).result()


async def _post(
    url: str, content: bytes, media_type: str, seconds: float, settings: FetchSettings, resolve: Resolve
) -> str | None:
    headers = {"Content-Type": media_type, "User-Agent": name_user_agent(settings.contact)}
    try:
        transport = GuardedTransport(allow_hosts=read_allow_hosts(settings.allow_hosts), resolve=resolve)
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(transport=transport, trust_env=False, timeout=seconds) as client,
        ):
            answer = await client.post(url, content=content, headers=headers)
            return None if answer.is_success else f"the server answers {answer.status_code}"
    except TimeoutError:
        return f"the server took longer than {seconds:g} seconds"
    except RefusedAddress as refused:
        return refused.detail.rstrip(".")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"no answer ({type(error).__name__})"
