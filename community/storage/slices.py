"""The slices' modules, found by the fixed names of their files."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType

import community


@cache
def modules_named(name: str) -> tuple[str, ...]:
    """Dotted names of `community.<slice>.<name>` wherever that file exists, in the order of the alphabet."""
    slices = sorted(info.name for info in iter_modules(community.__path__) if info.ispkg)
    return tuple(dotted for part in slices if _exists(dotted := f"community.{part}.{name}"))


def import_all(name: str) -> list[ModuleType]:
    """Import every slice's module of that name, for what it registers."""
    return [import_module(dotted) for dotted in modules_named(name)]


def _exists(dotted: str) -> bool:
    return find_spec(dotted) is not None
