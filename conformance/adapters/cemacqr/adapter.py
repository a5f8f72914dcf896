# cemacqr reads any EMVCo payload, and has a validator of fields with EMVCo's own profile beside that of the CEMAC; it holds the
# CRC against the payload too. It leaves to its caller which objects are templates, so the adapter asks for those of clause 2.3.
# Its errors have no names, and its offsets are those of the object, where chapter 11 wants the character at fault.
import sys

sys.path.insert(0, "..")

from cemacqr import EMVCO, QrSyntaxError, parse_payload, validate
from cemacqr.tlv import encode_all
from loop import VALIDATOR, accept, reject, serve, tree

ADDITIONAL = "62"


def holds_objects(tag, within):
    if within is None:
        return "26" <= tag <= "51" or "80" <= tag <= "99" or tag in (ADDITIONAL, "64")
    return within == ADDITIONAL and tag >= "50"


def inner(objects, within=None):
    for item in objects:
        children = item.children() if holds_objects(item.tag, within) else []
        yield item.tag, list(inner(children, item.tag if within is None else "")) if children else item.value


def decode(text):
    objects = parse_payload(text).objects
    return accept(value=tree(inner(objects)), reencoded=encode_all(objects).encode().hex())


def check(text):
    return accept() if validate(parse_payload(text), EMVCO).ok else reject()


serve(
    "cemacqr",
    supports=VALIDATOR,
    features=["value", "reencoded"],
    refusals=QrSyntaxError,
    decode=decode,
    check=check,
)
