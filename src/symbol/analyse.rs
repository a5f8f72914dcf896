//! From the modules of a symbol to its payload, with everything that was damaged on the way.

use super::format::{MOST_FORMAT_ERRORS, MOST_VERSION_ERRORS, format_bits, nearest_format, version_bits};
use super::layout::{Layout, Part};
use super::reed_solomon;
use super::stream::{self, Padding, Segment, StreamFault};
use super::{Grid, Level, Mask, Version};

/// What a symbol holds, and what error correction did to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// Its version.
    pub version: Version,
    /// Its error correction level.
    pub level: Level,
    /// Its mask.
    pub mask: Mask,
    /// Whether columns and rows had to be exchanged.
    pub mirrored: bool,
    /// Wrong bits in the two copies of format information, of 15 each.
    pub format_errors: [u32; 2],
    /// Wrong bits in the two copies of version information, of 18 each; `None` below version 7.
    pub version_errors: Option<[u32; 2]>,
    /// Each block of codewords.
    pub blocks: Vec<Block>,
    /// Each segment.
    pub segments: Vec<Segment>,
    /// What follows the segments.
    pub padding: Padding,
    /// The bytes.
    pub payload: Vec<u8>,
    /// The symbol as it was meant: what its writer drew, were nothing damaged. Mirrored symbols are drawn the right way round.
    pub intended: Grid,
}

/// One block of codewords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Data codewords.
    pub data: usize,
    /// Error correction codewords.
    pub correction: usize,
    /// Codewords that may be wrong (table 9).
    pub correctable: usize,
    /// Codewords that were wrong.
    pub corrected: usize,
}

impl Block {
    /// The part of error correction that is left, 0 to 1: unused error correction (ISO/IEC 15415, 7.8.8).
    #[must_use]
    pub fn unused(&self) -> f64 {
        let of = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        (1.0 - of(self.corrected) / of(self.correctable.max(1))).max(0.0)
    }
}

impl Analysis {
    /// Unused error correction of the block that has least, 0 to 1.
    #[must_use]
    pub fn unused(&self) -> f64 {
        self.blocks.iter().map(Block::unused).fold(1.0, f64::min)
    }
}

/// Why modules give no payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Both copies of format information have too many wrong bits.
    Format,
    /// Version information names another version than the size.
    Version,
    /// More codewords of this block are wrong than can be corrected; blocks count from 0.
    Block(usize),
    /// The corrected codewords are no stream of segments.
    Stream(StreamFault),
}

/// Reads the modules of a symbol; one that is mirrored is read by exchanging columns and rows.
pub fn analyse(grid: &Grid) -> Result<Analysis, Unread> {
    analyse_with(grid, None)
}

/// Reads the modules of a symbol, where `doubt` says how little each module is trusted, 0 to 255, row by row.
///
/// Where a block has too many errors, its codewords that are trusted least are given up first.
pub fn analyse_with(grid: &Grid, doubt: Option<&[u8]>) -> Result<Analysis, Unread> {
    let layout = Layout::new(grid.version());
    let straight = oriented(grid, doubt, &layout, false);
    let Err(fault) = straight else { return straight };
    let turned = doubt.map(|doubt| transposed(doubt, grid.side()));
    oriented(&grid.transposed(), turned.as_deref(), &layout, true).map_err(|_| fault)
}

fn transposed(doubt: &[u8], side: usize) -> Vec<u8> {
    let at =
        |x: usize, y: usize| doubt.get(y.saturating_mul(side).saturating_add(x)).copied().unwrap_or_default();
    (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).map(|(x, y)| at(y, x)).collect()
}

