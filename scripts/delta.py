"""Reads a table of a store with another program's reader, with its log and from its newest checkpoint alone.

    pip install deltalake
    python scripts/delta.py STORE/interactions

Copies the log first, so that the store is left as it is.
"""

import os
import shutil
import sys
import tempfile

from deltalake import DeltaTable, QueryBuilder


def rows(table):
    return QueryBuilder().register("t", table).execute("SELECT count(*) FROM t").read_all()


def main(path):
    whole = DeltaTable(path)
    print("version", whole.version(), "files", len(whole.file_uris()), rows(whole))
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(path, os.path.join(folder, "table"))
        log = os.path.join(copy, "_delta_log")
        if not os.path.exists(os.path.join(log, "_last_checkpoint")):
            sys.exit("there is no checkpoint yet")
        for name in os.listdir(log):
            if name.endswith(".json") and int(name[:20]) < whole.version():
                os.remove(os.path.join(log, name))
        bare = DeltaTable(copy)
        print("from the checkpoint: version", bare.version(), "files", len(bare.file_uris()), rows(bare))
        if len(bare.file_uris()) != len(whole.file_uris()):
            sys.exit("the checkpoint names other files than the log")


if __name__ == "__main__":
    main(sys.argv[1])
