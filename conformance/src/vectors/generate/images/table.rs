//! The pictures, one row each: what is drawn, and what has to come of it by the drawing alone.

use upqr::symbol::{Level, Picture};

use super::asked::{asked, beside_it};
use super::canvas::{
    BLACK, WHITE, askew, beside, drawn, halved, mirrored, mixed, modules, over, plain, shaded, turned,
};
use super::file::{bmp, gif, jpeg, jpeg_oriented, png, png_deep, png_huge, png_transparent, webp};
use super::symbol::{Stream, damaged, far_format, micro, misformatted};
use super::{Origin, Row};
use crate::vectors::generate::dice::Dice;

/// A payload with one account, of 111 bytes.
const ONE: &[u8] = b"00020101021226360015org.upqr.wechat0102010207Kp4Tz8Q5204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6304C152";
/// A payload with three accounts.
const THREE: &[u8] = b"00020101021226360015org.upqr.wechat0102010207Kp4Tz8Q27660013org.upqr.ecny010201023900130000000001234567800000000012345678928510015org.upqr.alipay0102010222fkx00000sampletea000015204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU6304C166";
/// A payload with a name in Chinese.
const CHINESE: &str = "00020101021126650015org.upqr.wechat0102050236f2f0Sample_Tea-House_0123456789AbCdE5204581453031565802CN5914JADE TEA HOUSE6008HANGZHOU64200002zh0104青玉茶馆0202杭州63043BD7";
pub(super) const LINK: &[u8] = b"https://qr.alipay.com/fkx00000sampletea00001";
const UPPER: &str = "HTTPS://QR.ALIPAY.COM/FKX00000SAMPLETEA00001";
pub(super) const OTHER: &[u8] = b"https://qr.alipay.com/fkx00000sampletea00002";
const SHORT: &[u8] = b"wxp://f2f0Tea1";
/// Its bytes look like pairs of Shift JIS from the fourth on.
const STALL: &str = "胡同面馆（朝阳区）";
/// A transfer by EPC069-12.
const TRANSFER: &[u8] =
    b"BCD\n002\n1\nSCT\n\nLucky Noodles\nDE37999999990123456789\nEUR25.50\nCHAR\n\nTea for all";
/// A name in GB 2312.
const GB: &[u8] = b"\xC7\xE0\xD3\xF1\xB2\xE8\xB9\xDD";

/// A link in version 4, level M, with this mask.
pub(super) fn link(mask: u8) -> Picture {
    drawn(&Stream::new(4).bytes(LINK).draw(Level::M, mask), 3, 4)
}

fn symbol(stream: Stream, level: Level, mask: u8) -> Vec<u8> {
    png(&drawn(&stream.draw(level, mask), 3, 4))
}

pub(super) fn rows(seed: u64) -> Vec<Row> {
    let readable = [plain_symbols(), segments(), orientations(), surroundings()];
    let strange = [several(), damage(), files(), nothing(seed), divided(), asked(), beside_it()];
    [readable.concat(), strange.concat()].concat()
}

fn plain_symbols() -> Vec<Row> {
    let one = Stream::new(7).bytes(ONE);
    let three = Stream::new(12).bytes(THREE);
    vec![
        Row::read("link", "A link in version 4, level M", &[1, 7, 10, 12, 20, 21, 22], LINK, png(&link(0))),
        Row::read(
            "smallest",
            "A symbol of version 1",
            &[1, 10],
            SHORT,
            symbol(Stream::new(1).bytes(SHORT), Level::M, 1),
        ),
        Row::read(
            "payload",
            "A payload with one account in byte mode",
            &[2, 8, 10],
            ONE,
            symbol(one.clone(), Level::M, 2),
        ),
        Row::read(
            "payload-level-q",
            "The same payload at level Q",
            &[8, 10],
            ONE,
            symbol(Stream::new(9).bytes(ONE), Level::Q, 3),
        ),
        Row::read(
            "payload-level-h",
            "The same payload at level H",
            &[8, 10],
            ONE,
            symbol(Stream::new(12).bytes(ONE), Level::H, 4),
        ),
        Row::read(
            "payload-three",
            "A payload with three accounts",
            &[2, 8, 10],
            THREE,
            symbol(three, Level::M, 5),
        ),
        Row::read(
            "version-25",
            "The largest version of a payload with accounts",
            &[8, 10],
            THREE,
            png(&drawn(&Stream::new(25).bytes(THREE).draw(Level::M, 6), 2, 4)),
        ),
        Row::read(
            "version-40",
            "The largest version there is",
            &[1, 10],
            THREE,
            png(&drawn(&Stream::new(40).bytes(THREE).draw(Level::L, 7), 2, 4)),
        ),
        Row::read(
            "chinese",
            "Chinese text in one segment of bytes behind ECI 26",
            &[3, 4, 10],
            CHINESE.as_bytes(),
            symbol(Stream::new(9).eci(26).bytes(CHINESE.as_bytes()), Level::M, 0),
        ),
    ]
}

