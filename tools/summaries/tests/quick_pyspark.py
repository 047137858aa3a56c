"""Runs PySpark without work that it repeats with the same result each time."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from py4j.java_gateway import JavaClass, JavaMember, JVMView
from pyspark import RDD
from pyspark.serializers import BatchedSerializer, CPickleSerializer


@contextmanager
def quick_pyspark() -> Iterator[None]:
    """Looks up a name of Java's only once within the block, and lets rows that Python makes reach Java directly.

    PySpark asks Java what `functions` and each of its functions is for each column that an expression names, and Java
    looks for it in all of Spark's packages and files. A run of the job asks thousands of times, for the same few names.

    It also sends rows for a frame through workers in Python, to change the sizes of their batches, although Java takes
    any.
    """
    with ExitStack() as patches:
        for kind in (JVMView, JavaClass):
            patches.enter_context(patch.object(kind, "__getattr__", remembering(kind)))
        patches.enter_context(patch.object(RDD, "_pickled", as_it_is(RDD._pickled)))
        yield


def remembering(kind: type) -> Callable[[Any, str], Any]:
    look_up = kind.__getattr__

    def get(owner: Any, name: str) -> Any:
        found = look_up(owner, name)
        if isinstance(found, JavaClass | JavaMember):
            # Python finds it without help the next time.
            owner.__dict__[name] = found
        return found

    return get


def as_it_is(pickled: Callable[[RDD], RDD]) -> Callable[[RDD], RDD]:
    def get(rows: RDD) -> RDD:
        form = rows._jrdd_deserializer
        is_pickled = isinstance(form, BatchedSerializer) and isinstance(form.serializer, CPickleSerializer)
        return rows if is_pickled else pickled(rows)

    return get
