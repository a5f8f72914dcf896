//! Pictures: what is seen in them, where, and how good it is; and symbols, from the payload to the modules and back.

use arbitrary::{Result, Unstructured};
use upqr::symbol::encode::{encode, encode_segments};
use upqr::symbol::read::{STEPS, Until, Verdict, attempt, hidden, read_with, rest, verdict};
use upqr::symbol::segment::Chunk;
use upqr::symbol::{
    EncodeOptions, Grid, Level, Mask, Measurement, Mode, Picture, Reader, Sighting, Version, analyse, detect,
    grade, measure,
};

use super::draw::number;
use super::symbol;

/// The first byte says what the others are: pixels, a symbol that is drawn and damaged, a payload, or segments.
pub fn check(data: &[u8]) {
    let mut data = Unstructured::new(data);
    let _ = number(&mut data, 3).and_then(|kind| match kind {
        0 => pixels(&mut data),
        1 => drawn(&mut data),
        2 => payload(&mut data),
        _ => segments(&mut data),
    });
}

/// Width, height, pixels a module, and the luminance of modules, over and over.
fn pixels(data: &mut Unstructured<'_>) -> Result<()> {
    let (width, height) = (usize::from(number(data, 63)?) + 1, usize::from(number(data, 63)?) + 1);
    let size = usize::from(number(data, 3)?) + 1;
    let luma = data.bytes(data.len())?;
    let at = |x: usize, y: usize| luma.get((y / size * width + x / size) % luma.len().max(1)).copied();
    let picture = Picture::from_fn(width * size, height * size, |x, y| at(x, y).unwrap_or_default());
    look(&picture.expect("a small picture"));
    Ok(())
}

/// A symbol of some pixels a module, with some modules the other way round and some rectangles of one shade.
fn drawn(data: &mut Unstructured<'_>) -> Result<()> {
    let options = options(data)?;
    let pixels = usize::from(number(data, 3)?) + 2;
    let quiet = usize::from(number(data, 5)?);
    let (dark, light) = (data.arbitrary::<u8>()?, data.arbitrary::<u8>()?);
    let (flips, strokes) = (number(data, 15)?, number(data, 3)?);
    let flips: Vec<[u8; 2]> = (0..flips).map(|_| data.arbitrary()).collect::<Result<_>>()?;
    let strokes: Vec<[u8; 5]> = (0..strokes).map(|_| data.arbitrary()).collect::<Result<_>>()?;
    // Up to version 5: larger symbols take the fuzzer too long.
    let payload = data.bytes(data.len().min(40))?;
    let Ok(symbol) = encode(payload, &options) else { return Ok(()) };
    let mut grid = symbol.grid.clone();
    let side = grid.side();
    for [x, y] in &flips {
        let (x, y) = (usize::from(*x) % side, usize::from(*y) % side);
        grid.set(x, y, !grid.dark(x, y));
    }
    let whole = (side + 2 * quiet) * pixels;
    let is_dark = |x: usize, y: usize| {
        let module = |at: usize| (at / pixels).checked_sub(quiet).filter(|at| *at < side);
        module(x).zip(module(y)).is_some_and(|(x, y)| grid.dark(x, y))
    };
    let shade = |x: usize, y: usize| {
        let covers = |[left, top, right, bottom, _]: &&[u8; 5]| {
            (usize::from(*left)..usize::from(*right)).contains(&x)
                && (usize::from(*top)..usize::from(*bottom)).contains(&y)
        };
        let stroke = strokes.iter().find(covers).map(|stroke| stroke[4]);
        stroke.unwrap_or(if is_dark(x, y) { dark } else { light })
    };
    let seen = look(&Picture::from_fn(whole, whole, shade).expect("a small picture"));
    let correctable = grid.version().blocks(symbol.level).iter().map(|block| block.correctable).min();
    // More than can be corrected may be another symbol.
    if strokes.is_empty() && flips.len() <= correctable.unwrap_or_default() {
        let exact = seen.iter().all(|sighting| sighting.payload() == payload);
        assert!(exact, "other bytes than were drawn");
        let clear = light.abs_diff(dark) >= 100 && pixels >= 3 && quiet >= 4;
        assert!(!clear || !flips.is_empty() || !seen.is_empty(), "a clear symbol is read");
    }
    Ok(())
}

/// Level, mask and largest version.
fn options(data: &mut Unstructured<'_>) -> Result<EncodeOptions> {
    let level = Level::ALL[usize::from(number(data, 3)?)];
    let mask = Mask::new(number(data, 8)?);
    let last = Version::new(number(data, 39)? + 1).expect("1 to 40");
    Ok(EncodeOptions { level, mask, versions: Version::MIN..=last, ..EncodeOptions::default() })
}

/// Whatever fits into a symbol is read from it.
fn payload(data: &mut Unstructured<'_>) -> Result<()> {
    let options = options(data)?;
    let payload = data.bytes(data.len())?;
    if let Ok(symbol) = encode(payload, &options) {
        back(&symbol.grid, payload, &options);
    }
    Ok(())
}