fn segments() -> Vec<Row> {
    let stall = STALL.as_bytes();
    let (head, rest) = stall.split_at(3);
    let (pairs, tail) = rest.split_at(10);
    let split = stall.split_at(4);
    let inside = |text: &'static [u8], mask| symbol(Stream::new(4).bytes(text), Level::M, mask);
    let (bom, nul, crlf): (&[u8], &[u8], &[u8]) = (
        b"\xEF\xBB\xBFhttps://pay.example/t/7b1d",
        b"https://pay.example/t/7b1d\0?m=2002",
        b"https://pay.example/t/7b1d\r\n",
    );
    let (digits, capitals) = ("000201010212", "26360015");
    let behind = ONE.get(20..).unwrap_or_default();
    let read = Row::read;
    vec![
        read(
            "upper-case",
            "A link in upper case in alphanumeric mode",
            &[10],
            UPPER.as_bytes(),
            symbol(Stream::new(4).alphanumeric(UPPER), Level::M, 1),
        ),
        read(
            "digits",
            "A payment code in numeric mode",
            &[10],
            b"134567890000000018",
            symbol(Stream::new(1).numeric("134567890000000018"), Level::M, 2),
        ),
        read(
            "mixed",
            "A payload in segments of three modes",
            &[2, 10],
            b"https://pay.example/PAY/0123456789",
            symbol(
                Stream::new(3).bytes(b"https://pay.example").alphanumeric("/PAY/").numeric("0123456789"),
                Level::M,
                3,
            ),
        ),
        read(
            "payload-mixed",
            "A payload with accounts in segments of three modes",
            &[2, 10],
            ONE,
            symbol(Stream::new(7).numeric(digits).alphanumeric(capitals).bytes(behind), Level::M, 6),
        ),
        read(
            "transfer",
            "A SEPA transfer in version 13, level M",
            &[17],
            TRANSFER,
            png(&drawn(&Stream::new(13).bytes(TRANSFER).draw(Level::M, 1), 2, 4)),
        ),
        read(
            "transfer-version-14",
            "A SEPA transfer in version 14, which its scheme does not allow",
            &[17],
            TRANSFER,
            png(&drawn(&Stream::new(14).bytes(TRANSFER).draw(Level::M, 1), 2, 4)),
        ),
        read(
            "chinese-without-eci",
            "Chinese text without an ECI",
            &[3, 10],
            stall,
            symbol(Stream::new(3).bytes(stall), Level::M, 4),
        ),
        read(
            "kanji-on-utf-8",
            "Bytes of UTF-8 in Kanji mode come out as they went in",
            &[4, 10],
            stall,
            symbol(Stream::new(3).bytes(head).kanji(pairs).bytes(tail), Level::M, 5),
        ),
        read(
            "character-divided",
            "A character is divided between two segments",
            &[4, 10],
            stall,
            symbol(Stream::new(3).bytes(split.0).bytes(split.1), Level::M, 6),
        ),
        read(
            "gbk-without-eci",
            "Text in GB 2312 without an ECI is no transcription of it",
            &[3, 10],
            GB,
            symbol(Stream::new(1).bytes(GB), Level::M, 7),
        ),
        read(
            "gbk-with-eci",
            "Text in GB 2312 behind ECI 29 keeps its bytes",
            &[3, 10],
            GB,
            symbol(Stream::new(1).eci(29).bytes(GB), Level::M, 0),
        ),
        read(
            "hanzi",
            "Text in Hanzi mode keeps the bytes of GB 2312",
            &[3, 10],
            GB,
            symbol(Stream::new(1).hanzi(GB), Level::M, 1),
        ),
        read(
            "eci-3",
            "A link behind ECI 3",
            &[3, 10],
            LINK,
            symbol(Stream::new(4).eci(3).bytes(LINK), Level::M, 2),
        ),
        read(
            "eci-899",
            "A link behind ECI 899, which is bytes",
            &[3, 10],
            LINK,
            symbol(Stream::new(4).eci(899).bytes(LINK), Level::M, 3),
        ),
        read(
            "fnc1",
            "A link behind FNC1",
            &[1, 10],
            LINK,
            symbol(Stream::new(4).fnc1().bytes(LINK), Level::M, 4),
        ),
        read(
            "structured-append",
            "The first of two symbols in structured append holds its part alone",
            &[1, 10],
            b"https://qr.alipay.com/",
            symbol(Stream::new(4).append(0, 1, 0x17).bytes(b"https://qr.alipay.com/"), Level::M, 5),
        ),
        read("byte-order-mark", "A byte order mark before a link is kept", &[10], bom, inside(bom, 6)),
        read("nul", "What stands behind a NUL is kept", &[10], nul, inside(nul, 7)),
        read("line-end", "CR and LF behind a link are kept", &[10], crlf, inside(crlf, 0)),
        read(
            "no-terminator",
            "A symbol that is full to the last bit",
            &[10],
            b"wxp://f2f0Tea1234",
            symbol(Stream::new(1).bytes(b"wxp://f2f0Tea1234"), Level::L, 1),
        ),
        read(
            "other-padding",
            "Padding of other codewords than the standard has",
            &[10, 21],
            LINK,
            png(&drawn(&Stream::new(5).bytes(LINK).padded(Level::M, 2, &[], [0x00, 0xFF]), 3, 4)),
        ),
    ]
}