fn oriented(grid: &Grid, doubt: Option<&[u8]>, layout: &Layout, mirrored: bool) -> Result<Analysis, Unread> {
    let version = grid.version();
    let (level, mask, format_errors) = format(grid, layout).ok_or(Unread::Format)?;
    let version_errors = information(grid, layout);
    if version_errors.is_some_and(|errors| errors.iter().all(|errors| *errors > MOST_VERSION_ERRORS)) {
        return Err(Unread::Version);
    }
    let path = layout.path();
    let (codewords, doubts) = codewords(grid, doubt, mask, &path);
    let mut blocks = Vec::new();
    let mut corrected = Vec::new();
    let sizes = version.blocks(level);
    for (number, places) in interleaving(version, level).iter().enumerate() {
        let size = sizes.get(number).copied().ok_or(Unread::Block(number))?;
        let of = |list: &[u8]| -> Vec<u8> {
            places.iter().map(|place| list.get(*place).copied().unwrap_or_default()).collect()
        };
        let mut block = of(&codewords);
        let doubts = doubt.map(|_| of(&doubts));
        let changed = repair(&mut block, size.correction, size.correctable, doubts.as_deref())
            .ok_or(Unread::Block(number))?;
        blocks.push(Block {
            data: size.data,
            correction: size.correction,
            correctable: size.correctable,
            corrected: changed,
        });
        corrected.push(block);
    }
    let data: Vec<u8> = corrected
        .iter()
        .zip(&sizes)
        .flat_map(|(block, size)| block.iter().take(size.data).copied())
        .collect();
    let stream = stream::read(&data, version).map_err(Unread::Stream)?;
    let intended = draw(layout, level, mask, &path, &interleaved(version, level, &corrected));
    Ok(Analysis {
        version,
        level,
        mask,
        mirrored,
        format_errors,
        version_errors,
        blocks,
        segments: stream.segments,
        padding: stream.padding,
        payload: stream.payload,
        intended,
    })
}

/// The format that is nearest to one of its copies, and the wrong bits of each.
fn format(grid: &Grid, layout: &Layout) -> Option<(Level, Mask, [u32; 2])> {
    let copies = layout
        .format()
        .map(|places| places.iter().fold(0_u16, |bits, (x, y)| bits << 1 | u16::from(grid.dark(*x, *y))));
    let (level, mask, errors) =
        copies.map(nearest_format).into_iter().min_by_key(|(_, _, errors)| *errors)?;
    let expected = format_bits(level, mask);
    let errors_of = copies.map(|bits| (bits ^ expected).count_ones());
    (errors <= MOST_FORMAT_ERRORS).then_some((level, mask, errors_of))
}

/// The wrong bits in each copy of version information.
fn information(grid: &Grid, layout: &Layout) -> Option<[u32; 2]> {
    let expected = version_bits(grid.version());
    let copies = layout.information()?;
    Some(copies.map(|places| {
        let bits = places.iter().fold(0_u32, |bits, (x, y)| bits << 1 | u32::from(grid.dark(*x, *y)));
        (bits ^ expected).count_ones()
    }))
}

/// The codewords as they stand, unmasked, and how little the least trusted module of each is trusted.
fn codewords(grid: &Grid, doubt: Option<&[u8]>, mask: Mask, path: &[(usize, usize)]) -> (Vec<u8>, Vec<u8>) {
    let side = grid.side();
    let doubt = doubt.unwrap_or_default();
    let read = |modules: &[(usize, usize)]| {
        modules.iter().fold((0_u8, 0_u8), |(codeword, most), (x, y)| {
            let bit = grid.dark(*x, *y) != mask.inverts(*x, *y);
            let place = y.saturating_mul(side).saturating_add(*x);
            (codeword << 1 | u8::from(bit), most.max(doubt.get(place).copied().unwrap_or_default()))
        })
    };
    path.chunks_exact(8).map(read).unzip()
}

/// For each block, the places of its codewords in the symbol.
pub(super) fn interleaving(version: Version, level: Level) -> Vec<Vec<usize>> {
    let sizes = version.blocks(level);
    let mut places = vec![Vec::new(); sizes.len()];
    let mut next = 0_usize;
    let rounds = |of: fn(&super::BlockSize) -> usize| sizes.iter().map(of).max().unwrap_or_default();
    let data = (0..rounds(|size| size.data)).map(|round| (round, true));
    let correction = (0..rounds(|size| size.correction)).map(|round| (round, false));
    for (round, is_data) in data.chain(correction) {
        for (block, size) in places.iter_mut().zip(&sizes) {
            if round < if is_data { size.data } else { size.correction } {
                block.push(next);
                next = next.saturating_add(1);
            }
        }
    }
    places
}

/// The codewords of all blocks in the order of the symbol.
pub(crate) fn interleaved(version: Version, level: Level, blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut codewords = vec![0; version.codewords()];
    for (places, block) in interleaving(version, level).iter().zip(blocks) {
        for (place, value) in places.iter().zip(block) {
            if let Some(codeword) = codewords.get_mut(*place) {
                *codeword = *value;
            }
        }
    }
    codewords
}

