"""Reads the images of a folder made by `upqr ladder` with zxing-cpp, and says how many it reads.

Usage: python3 measure.py FOLDER [--format human|ndjson]

An image is read where exactly the bytes of its payload come back; other bytes are a misread. The readers are those that `pip install zxing-cpp pillow`
brings; bytes are compared, never text.
"""

import argparse
import json
import pathlib
import sys
import time

import PIL.Image
import zxingcpp

# Of the images of a step, so many must be read for the step to count as read: 90 %.
ENOUGH = 0.9


def read(image):
    """The payloads in an image, with everything switched on that helps (which is the default)."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return {bytes(code.bytes) for code in found if code.valid}


def outcome(image, payload):
    payloads = read(image)
    if not payloads:
        return "nothing"
    if len(payloads) > 1:
        return "ambiguous"
    return "read" if payloads == {payload} else "misread"


def threshold(steps):
    """The hardest step that is read, as every easier one is; None where not even step 0 is."""
    hardest = None
    for step in sorted(steps):
        outcomes = steps[step]["outcomes"]
        if outcomes.count("read") < ENOUGH * len(outcomes):
            break
        hardest = step
    return hardest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--format", choices=["human", "ndjson"], default="human")
    arguments = parser.parse_args()
    ladders, started = {}, time.monotonic()
    with open(arguments.folder / "ladder.ndjson", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            with PIL.Image.open(arguments.folder / row["file"]) as image:
                what = outcome(image.convert("L"), bytes.fromhex(row["payload_hex"]))
            steps = ladders.setdefault(row["damage"], {})
            step = steps.setdefault(row["step"], {"amount": row["amount"], "outcomes": []})
            step["outcomes"].append(what)
            if what == "misread":
                print(f"misread: {row['file']}", file=sys.stderr)
    seconds = time.monotonic() - started
    total = []
    for name, steps in ladders.items():
        outcomes = [what for step in steps.values() for what in step["outcomes"]]
        total += outcomes
        hardest = threshold(steps)
        amount = None if hardest is None else steps[hardest]["amount"]
        if arguments.format == "ndjson":
            row = {"damage": name, "step": hardest, "amount": amount, "images": len(outcomes), "read": outcomes.count("read"), "misread": outcomes.count("misread")}
            print(json.dumps(row))
        else:
            by_step = " ".join(f"{round(100 * steps[step]['outcomes'].count('read') / len(steps[step]['outcomes'])):3d}" for step in sorted(steps))
            shown = "unread" if hardest is None else "clean" if amount is None else f"{amount:g}"
            print(f"{name:16} {shown:>7} {100 * outcomes.count('read') / len(outcomes):5.1f} % {outcomes.count('misread'):3d} misread  {by_step}")
    rate = 100 * total.count("read") / len(total)
    if arguments.format == "human":
        print(f"all {len(total)} images: {rate:.2f} % read, {total.count('misread')} misread, {total.count('ambiguous')} ambiguous, {len(total) / seconds:.0f} images/s")
    return 1 if "misread" in total else 0


if __name__ == "__main__":
    sys.exit(main())
