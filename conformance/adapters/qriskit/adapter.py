# qriskit is made for QRIS of Indonesia. `parse` reads any EMVCo payload without its rules, and `dumps` writes it again with a
# new CRC. `validate` gives every broken rule with a code that stays; the rules that are QRIS's own are left out here, so that
# it can be asked about every EMVCo payload. Its errors have no names, and its positions are not those of chapter 11.
import re
import sys

sys.path.insert(0, "..")

from loop import VALIDATOR, accept, reject, serve, tree
from qriskit import QRISParseError, model, parse, spec, validate

# QRIS has one currency and one country; what they are in other countries.
ELSEWHERE = {"currency.invalid": "[0-9]{3}", "country.invalid": "[A-Za-z]{2}"}


def is_of_emvco(issue, payload):
    """Whether EMVCo has the rule too. An obligatory 01 is QRIS's own, and so is what account templates hold beside their GUID."""
    template, _, tag = (issue.path or "").partition(".")
    if issue.code in ELSEWHERE:
        return not re.fullmatch(ELSEWHERE[issue.code], payload.get(template))
    if issue.code in ("tag.length", "tag.format") and spec.is_merchant_account_template(template):
        return tag == "00"
    return (issue.code, issue.path) != ("tag.required", "01")


def inner(nodes):
    for node in nodes:
        children = model.children_of(node.value) if spec.is_template(node.tag) else None
        yield node.tag, [(child.tag, child.value) for child in children] if children else node.value


def decode(text):
    payload = parse(text)
    return accept(value=tree(inner(payload.nodes)), reencoded=payload.dumps().encode().hex())


def check(text):
    payload = parse(text)
    errors = (issue for issue in validate(payload) if issue.severity == "error")
    return reject() if any(is_of_emvco(issue, payload) for issue in errors) else accept()


serve(
    "qriskit",
    supports=VALIDATOR,
    features=["value", "reencoded"],
    refusals=QRISParseError,
    decode=decode,
    check=check,
)