/// The part of the modules of fixed patterns that are as in every symbol of the version, of those that count; a mirrored symbol is meant the
/// other way round.
pub(super) fn right(grid: &Grid, mirrored: bool, counts: impl Fn(Part, usize, usize) -> bool) -> f64 {
    let layout = Layout::new(grid.version());
    let side = grid.side();
    let (mut all, mut right) = (0.0, 0.0);
    for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
        let (column, row) = if mirrored { (y, x) } else { (x, y) };
        if let Some(dark) = layout.fixed(column, row)
            && counts(layout.part(column, row), column, row)
        {
            all += 1.0;
            right += if grid.dark(x, y) == dark { 1.0 } else { 0.0 };
        }
    }
    right / f64::max(all, 1.0)
}

/// Codewords of error correction that are never spent on erasures, so that what is corrected is still proven: a wrong block passes by chance
/// once in some 2^40.
const PROOF: usize = 5;

/// Corrects a block and says how many codewords were wrong.
fn repair(block: &mut [u8], correction: usize, correctable: usize, doubts: Option<&[u8]>) -> Option<usize> {
    let mut plain = block.to_vec();
    if let Some(changed) = reed_solomon::correct(&mut plain, correction, &[])
        && changed.len() <= correctable
    {
        block.copy_from_slice(&plain);
        return Some(changed.len());
    }
    let doubts = doubts?;
    let mut order: Vec<usize> =
        (0..block.len()).filter(|place| doubts.get(*place).is_some_and(|doubt| *doubt > 0)).collect();
    order.sort_by_key(|place| std::cmp::Reverse(doubts.get(*place).copied().unwrap_or_default()));
    let most = correction.saturating_sub(PROOF);
    for count in (1..=order.len().min(most)).rev().step_by(2) {
        let erased = order.get(..count)?;
        let mut attempt = block.to_vec();
        let Some(changed) = reed_solomon::correct(&mut attempt, correction, erased) else { continue };
        let errors = changed.iter().filter(|place| !erased.contains(place)).count();
        if errors.saturating_mul(2).saturating_add(count) <= most {
            block.copy_from_slice(&attempt);
            return Some(changed.len());
        }
    }
    None
}

/// Draws a symbol: its function patterns, its information, and its codewords under the mask.
pub(crate) fn draw(
    layout: &Layout,
    level: Level,
    mask: Mask,
    path: &[(usize, usize)],
    codewords: &[u8],
) -> Grid {
    let version = layout.version();
    let mut grid = Grid::from_fn(version, |x, y| match layout.part(x, y) {
        // Remainder bits are 0 before the mask.
        Part::Data => mask.inverts(x, y),
        _ => layout.fixed(x, y).unwrap_or_default(),
    });
    for (modules, codeword) in path.chunks_exact(8).zip(codewords) {
        for (shift, (x, y)) in (0..8_u32).rev().zip(modules) {
            grid.set(*x, *y, (codeword >> shift & 1 == 1) != mask.inverts(*x, *y));
        }
    }
    let format = format_bits(level, mask);
    for places in layout.format() {
        for (shift, (x, y)) in (0..15_u32).rev().zip(places) {
            grid.set(x, y, format >> shift & 1 == 1);
        }
    }
    let information = version_bits(version);
    for places in layout.information().into_iter().flatten() {
        for (shift, (x, y)) in (0..18_u32).rev().zip(places) {
            grid.set(x, y, information >> shift & 1 == 1);
        }
    }
    grid
}

#[cfg(test)]
pub(super) mod tests {
    use qrcode::bits::Bits;
    use qrcode::canvas::{Canvas, MaskPattern};
    use qrcode::{Color, EcLevel, ec};

    use super::*;
    use crate::symbol::Mode;

    /// What an encoder of somebody else draws, with one segment of bytes.
    pub(in crate::symbol) fn drawn(version: Version, level: Level, mask: Mask, payload: &[u8]) -> Grid {
        let masks = [
            MaskPattern::Checkerboard,
            MaskPattern::HorizontalLines,
            MaskPattern::VerticalLines,
            MaskPattern::DiagonalLines,
            MaskPattern::LargeCheckerboard,
            MaskPattern::Fields,
            MaskPattern::Diamonds,
            MaskPattern::Meadow,
        ];
        let theirs = qrcode::Version::Normal(i16::from(version.number()));
        let ec_level = match level {
            Level::L => EcLevel::L,
            Level::M => EcLevel::M,
            Level::Q => EcLevel::Q,
            Level::H => EcLevel::H,
        };
        let mut bits = Bits::new(theirs);
        bits.push_byte_data(payload).expect("bytes");
        bits.push_terminator(ec_level).expect("they fit");
        let (data, correction) =
            ec::construct_codewords(&bits.into_bytes(), theirs, ec_level).expect("codewords");
        let mut canvas = Canvas::new(theirs, ec_level);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        canvas.apply_mask(masks[usize::from(mask.number())]);
        let modules = canvas.into_colors();
        Grid::from_fn(version, |x, y| modules[y * version.side() + x] == Color::Dark)
    }

