#!/usr/bin/env python3
"""An adapter for `upqr run --adapter 'python3 adapter.py'`: reads questions, one JSON object a line, and answers each."""
import json
import sys

HELLO = {
    "name": "my-library",
    "version": "1.0.0",
    "language": "python",
    "ops": ["decode"],  # what it can be asked; everything else counts as unsupported
    "supports": "grammar(emv-mpm)",  # and of that, only merchant-presented payloads
    "features": ["error-code", "offset", "reencoded"],  # what is compared beyond the verdict
}


def decode(octets):
    """Reads the data objects of a payload. Put your own parser here, and translate what it says."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        return {"verdict": "reject", "error": {"code": "utf-8", "offset": error.start}}

    def reject(code, place):  # places are characters here, and bytes in an answer
        return {"verdict": "reject", "error": {"code": code, "offset": len(text[:place].encode())}}

    if not text:
        return reject("empty", 0)
    objects, at = [], 0
    while at < len(text):
        for place in range(at, at + 4):
            if place == len(text) or text[place] not in "0123456789":
                return reject("id" if place < at + 2 else "length", place)
        start = at + 4
        end = start + int(text[at + 2 : start])
        if end > len(text):
            return reject("overrun", at + 2)
        objects.append((text[at : at + 2], text[start:end]))
        at = end
    again = "".join(f"{tag}{len(value):02}{value}" for tag, value in objects)
    return {"verdict": "accept", "reencoded": again.encode().hex()}


def answer(question):
    if question["type"] == "hello":
        return {"type": "hello", "protocol": 1, **HELLO}
    try:
        result = decode(bytes.fromhex(question["input"]["hex"]))
    except Exception as error:  # a fault of the library, which is neither `accept` nor `reject`
        result = {"verdict": "error", "message": repr(error)}
    return {"type": "result", "id": question["id"], **result}


for line in sys.stdin.buffer:
    question = json.loads(line)
    if question["type"] == "bye":
        break
    print(json.dumps({**answer(question), "nonce": question["nonce"]}), flush=True)
