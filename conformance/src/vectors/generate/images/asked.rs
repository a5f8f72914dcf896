//! Pictures of what schemes, printers and readers ask of a symbol: character set, level, mode, size in print, and nothing strange beside it.

use upqr::symbol::{Grid, Level};

use super::canvas::{beside, drawn, modules};
use super::file::{png, svg};
use super::symbol::{Stream, damaged, micro, misformatted, near_format};
use super::table::{LINK, OTHER, link};
use super::{Origin, Row};

/// A payment slip of UPN QR before its amount, the amount, and the rest, in ASCII.
const SLIP: [&str; 3] = [
    "UPNQR\n\n\n\n\n\n\n\n",
    "00000002550",
    "\n\n\nOTHR\nOrder 0001\n\nSI56263300012039086\nSI00\nJADE TEA HOUSE\nCajna 1\nCrna\n096\n",
];

/// What schemes and printers ask of a symbol.
pub(super) fn asked() -> Vec<Row> {
    let [head, amount, tail] = SLIP;
    let slip = SLIP.concat();
    let slip = slip.as_bytes();
    let draw = |stream: Stream, level| png(&drawn(&stream.draw(level, 2), 2, 4));
    let link = Stream::new(4).bytes(LINK).draw(Level::M, 5);
    // One block of 20 codewords of error correction, of which 10 may be wrong.
    let whole = Stream::new(4).bytes(LINK).draw(Level::L, 1);
    let png3 = |grid: &Grid| png(&drawn(grid, 3, 4));
    let slip_of = |name, title, octets| Row::read(name, title, &[17], slip, octets);
    vec![
        slip_of(
            "slip",
            "A Slovenian payment slip: version 15, level M, ECI 4, bytes",
            draw(Stream::new(15).eci(4).bytes(slip), Level::M),
        ),
        slip_of(
            "slip-without-eci",
            "A Slovenian payment slip without its ECI",
            draw(Stream::new(15).bytes(slip), Level::M),
        ),
        slip_of(
            "slip-level-l",
            "A Slovenian payment slip at level L, which its scheme does not allow",
            draw(Stream::new(15).eci(4).bytes(slip), Level::L),
        ),
        slip_of(
            "slip-digits",
            "A Slovenian payment slip with its amount in numeric mode, which its scheme does not allow",
            draw(
                Stream::new(15).eci(4).bytes(head.as_bytes()).numeric(amount).bytes(tail.as_bytes()),
                Level::M,
            ),
        ),
        Row::read(
            "errors-7",
            "Seven wrong codewords of the ten that can be corrected",
            &[7, 12],
            LINK,
            png3(&damaged(whole.clone(), 7)),
        ),
        Row::read(
            "format-bit",
            "One wrong bit in each copy of format information",
            &[7, 12],
            LINK,
            png3(&misformatted(whole.clone(), near_format(1, 1))),
        ),
        Row::read("module-0-5", "A drawing with modules of 0.5 mm", &[9], LINK, svg(&link, 50)),
        Row::read("module-0-25", "A drawing with modules of 0.25 mm", &[9], LINK, svg(&link, 25)),
        Row::read("module-0-2", "A drawing with modules of 0.2 mm", &[9], LINK, svg(&link, 20)),
    ]
}

/// What stands beside a symbol that is read.
pub(super) fn beside_it() -> Vec<Row> {
    let (small, side) = micro(b"WXP-TEA");
    let micro = modules(side, 4, 4, |x, y| small.get(y * side + x).copied().unwrap_or_default());
    let grid = Stream::new(4).bytes(OTHER).draw(Level::L, 1);
    let torn = drawn(&damaged(grid.clone(), 18), 3, 4);
    let wide = modules(grid.side(), 3, 4, |x, y| grid.dark(x, y) && !(x < 8 && y < 8));
    vec![
        Row::read(
            "beside-micro",
            "A symbol beside a Micro QR symbol",
            &[1, 24],
            LINK,
            png(&beside(&link(1), &micro)),
        ),
        Row::read(
            "beside-unread",
            "A symbol beside another one that cannot be read",
            &[24],
            LINK,
            png(&beside(&link(2), &torn)),
        ),
        Row::refused(
            "beside-two-finders",
            "Two payloads, one of them in a symbol that has lost a finder pattern",
            &[11, 24],
            "ambiguous",
            Origin::Mutant("twice", "the second symbol holds another payload and has two finder patterns"),
            png(&beside(&link(3), &wide)),
        ),
    ]
}