    /// Bytes that fill most of a symbol, and differ from one to the next.
    fn payload(version: Version, level: Level) -> Vec<u8> {
        let length = version.data_codewords(level) - 4;
        (0..length).map(|place| (place * 7 + usize::from(version.number())) as u8).collect()
    }

    #[test]
    fn every_version_level_and_mask_reads_as_it_was_drawn() {
        for version in Version::all() {
            for level in Level::ALL {
                let payload = payload(version, level);
                for mask in Mask::all() {
                    let grid = drawn(version, level, mask, &payload);
                    let analysis = analyse(&grid).expect("it is whole");
                    assert_eq!((analysis.level, analysis.mask, analysis.mirrored), (level, mask, false));
                    assert_eq!(analysis.payload, payload, "{version}-{level}-{mask}");
                    assert_eq!(analysis.format_errors, [0, 0]);
                    assert!(analysis.version_errors.is_none_or(|errors| errors == [0, 0]));
                    assert!(analysis.blocks.iter().all(|block| block.corrected == 0));
                    assert_eq!(analysis.segments.len(), 1);
                    assert_eq!(analysis.segments[0].mode, Mode::Byte);
                    assert!(analysis.padding.regular);
                    assert_eq!(analysis.intended, grid, "{version}-{level}-{mask}");
                }
            }
        }
    }

    #[test]
    fn corrected_codewords_are_counted_exactly() {
        for number in [1, 2, 3, 7, 15, 25, 40] {
            let version = Version::new(number).expect("a version");
            for level in Level::ALL {
                let mask = Mask::new(number % 8).expect("a mask");
                let payload = payload(version, level);
                let grid = drawn(version, level, mask, &payload);
                let path = Layout::new(version).path();
                let places = interleaving(version, level);
                let sizes = version.blocks(level);
                for errors in 0..=sizes[0].correctable {
                    // As many in the first block, one less in the last, at codewords spread over each.
                    let mut damaged = grid.clone();
                    let mut expected = vec![0; sizes.len()];
                    for (block, count) in [(0, errors), (sizes.len() - 1, errors.saturating_sub(1))] {
                        if sizes.len() == 1 && count != errors {
                            continue;
                        }
                        expected[block] = count;
                        for place in places[block].iter().rev().take(count) {
                            let (x, y) = path[place * 8 + errors % 8];
                            damaged.set(x, y, !damaged.dark(x, y));
                        }
                    }
                    if sizes.len() == 1 {
                        expected[0] = errors;
                    }
                    let analysis = analyse(&damaged).expect("it can be corrected");
                    let corrected: Vec<usize> = analysis.blocks.iter().map(|block| block.corrected).collect();
                    assert_eq!(corrected, expected, "{version}-{level} with {errors}");
                    assert_eq!(
                        (analysis.payload.as_slice(), &analysis.intended),
                        (payload.as_slice(), &grid)
                    );
                }
            }
        }
    }

    #[test]
    fn mirrored_symbols_are_said_to_be() {
        let (version, mask) = (Version::new(5).expect("a version"), Mask::new(3).expect("a mask"));
        let grid = drawn(version, Level::Q, mask, b"mirror");
        let analysis = analyse(&grid.transposed()).expect("it is whole");
        assert!(analysis.mirrored);
        assert_eq!((analysis.payload.as_slice(), analysis.intended), (b"mirror".as_slice(), grid));
    }

    /// A symbol of which some codewords of one block are wrong, and some are doubted, by their places in the block.
    struct Doubted {
        version: Version,
        level: Level,
        whole: Grid,
        grid: Grid,
        doubt: Vec<u8>,
        /// The modules of each codeword of the block.
        modules: Vec<Vec<(usize, usize)>>,
        /// Its number, and its codewords of error correction.
        block: (usize, usize),
    }

    impl Doubted {
        /// Nothing is wrong yet, and nothing is doubted.
        fn new(number: u8, level: Level) -> Self {
            let version = Version::new(number).expect("a version");
            let mask = Mask::new(number % 8).expect("a mask");
            let whole = drawn(version, level, mask, &payload(version, level));
            let path = Layout::new(version).path();
            let places = interleaving(version, level).pop().expect("a block");
            let modules = places.iter().map(|place| path[place * 8..place * 8 + 8].to_vec()).collect();
            let sizes = version.blocks(level);
            let block = (sizes.len() - 1, sizes[sizes.len() - 1].correction);
            let doubt = vec![0; version.side() * version.side()];
            Self { version, level, grid: whole.clone(), whole, doubt, modules, block }
        }

