"""Which connection a query of Tortoise's goes to."""

from tortoise.models import Model

from community.storage.units import OutsideUnit, current_unit


class Router:
    """Reads go to the reading connection, and inside a unit of work to its own; writes only inside one."""

    def db_for_read(self, model: type[Model]) -> str:  # noqa: ARG002 - Tortoise's signature
        return "default" if current_unit() else "reader"

    def db_for_write(self, model: type[Model]) -> str:
        if current_unit() is None:
            raise OutsideUnit(f"writing {model.__name__} needs an open unit_of_work in the same task")
        return "default"
