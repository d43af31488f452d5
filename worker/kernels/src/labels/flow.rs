//! The steps from pixels to labels.

use candle_core::{Result, bail};

use super::resolve::{Component, Contact, resolve};
use crate::gpu::{Call, Machine, Pointer, Source};

const BLOCK: u32 = 256;
/// Pixels of a stretch in which first pixels are counted; a thread for each.
const COUNTED: u32 = 1024;
/// Contacts that the first table has room for; one that is too small is made larger.
const CONTACTS: u32 = 1 << 14;

/// Height and width of a drawing in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) height: u32,
    pub(super) width: u32,
}

impl Size {
    /// A size that labels can be counted for.
    pub(super) fn new(height: usize, width: usize) -> Result<Self> {
        const MOST: usize = 1 << 30;
        match height.checked_mul(width) {
            Some(1..=MOST) => Ok(Self { height: height as u32, width: width as u32 }),
            _ => {
                bail!("labels: a drawing of {width}x{height} pixels; there must be some, and at most {MOST}")
            }
        }
    }

    fn pixels(self) -> u32 {
        self.height * self.width
    }
}

/// The labels of `pixels` (`[height, width, 4]` bytes), and how many segments there are. Line pixels are told by alpha
/// above 0 with `by_alpha`, else by not being white.
///
/// # Safety
/// `pixels` points to as many bytes on the machine.
#[allow(unsafe_code)]
pub(super) unsafe fn label<M: Machine>(
    machine: &M,
    pixels: Pointer,
    size: Size,
    by_alpha: bool,
) -> Result<(M::Words, u32)> {
    let count = size.pixels();
    let room = || machine.filled(count as usize, 0);
    let drawing = Drawing { machine, size, keys: room()?, parents: room()?, labels: room()? };
    let keys = drawing.call("label_keys").pointer(pixels).pointer(drawing.keys()).pointer(drawing.parents());
    // SAFETY: the caller's pixels, and room for a word each.
    unsafe { machine.run(&keys.number(count).number(u32::from(by_alpha))) }?;
    drawing.connect()?;
    let regions = drawing.number()?;
    let segments = drawing.merge_traces(regions)?;
    Ok((drawing.labels, segments))
}

/// What is held of a drawing while it is labelled; the calls below are on arrays with a word for each pixel.
struct Drawing<'a, M: Machine> {
    machine: &'a M,
    size: Size,
    keys: M::Words,
    parents: M::Words,
    labels: M::Words,
}

impl<M: Machine> Drawing<'_, M> {
    fn keys(&self) -> Pointer {
        self.machine.pointer(&self.keys)
    }

    fn parents(&self) -> Pointer {
        self.machine.pointer(&self.parents)
    }

    fn labels(&self) -> Pointer {
        self.machine.pointer(&self.labels)
    }

    /// A call with a thread for each pixel.
    fn call(&self, kernel: &str) -> Call {
        Call::new(Source::Labels, kernel, [self.size.pixels().div_ceil(BLOCK), 1, 1], BLOCK)
    }

    /// Hangs every pixel from the first one of its component.
    #[allow(unsafe_code)]
    fn connect(&self) -> Result<()> {
        let Size { width, .. } = self.size;
        let count = self.size.pixels();
        let join =
            self.call("label_join").pointer(self.keys()).pointer(self.parents()).number(width).number(count);
        // SAFETY: a word for each pixel; every parent is a pixel.
        unsafe { self.machine.run(&join) }?;
        let flatten = self.call("label_flatten").pointer(self.parents()).number(count);
        // SAFETY: as above.
        unsafe { self.machine.run(&flatten) }
    }

    /// Numbers the regions and gives their pixels the numbers; how many there are.
    #[allow(unsafe_code)]
    fn number(&self) -> Result<u32> {
        let count = self.size.pixels();
        let stretches = count.div_ceil(COUNTED);
        let counts = self.machine.filled(stretches as usize, 0)?;
        let call = |kernel, counts: &M::Words| {
            Call::new(Source::Labels, kernel, [stretches, 1, 1], COUNTED)
                .pointer(self.keys())
                .pointer(self.parents())
                .pointer(self.machine.pointer(counts))
        };
        // SAFETY: a word for each pixel, and one for each stretch.
        unsafe { self.machine.run(&call("label_count", &counts).number(count)) }?;
        let (before, regions) = sums_before(&self.machine.download(&counts)?);
        let before = self.machine.upload(&before)?;
        // SAFETY: as above.
        unsafe { self.machine.run(&call("label_number", &before).pointer(self.labels()).number(count)) }?;
        self.spread()?;
        Ok(regions)
    }

    #[allow(unsafe_code)]
    fn spread(&self) -> Result<()> {
        let call =
            self.call("label_spread").pointer(self.keys()).pointer(self.parents()).pointer(self.labels());
        // SAFETY: a word for each pixel; every parent is a pixel.
        unsafe { self.machine.run(&call.number(self.size.pixels())) }
    }

    /// Gives the components of coloured pixels their labels; how many labels there are then.
    #[allow(unsafe_code)]
    fn merge_traces(&self, regions: u32) -> Result<u32> {
        let (components, contacts) = self.contacts()?;
        if components.is_empty() {
            return Ok(regions);
        }
        let (given, segments) = resolve(components, &contacts, regions);
        let count = given.len() as u32;
        let given = self.machine.upload(given.as_flattened())?;
        let call = Call::new(Source::Labels, "label_assign", [count.div_ceil(BLOCK), 1, 1], BLOCK);
        let call = call.pointer(self.machine.pointer(&given)).pointer(self.labels()).number(count);
        // SAFETY: first pixels of components are pixels.
        unsafe { self.machine.run(&call) }?;
        self.spread()?;
        Ok(segments)
    }

    /// The components of coloured pixels and what they touch, with as large a table as it takes.
    fn contacts(&self) -> Result<(Vec<Component>, Vec<Contact>)> {
        let mut size = CONTACTS;
        loop {
            if let Some(found) = self.contacts_within(size)? {
                return Ok(found);
            }
            // A pixel touches at most eight components, so this comes to an end.
            size *= 8;
        }
    }

    /// As [`contacts`](Self::contacts), if a table of `size` has room for them.
    #[allow(unsafe_code)]
    fn contacts_within(&self, size: u32) -> Result<Option<(Vec<Component>, Vec<Contact>)>> {
        let machine = self.machine;
        let pairs = machine.filled(2 * size as usize, u32::MAX)?;
        let counts = machine.filled(size as usize, 0)?;
        let components = machine.filled(2 * size as usize, 0)?;
        let totals = machine.filled(2, 0)?;
        let mut call = self.call("label_contacts");
        for words in [&self.keys, &self.parents, &self.labels, &pairs, &counts, &components, &totals] {
            call = call.pointer(machine.pointer(words));
        }
        call = call.number(self.size.width).number(self.size.pixels()).number(size).number(size);
        // SAFETY: a word for each pixel, and a table and a list of the size that is told.
        unsafe { machine.run(&call) }?;
        let totals = machine.download(&totals)?;
        let (found, overflow) = (totals[0] as usize, totals[1] != 0);
        if overflow || found > size as usize {
            return Ok(None);
        }
        if found == 0 {
            return Ok(Some((Vec::new(), Vec::new())));
        }
        let components = machine.download(&components)?;
        let components = components.as_chunks().0[..found]
            .iter()
            .map(|&[first, colour]| Component { first, colour })
            .collect();
        // A pair is a number of 64 bits, its low half first.
        let (pairs, counts) = (machine.download(&pairs)?, machine.download(&counts)?);
        let contacts = pairs.as_chunks().0.iter().zip(counts).filter(|(_, pixels)| *pixels > 0);
        let contacts =
            contacts.map(|(&[neighbour, component], pixels)| Contact { component, neighbour, pixels });
        Ok(Some((components, contacts.collect())))
    }
}