fn orientations() -> Vec<Row> {
    let grid = Stream::new(4).bytes(LINK).draw(Level::M, 3);
    let upright = drawn(&grid, 3, 4);
    let quarter = turned(&upright);
    let half = turned(&quarter);
    let read = |name, title, picture: &Picture| Row::read(name, title, &[13], LINK, png(picture));
    vec![
        read("turned-90", "Turned by a quarter", &quarter),
        read("turned-180", "Turned by a half", &half),
        read("turned-270", "Turned by three quarters", &turned(&half)),
        // 30 degrees, in hundredths.
        read("turned-30", "Turned by 30 degrees", &askew(&grid, 4, (87, 50))),
        read("mirrored", "Mirrored", &mirrored(&upright)),
        Row::read("inverted", "Light on dark", &[6, 13, 24], LINK, png(&upright.inverted())),
        read(
            "inverted-mirrored-turned",
            "Light on dark, mirrored and turned",
            &mirrored(&quarter).inverted(),
        ),
    ]
}

fn surroundings() -> Vec<Row> {
    let grid = Stream::new(4).bytes(LINK).draw(Level::M, 6);
    // A quiet zone is as wide as it is where something dark stands behind it.
    let zone = |quiet| {
        let picture = drawn(&grid, 4, quiet);
        png(&over(&plain(picture.width() + 24, picture.height() + 24, BLACK), &picture))
    };
    let read = Row::read;
    vec![
        read("quiet-zone-2", "A quiet zone of 2 modules", &[5], LINK, zone(2)),
        read("quiet-zone-1", "A quiet zone of 1 module", &[5], LINK, zone(1)),
        read(
            "quiet-zone-0",
            "No quiet zone at the edge of the picture",
            &[5],
            LINK,
            png(&drawn(&grid, 4, 0)),
        ),
        read(
            "contrast-35",
            "A contrast of about 35 %",
            &[6],
            LINK,
            png(&shaded(&drawn(&grid, 3, 4), 166, WHITE)),
        ),
        read(
            "contrast-grey",
            "Dark grey on light grey",
            &[6],
            LINK,
            png(&shaded(&drawn(&grid, 3, 4), 60, 190)),
        ),
        read("pixel-a-module", "One pixel a module", &[10], LINK, png(&drawn(&grid, 1, 4))),
        read("two-and-a-half-pixels", "Two and a half pixels a module", &[10], LINK, png(&halved(&grid, 5))),
    ]
}