/// So is what was divided into segments by hand, with the same segments.
fn segments(data: &mut Unstructured<'_>) -> Result<()> {
    let options = options(data)?;
    let mut chunks = Vec::new();
    while !data.is_empty() && chunks.len() < 32 {
        let mode = match number(data, 5)? {
            0 => Mode::Numeric,
            1 => Mode::Alphanumeric,
            2 => Mode::Byte,
            3 => Mode::Kanji,
            4 => Mode::Hanzi,
            _ => Mode::Eci(data.arbitrary::<u32>()? % 1_000_001),
        };
        let length = usize::from(number(data, u8::MAX)?).min(data.len());
        let bytes = if mode.holds_text() { data.bytes(length)? } else { &[] };
        chunks.push(Chunk { mode, bytes });
    }
    let Ok(symbol) = encode_segments(&chunks, &options) else { return Ok(()) };
    let payload: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes).copied().collect();
    let read = back(&symbol.grid, &payload, &options);
    assert_eq!(read, chunks.iter().map(|chunk| chunk.mode).collect::<Vec<_>>());
    Ok(())
}

/// What is read from a symbol is what was drawn; gives the modes.
fn back(grid: &Grid, payload: &[u8], options: &EncodeOptions) -> Vec<Mode> {
    let read = analyse(grid).expect("a symbol that was drawn can be read");
    assert_eq!(read.payload, payload);
    assert_eq!(&read.intended, grid);
    assert_eq!(read.level, options.level);
    assert!(options.mask.is_none_or(|mask| mask == read.mask));
    assert!(options.versions.contains(&read.version) && read.padding.regular && !read.mirrored);
    assert_eq!((read.format_errors, read.version_errors.unwrap_or_default()), ([0; 2], [0; 2]));
    symbol::whole(&read);
    read.segments.iter().map(|segment| segment.mode).collect()
}

/// What two readers see in a picture, each measured and graded, and hidden again.
fn look(picture: &Picture) -> Vec<Sighting> {
    // The own reader is called where nobody catches a panic.
    let mut seen = detect(picture);
    for sighting in &seen {
        assert_eq!(sighting.reader, Reader::Own);
        symbol::whole(&sighting.analysis);
    }
    let step = STEPS.iter().find(|step| step.reader == Reader::Rxing).expect("it reads first");
    seen.extend(attempt(picture, step));
    for sighting in &seen {
        let (found, meant) = (sighting.grid.version(), sighting.analysis.version);
        assert_eq!(found, meant);
        assert!(sighting.corners().iter().all(|corner| corner.x.is_finite() && corner.y.is_finite()));
        graded(&measure(picture, sighting), sighting);
    }
    let left = hidden(picture, &seen);
    assert_eq!((left.width(), left.height()), (picture.width(), picture.height()));
    let _ = rest(&left, &seen);
    let alike = seen.windows(2).all(|pair| pair[0].payload() == pair[1].payload());
    let expected = match (seen.is_empty(), alike && seen.iter().all(|one| one.contrary.is_none())) {
        (true, _) => Verdict::Nothing,
        (false, true) => Verdict::Read,
        (false, false) => Verdict::Ambiguous,
    };
    assert_eq!(verdict(&seen), expected);
    let reading = read_with(picture, &[Reader::Own], Until::End, |view, _, _| detect(view.picture()));
    assert_eq!(reading.verdict, verdict(&reading.sightings));
    seen
}

/// Numbers are numbers, parts are parts, and the lowest mark is the grade.
fn graded(measured: &Measurement, sighting: &Sighting) {
    let shape = [measured.angle, measured.skew, measured.axial, measured.deviation, measured.growth];
    let all = shape.iter().chain(&measured.module).chain(measured.reflectance.luminance());
    assert!(all.chain([&measured.convergence]).all(|value| value.is_finite()), "{measured:?}");
    let parts = [measured.contrast, measured.threshold].into_iter();
    assert!(
        parts.chain(measured.reflectance.luminance().iter().copied()).all(|part| (0.0..=1.0).contains(&part))
    );
    assert!(measured.quiet_zone.modules.iter().all(|modules| (0.0..=5.0).contains(modules)));
    assert_eq!(measured.version(), sighting.analysis.version);
    let grade = grade(measured, &sighting.analysis);
    let lowest = grade.marks.iter().map(|mark| mark.score).min_by(f64::total_cmp);
    assert_eq!(lowest, Some(grade.score));
    for mark in &grade.marks {
        assert!((0.0..=4.0).contains(&mark.score) && mark.letter >= grade.letter, "{mark:?}");
    }
    assert!(grade.marks.iter().any(|mark| mark.letter == grade.letter));
    for mark in &grade.fixed {
        assert!((0.0..=1.0).contains(&mark.damaged) && mark.letter >= grade.letter, "{mark:?}");
    }
}
