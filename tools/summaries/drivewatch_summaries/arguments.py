"""The arguments on the job's command line."""

import argparse


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "summaries:spark-submit",
        description="Sums up what drivers did, from the files of the private bucket.",
        allow_abbrev=False,
    )
    parser.add_argument("--records-bucket", required=True, metavar="URL", help="records, and what the job keeps")
    parser.add_argument("--public-bucket", required=True, metavar="URL", help="what the page reads")
    parser.add_argument("--time-zone", required=True, metavar="ZONE", help="of the fleet's wall clock, an IANA name")
    parser.add_argument("--anew", action="store_true", help="read and compute everything again")
    return parser.parse_args(arguments)