fn several() -> Vec<Row> {
    let (first, second) = (link(0), drawn(&Stream::new(4).bytes(OTHER).draw(Level::M, 1), 3, 4));
    let outer = drawn(&Stream::new(10).bytes(LINK).draw(Level::H, 2), 4, 4);
    let inner = drawn(&Stream::new(1).bytes(SHORT).draw(Level::M, 3), 2, 2);
    vec![
        Row::read("twice", "The same payload in two symbols", &[11], LINK, png(&beside(&first, &link(5)))),
        Row::refused(
            "two",
            "Two payloads in one picture",
            &[11],
            "ambiguous",
            Origin::Mutant("twice", "the second symbol holds another payload"),
            png(&beside(&first, &second)),
        ),
        Row::refused(
            "two-sizes",
            "A large and a small symbol with different payloads",
            &[11],
            "ambiguous",
            Origin::Mutant("twice", "the second symbol is smaller and holds another payload"),
            png(&beside(&outer, &drawn(&Stream::new(1).bytes(SHORT).draw(Level::M, 3), 3, 4))),
        ),
        Row::refused(
            "nested",
            "A symbol in the middle of another one, which error correction covers up",
            &[11, 24],
            "ambiguous",
            Origin::Mutant("link", "a smaller symbol stands in the middle"),
            png(&over(&outer, &inner)),
        ),
        Row::refused(
            "one-inverted",
            "Two payloads, one of them light on dark",
            &[11],
            "ambiguous",
            Origin::Mutant("twice", "the second symbol holds another payload and is light on dark"),
            png(&beside(&first, &second.inverted())),
        ),
    ]
}

fn damage() -> Vec<Row> {
    // One block of 20 codewords of error correction, of which 10 may be wrong.
    let whole = Stream::new(4).bytes(LINK).draw(Level::L, 1);
    let draw = |grid| png(&drawn(&grid, 3, 4));
    let refused = |name, title, change, octets| {
        Row::refused(name, title, &[12], "unreadable", Origin::Mutant("errors-10", change), octets)
    };
    let format = misformatted(whole.clone(), far_format());
    vec![
        Row::read(
            "errors-10",
            "As many wrong codewords as can be corrected",
            &[12],
            LINK,
            draw(damaged(whole.clone(), 10)),
        ),
        refused(
            "errors-11",
            "One wrong codeword more than can be corrected",
            "one more codeword is wrong",
            draw(damaged(whole.clone(), 11)),
        ),
        refused(
            "errors-18",
            "Eight wrong codewords more than can be corrected",
            "eight more codewords are wrong",
            draw(damaged(whole.clone(), 18)),
        ),
        refused(
            "no-format",
            "Format information that is near to none",
            "format information is wrong instead",
            draw(format),
        ),
        refused(
            "finders-alone",
            "Three finder patterns and nothing between",
            "every module of data is light",
            png(&modules(whole.side(), 3, 4, |x, y| {
                let (low, high) = (7, whole.side() - 8);
                ((x <= low || x >= high) && y <= low || x <= low && y >= high) && whole.dark(x, y)
            })),
        ),
    ]
}

fn files() -> Vec<Row> {
    let picture = link(4);
    let whole = png(&picture);
    let smaller = |mask| drawn(&Stream::new(4).bytes(LINK).draw(Level::M, mask), 2, 4);
    let (small, deep) = (smaller(2), smaller(7));
    let cut = |end: usize| whole.get(..end).unwrap_or_default().to_vec();
    let read = |name, title, requirement, octets| Row::read(name, title, &[requirement], LINK, octets);
    let refused = |name, title, change, octets| {
        Row::refused(name, title, &[14], "image", Origin::Mutant("bmp", change), octets)
    };
    vec![
        read("bmp", "A BMP of one bit a pixel", 14, bmp(&picture)),
        Row::read("gif", "A GIF", &[14, 30], LINK, gif(std::slice::from_ref(&picture))),
        read(
            "gif-animated",
            "Of a GIF in motion the first picture counts",
            14,
            gif(&[small.clone(), plain(small.width(), small.height(), WHITE)]),
        ),
        read("jpeg", "A JPEG", 14, jpeg(&picture)),
        read("webp", "A WebP without loss", 14, webp(&picture)),
        read("png-16-bits", "A PNG of 16 bits a pixel", 14, png_deep(&deep)),
        read(
            "png-transparent",
            "Dark modules on transparency, which is black below",
            15,
            png_transparent(&picture),
        ),
        read(
            "jpeg-turned",
            "A JPEG whose EXIF orientation is 6",
            15,
            jpeg_oriented(&drawn(&Stream::new(4).bytes(LINK).draw(Level::M, 0), 3, 4), 6),
        ),
        read(
            "png-with-more-behind",
            "A PNG with other bytes behind its end",
            14,
            [&png(&link(6))[..], b"more"].concat(),
        ),
        refused(
            "png-cut-in-pixels",
            "A PNG that ends in its pixels",
            "the file is a PNG that ends half-way",
            cut(whole.len() / 2),
        ),
        refused(
            "png-cut-in-head",
            "A PNG that ends in its head",
            "the file is a PNG that ends in its head",
            cut(30),
        ),
        refused(
            "png-huge",
            "A PNG that says it is 60,000 pixels a side",
            "the file is a PNG that is too large to be opened",
            png_huge(60_000),
        )
        .denies(),
        refused(
            "png-beyond-limit",
            "A PNG that says it is 8,193 pixels a side",
            "the file is a PNG that is one pixel too large",
            png_huge(8_193),
        )
        .denies(),
        Row::refused(
            "text",
            "A text in place of a picture",
            &[14],
            "image",
            Origin::None("it is no picture at all"),
            b"https://qr.alipay.com/fkx00000sampletea00001\n".to_vec(),
        ),
        Row::refused(
            "empty",
            "A file without a byte",
            &[14],
            "image",
            Origin::None("it is no picture at all"),
            Vec::new(),
        ),
    ]
}

