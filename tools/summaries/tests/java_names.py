"""What Java is asked only once in all tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from py4j.java_gateway import JavaClass, JavaMember, JVMView


@contextmanager
def remember_java_names() -> Iterator[None]:
    """Within it, a name of Java's is looked up once.

    PySpark asks Java what `functions` and what a function of it is for each column that an expression names, and Java
    looks for it in all of Spark's packages and files. A run of the job asks thousands of times, for the same few names.
    """
    with (
        patch.object(JVMView, "__getattr__", remembering(JVMView)),
        patch.object(JavaClass, "__getattr__", remembering(JavaClass)),
    ):
        yield


def remembering(kind: type) -> Callable[[Any, str], Any]:
    look_up = kind.__getattr__

    def get(owner: Any, name: str) -> Any:
        found = look_up(owner, name)
        if isinstance(found, JavaClass | JavaMember):
            # The next time Python finds it by itself.
            owner.__dict__[name] = found
        return found

    return get
