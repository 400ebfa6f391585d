#!/usr/bin/python3
"""Compares piglit's results on our stack with llvmpipe's, test by test.

OURS and REFERENCE are directories that `piglit run` wrote. What counts is the tests that the
reference passes: each should pass here, too. Skips are counted apart: a skipped test is one whose
extension the driver does not offer. Without REFERENCE, all tests are taken to pass there.

The lists LISTS-fails.txt and LISTS-flakes.txt name the tests that are known not to pass, or not
always, each with the reason: "NAME # REASON". Exit status 1 if any other test does not pass. The
file FAILED gets the names of all that do not pass, known or not.
"""

import argparse
import bz2
import collections
import json
import os
import pathlib
import sys

PASSED = ("pass", "warn")
SKIPPED = ("skip", "notrun")


def read_results(directory):
    """The result of each test, by its name."""
    for name, opener in (("results.json.bz2", bz2.open), ("results.json", open)):
        path = pathlib.Path(directory) / name
        if path.exists():
            with opener(path, "rt", encoding="utf-8") as file:
                tests = json.load(file)["tests"]
            return {name: test["result"] for name, test in tests.items()}
    sys.exit(f"compare.py: no results in {directory}")


def read_list(path):
    """The names in a list of known tests. A missing list is an empty one."""
    if not path.exists():
        return set()
    lines = path.read_text(encoding="utf-8").splitlines()
    names = (line.split(" # ")[0].strip() for line in lines if not line.startswith("#"))
    return {name for name in names if name}


def print_names(title, names):
    if names:
        print(f"\n{title} ({len(names)}):")
        for name in sorted(names):
            print(f"  {name}")


def group(name):
    return "@".join(name.split("@")[:2])


def print_groups(wanted, bad):
    """Where most of the failures are."""
    totals = collections.Counter(map(group, wanted))
    worst = collections.Counter(map(group, bad)).most_common(25)
    if worst:
        print("\nwhere, of how many:")
        for name, count in worst:
            print(f"  {count:5} of {totals[name]:5}  {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lists", default="")
    parser.add_argument("--failed", default=os.devnull)
    parser.add_argument("ours")
    parser.add_argument("reference", nargs="?")
    arguments = parser.parse_args()

    ours = read_results(arguments.ours)
    reference = read_results(arguments.reference) if arguments.reference else None
    fails = read_list(pathlib.Path(f"{arguments.lists}-fails.txt"))
    flakes = read_list(pathlib.Path(f"{arguments.lists}-flakes.txt"))

    if reference is None:
        wanted = set(ours)
        print(f"{len(wanted)} tests; of these, here:")
    else:
        wanted = {name for name in ours if reference.get(name) in PASSED}
        print(f"{len(ours)} tests, of which llvmpipe passes {len(wanted)}; of these, here:")
    counts = collections.Counter(ours[name] for name in wanted)
    for result, count in counts.most_common():
        print(f"  {count:6} {result}")

    passed = {name for name in wanted if ours[name] in PASSED}
    skipped = {name for name in wanted if ours[name] in SKIPPED}
    bad = wanted - passed - skipped
    pathlib.Path(arguments.failed).write_text("".join(f"{name}\n" for name in sorted(bad)),
                                              encoding="utf-8")
    ran = len(passed) + len(bad)
    if ran:
        print(f"{len(passed)} of {ran} pass: {100 * len(passed) / ran:.1f} % (skips apart)")
        print(f"{len(passed)} of {len(wanted)} pass: {100 * len(passed) / len(wanted):.1f} %"
              " (skips counted as not passed)")

    print_groups(wanted, bad)
    for result in ("crash", "timeout", "incomplete", "fail"):
        print_names(f"{result}, not known", {name for name in bad - fails - flakes
                                             if ours[name] == result})
    print_names("listed as failing, but passes", fails & passed)
    sys.exit(1 if bad - fails - flakes else 0)


main()
