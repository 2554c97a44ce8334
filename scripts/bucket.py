"""Runs a command beside an S3-compatible server on this machine, in which there is one empty bucket.

    pip install 'moto[server]'
    python scripts/bucket.py cargo nextest run -p trueup-lake bucket
"""

import os
import subprocess
import sys
import urllib.request

from moto.server import ThreadedMotoServer


def main(command):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    urllib.request.urlopen(urllib.request.Request(f"{address}/trueup", method="PUT"))
    variables = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT": address,
        "AWS_ALLOW_HTTP": "true",
        "TRUEUP_TEST_BUCKET": "s3://trueup/tests",
    }
    done = subprocess.run(command, env={**os.environ, **variables})
    server.stop()
    sys.exit(done.returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