        fn wrong(mut self, codewords: impl IntoIterator<Item = usize>) -> Self {
            for place in codewords {
                let (x, y) = self.modules[place][place % 8];
                self.grid.set(x, y, !self.grid.dark(x, y));
            }
            self
        }

        fn doubted(mut self, codewords: impl IntoIterator<Item = usize>) -> Self {
            for place in codewords {
                let (x, y) = self.modules[place][place * 3 % 8];
                self.doubt[y * self.version.side() + x] = 200 - place as u8;
            }
            self
        }

        /// How many codewords of the block were corrected; `None` where the block is refused. It is the same where the symbol is mirrored.
        #[track_caller]
        fn check(&self, expected: Option<usize>) {
            let turned = transposed(&self.doubt, self.version.side());
            for (grid, doubt) in [(self.grid.clone(), &self.doubt), (self.grid.transposed(), &turned)] {
                let read = analyse_with(&grid, Some(doubt));
                let name = format!("{}-{}", self.version, self.level);
                let Some(expected) = expected else {
                    assert!(matches!(read, Err(Unread::Block(_) | Unread::Format)), "{name}: {read:?}");
                    continue;
                };
                let analysis = read.expect(&name);
                let corrected: Vec<usize> = analysis.blocks.iter().map(|block| block.corrected).collect();
                let mut all = vec![0; analysis.blocks.len()];
                all[self.block.0] = expected;
                assert_eq!((corrected, analysis.intended), (all, self.whole.clone()), "{name}");
            }
        }
    }

    /// Versions and levels whose last block has at least ten codewords of error correction more than are left unspent.
    const ERASABLE: [(u8, Level); 6] =
        [(1, Level::H), (2, Level::Q), (4, Level::L), (5, Level::Q), (14, Level::M), (40, Level::H)];

    #[test]
    fn erasures_leave_five_codewords_unspent() {
        for (number, level) in ERASABLE {
            let new = || Doubted::new(number, level);
            let correction = new().block.1;
            new().wrong(0..correction - 5).check(None);
            new().wrong(0..correction - 5).doubted(0..correction - 5).check(Some(correction - 5));
            new().wrong(0..correction - 4).doubted(0..correction - 4).check(None);
            new().wrong(0..correction).doubted(0..correction).check(None);
        }
    }

    #[test]
    fn corrected_codewords_are_counted_exactly_under_erasures() {
        for (number, level) in ERASABLE {
            let new = || Doubted::new(number, level);
            let most = new().block.1 - 5;
            // Doubted and right: they are erased, and come back as they were.
            new().wrong(2..most).doubted(0..most).check(Some(most - 2));
            new().wrong([]).doubted(0..most).check(Some(0));
            // Wrong and trusted: each costs two.
            for trusted in 0..3 {
                let wrong = (0..most - 2 * trusted).chain(most..most + trusted);
                new().wrong(wrong.clone()).doubted(0..most - 2 * trusted).check(Some(most - trusted));
                let more = wrong.chain([most + trusted]);
                new().wrong(more).doubted(0..most - 2 * trusted).check(None);
            }
        }
    }

    #[test]
    fn codewords_drawn_by_lot_are_never_read() {
        let mut state = 1_u64;
        for (number, level) in ERASABLE {
            for _ in 0..if number == 40 { 3 } else { 60 } {
                let mut doubted = Doubted::new(number, level);
                for (x, y) in Layout::new(doubted.version).path() {
                    state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    doubted.grid.set(x, y, state >> 63 == 1);
                }
                for (place, doubt) in doubted.doubt.iter_mut().enumerate() {
                    *doubt = 200 + (place % 50) as u8;
                }
                doubted.check(None);
            }
        }
    }

    #[test]
    fn the_codewords_of_blocks_are_in_the_order_of_the_symbol() {
        // Version 5-Q: two blocks of 15 data codewords, then two of 16, of 18 error correction codewords each.
        let places = interleaving(Version::new(5).expect("a version"), Level::Q);
        let mut order = [usize::MAX; 134];
        for (block, places) in places.iter().enumerate() {
            for place in places {
                order[*place] = block;
            }
        }
        assert_eq!(order[..8], [0, 1, 2, 3, 0, 1, 2, 3]);
        assert_eq!(order[56..66], [0, 1, 2, 3, 2, 3, 0, 1, 2, 3]);
        assert!(!order.contains(&usize::MAX));
    }
}
