"""The protocol, for libraries of Python: an adapter gives a function for each operation."""
import json
import sys
from importlib.metadata import version

# What a library with a validator of EMVCo's fields is asked about: neither what this standard carries nor the national schemes.
VALIDATOR = (
    "grammar(emv-mpm) & (op(decode) | op(check) & level(structure, checksum, profile)"
    " & !req(UPQR-CAR-*, UPQR-MPM-17, UPQR-MPM-18, UPQR-MPM-2?, UPQR-SCH-*))"
)


def accept(**more):
    return {"verdict": "accept", **more}


def reject():
    return {"verdict": "reject"}


def tree(objects):
    """What a merchant-presented payload decodes to, as vectors/README.md writes it; a template has a list of objects."""
    return {"grammar": "emv-mpm", "objects": flat(objects)}


def flat(objects):
    def show(tag, value):
        return f"{tag}={value}" if isinstance(value, str) else f"{tag}{{{','.join(flat(value))}}}"

    return [show(tag, value) for tag, value in objects]


def serve(library, *, supports, features, refusals, **operations):
    """Answers questions until `bye` or the end of the input. `operations` take a text and give `accept` or `reject`.

    `refusals` are the exceptions by which the library refuses; with any other one it has failed.
    """
    hello = {
        "name": library,
        "version": version(library),
        "language": "python",
        "ops": list(operations),
        "supports": supports,
        "features": features,
    }
    for line in sys.stdin.buffer:
        question = json.loads(line)
        if question["type"] == "bye":
            break
        if question["type"] == "hello":
            said = {"type": "hello", "protocol": 1, **hello}
        else:
            result = ask(operations[question["op"]], question["input"]["hex"], refusals)
            said = {"type": "result", "id": question["id"], **result}
        print(json.dumps({**said, "nonce": question["nonce"]}), flush=True)


def ask(operation, octets, refusals):
    try:
        text = bytes.fromhex(octets).decode()
    except UnicodeDecodeError:  # libraries take text, so what is none is refused before they see it
        return reject()
    try:
        return operation(text)
    except refusals as error:
        return {"verdict": "reject", "message": str(error)}
    except Exception as error:
        return {"verdict": "error", "message": repr(error)}