fn nothing(seed: u64) -> Vec<Row> {
    let mut dice = Dice::of(seed, "noise");
    let noise: Vec<u8> = (0..160 * 160).map(|_| if dice.below(2) == 0 { BLACK } else { WHITE }).collect();
    let noise = Picture::new(160, 160, noise).expect("there are as many pixels");
    let (small, side) = micro(b"WXP-TEA");
    let none = |name, title, why, picture: &Picture| {
        Row::refused(name, title, &[12], "unreadable", Origin::None(why), png(picture))
    };
    vec![
        none("blank", "A white picture", "there is no symbol in it", &plain(64, 64, WHITE)),
        none("black", "A black picture", "there is no symbol in it", &plain(64, 64, BLACK)),
        none("pixel", "A picture of one pixel", "there is no symbol in it", &plain(1, 1, WHITE)),
        none("noise", "Black and white by chance", "there is no symbol in it", &noise),
        none(
            "chessboard",
            "A chessboard",
            "there is no symbol in it",
            &modules(32, 4, 2, |x, y| (x + y) % 2 == 0),
        ),
        Row::refused(
            "micro",
            "A Micro QR symbol",
            &[1],
            "unreadable",
            Origin::None("no Micro QR symbol is one of this standard"),
            png(&modules(side, 4, 4, |x, y| small.get(y * side + x).copied().unwrap_or_default())),
        ),
    ]
}

/// Symbols whose modules are not of one shade.
fn divided() -> Vec<Row> {
    let grid = |payload: &[u8]| Stream::new(4).bytes(payload).draw(Level::M, 0);
    let (one, other) = (grid(LINK), grid(OTHER));
    let of_both = |is_other: fn(usize, usize) -> bool| {
        png(&mixed(&drawn(&one, 7, 4), &drawn(&other, 7, 4), |x, y| is_other(x % 7, y % 7)))
    };
    let refused = |name, title, change, octets| {
        Row::refused(name, title, &[11, 29], "ambiguous", Origin::Mutant("dots", change), octets)
    };
    let light = plain((grid(LINK).side() + 8) * 7, (grid(LINK).side() + 8) * 7, WHITE);
    let dots = mixed(&light, &drawn(&one, 7, 4), |x, y| x % 7 > 0 && y % 7 > 0);
    vec![
        Row::read(
            "filled-twice",
            "A symbol that has a codeword of zero bits between its terminator and its padding",
            &[21],
            LINK,
            png(&drawn(&Stream::new(4).bytes(LINK).padded(Level::M, 6, &[0], [0xEC, 0x11]), 3, 4)),
        ),
        Row::read("dots", "A symbol whose modules do not touch", &[12, 29], LINK, png(&dots)),
        refused(
            "halves-beside",
            "A symbol whose modules hold one payload on the left and another on the right",
            "the right of each module is that of another symbol",
            of_both(|x, _| x > 3),
        ),
        refused(
            "halves-below",
            "A symbol whose modules hold one payload above and another below",
            "the lower part of each module is that of another symbol",
            of_both(|_, y| y > 3),
        ),
        refused(
            "centres",
            "A symbol whose modules hold one payload at their borders and another in their centres",
            "the centre of each module is that of another symbol",
            of_both(|x, y| x.abs_diff(3) <= 1 && y.abs_diff(3) <= 1),
        ),
    ]
}