/// The sum of the numbers before each, and of all.
fn sums_before(numbers: &[u32]) -> (Vec<u32>, u32) {
    let mut sum = 0;
    let before = numbers.iter().map(|number| {
        let before = sum;
        sum += number;
        before
    });
    (before.collect(), sum)
}

#[cfg(test)]
mod tests {
    use cel::{AlphaRule, Drawing, FileFormat, Rgba, segment};
    use proptest::prelude::*;

    use super::*;
    use crate::gpu::emulate::{Emulator, read};

    #[allow(unsafe_code)]
    fn emulated(drawing: &Drawing, by_alpha: bool) -> (Vec<u32>, u32) {
        let size = Size::new(drawing.size.height as usize, drawing.size.width as usize).unwrap();
        let pixels: Vec<u8> = drawing.pixels.iter().flat_map(|pixel| pixel.0).collect();
        // SAFETY: four bytes for each pixel.
        let (labels, count) = unsafe { label(&Emulator, read(&pixels), size, by_alpha) }.unwrap();
        (Emulator.download(&labels).unwrap(), count)
    }

    fn any_drawing() -> impl Strategy<Value = Drawing> {
        let palette = vec![
            Rgba::WHITE,
            Rgba::BLACK,
            Rgba::EMPTY,
            Rgba([0, 0, 0, 7]),
            Rgba::opaque(255, 0, 0),
            Rgba([255, 0, 0, 90]),
            Rgba::opaque(0, 0, 255),
            Rgba::opaque(0, 0, 1),
        ];
        let colours = proptest::sample::subsequence(palette, 2..=8);
        (1_u32..40, 1_u32..40, colours, any::<bool>(), 1_usize..4).prop_flat_map(
            |(width, height, colours, has_alpha, block)| {
                let count = (width * height) as usize;
                proptest::collection::vec(proptest::sample::select(colours), count).prop_map(move |pixels| {
                    // In blocks, so that there are components of some size.
                    let at = |i: usize| {
                        i / width as usize / block * block * width as usize
                            + i % width as usize / block * block
                    };
                    let pixels = (0..count).map(|i| pixels[at(i)]).collect();
                    let size = cel::Size { width, height };
                    Drawing { size, pixels, has_alpha, format: FileFormat::Png { sixteen_bit: false } }
                })
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn labels_are_those_of_cel(drawing in any_drawing()) {
            let expected = segment(&drawing, AlphaRule::Reference);
            let (labels, count) = emulated(&drawing, drawing.has_alpha);
            prop_assert_eq!(count, expected.count);
            prop_assert_eq!(labels, expected.labels);
        }
    }

    /// Coloured pixels one by one: more components and contacts than the first table has room for.
    #[test]
    fn a_table_that_is_too_small_grows() {
        let (width, height) = (300, 200);
        let pixel = |i: u32| match (i % width % 2, i / width % 2) {
            (0, 0) => Rgba::opaque((i % 251) as u8, (i / 251) as u8, 9),
            _ => Rgba::WHITE,
        };
        let pixels: Vec<Rgba> = (0..width * height).map(pixel).collect();
        let format = FileFormat::Png { sixteen_bit: false };
        let drawing = Drawing { size: cel::Size { width, height }, pixels, has_alpha: false, format };
        let expected = segment(&drawing, AlphaRule::Reference);
        assert_eq!(emulated(&drawing, false), (expected.labels, expected.count));
    }

    #[test]
    fn no_drawing_without_pixels() {
        assert!(Size::new(0, 5).is_err());
        assert!(Size::new(usize::MAX, 2).is_err());
    }
}
