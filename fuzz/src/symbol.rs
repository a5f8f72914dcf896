//! The modules of a symbol, and the bit stream inside.

use upqr::symbol::stream::read;
use upqr::symbol::{Analysis, Grid, Version, analyse, analyse_with};

/// The first byte names the version; where its highest bit is set the others are data codewords, else modules, eight a byte, row by row.
pub fn check(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let version = Version::new(first % 0x80 % 40 + 1).expect("1 to 40");
    if *first >= 0x80 {
        segments(version, rest);
    } else {
        modules(version, rest);
    }
}

/// The segments stand in order without gaps, in the stream and in the payload.
fn segments(version: Version, codewords: &[u8]) {
    let Ok(stream) = read(codewords, version) else { return };
    let (mut bit, mut octet) = (0, 0);
    for segment in &stream.segments {
        assert_eq!((segment.bits.start, segment.bytes.start), (bit, octet));
        (bit, octet) = (segment.bits.end, segment.bytes.end);
    }
    assert_eq!(octet, stream.payload.len());
    assert!(bit + stream.padding.terminator + stream.padding.codewords * 8 <= codewords.len() * 8);
}

/// What was read from damaged modules is what the whole symbol says.
fn modules(version: Version, packed: &[u8]) {
    let side = version.side();
    let bit = |place: usize| packed.get(place / 8).is_some_and(|octet| octet >> (7 - place % 8) & 1 == 1);
    let grid = Grid::from_fn(version, |x, y| bit(y * side + x));
    let doubt: Vec<u8> = packed.iter().copied().cycle().take(side * side).collect();
    for read in [analyse(&grid), analyse_with(&grid, Some(&doubt))].into_iter().flatten() {
        whole(&read);
    }
}

/// A symbol that was read is read again from what was meant, with nothing wrong.
pub fn whole(read: &Analysis) {
    let again = analyse(&read.intended).expect("a symbol that was read can be read again");
    assert_eq!((&again.payload, &again.segments), (&read.payload, &read.segments));
    assert_eq!((again.level, again.mask, again.mirrored), (read.level, read.mask, false));
    assert!(again.blocks.iter().all(|block| block.corrected == 0));
}
