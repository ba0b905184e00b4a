"""What will happen by itself at some time of the sandbox's clock."""

import secrets
from collections.abc import Callable, Mapping

from sandbox.store import Body
from sandbox.world import World

Action = Callable[[World, Body], None]


def schedule(world: World, *, at: int, action: str, **facts: str) -> None:
    """Remember to run `action` with `facts` when the clock reaches `at`."""
    world.store.add("due", secrets.token_hex(8), {"at": at, "action": action, "facts": facts})


def settle(world: World, actions: Mapping[str, Action]) -> int:
    """Run whatever has come due, earliest first; answers how many did. Called before every look at the records."""
    count = 0
    while ripe := [item for item in world.store.every("due") if item.body["at"] <= world.clock.now()]:
        for item in sorted(ripe, key=lambda item: (item.body["at"], item.seq)):
            world.store.remove(item)
            actions[item.body["action"]](world, item.body["facts"])
            count += 1
    world.store.commit()
    return count
