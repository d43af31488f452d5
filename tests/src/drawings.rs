//! Episodes of figures that move: quickly drawn, quickly painted, no two alike.

use std::path::Path;

use cel::{AlphaRule, Drawing, FileFormat, PaintRules, Rgba, Size};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::Result;

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// Makes one episode differ from another.
    pub seed: u64,
    /// Clips.
    pub clips: u32,
    /// Drawings in each, the first of them painted.
    pub drawings: u32,
    /// Width and height of each.
    pub size: Size,
    /// Specks that make files as large as real drawings: shares of a thousand of all pixels.
    pub grain: u32,
}

impl Figures {
    /// Small drawings.
    #[must_use]
    pub const fn small(seed: u64, clips: u32, drawings: u32) -> Self {
        Self { seed, clips, drawings, size: Size { width: 160, height: 120 }, grain: 0 }
    }

    /// Writes `cNNN/{line,gt}` below a folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        for clip in 0..self.clips {
            let mut chance = SmallRng::seed_from_u64(self.seed ^ (u64::from(clip) << 32));
            let boxes: Vec<Moving> = (0..6).map(|_| Moving::any(&mut chance, self.size)).collect();
            for number in 0..self.drawings {
                let line = self.line(&boxes, number, &mut chance);
                let name = format!("c{clip:03}/line/{number:04}.png");
                save(&folder.join(name), &line)?;
                if number == 0 {
                    save(
                        &folder.join(format!("c{clip:03}/gt/{number:04}.png")),
                        &painted(&line, &mut chance),
                    )?;
                }
            }
        }
        Ok(())
    }

    fn line(&self, boxes: &[Moving], number: u32, chance: &mut SmallRng) -> Drawing {
        let Size { width, height } = self.size;
        let at = |x: u32, y: u32| boxes.iter().any(|moving| moving.outline(number, x, y));
        let mut pixels = Vec::with_capacity(self.size.pixels());
        for y in 0..height {
            for x in 0..width {
                let speck = self.grain > 0 && chance.random_range(0..1_000) < self.grain;
                pixels.push(if speck || at(x, y) { Rgba::BLACK } else { Rgba::EMPTY });
            }
        }
        Drawing { size: self.size, pixels, has_alpha: true, format: FileFormat::Png { sixteen_bit: false } }
    }
}

/// A box that moves.
struct Moving {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
    step: u32,
}

impl Moving {
    fn any(chance: &mut SmallRng, size: Size) -> Self {
        Self {
            left: chance.random_range(2..size.width / 2),
            top: chance.random_range(2..size.height / 2),
            width: chance.random_range(8..size.width / 3),
            height: chance.random_range(8..size.height / 3),
            step: chance.random_range(0..3),
        }
    }

    fn outline(&self, number: u32, x: u32, y: u32) -> bool {
        let left = self.left + number * self.step / 2;
        let (right, bottom) = (left + self.width, self.top + self.height);
        let inside = (left..=right).contains(&x) && (self.top..=bottom).contains(&y);
        inside && (x == left || x == right || y == self.top || y == bottom)
    }
}

/// Every region in a colour of its own.
fn painted(line: &Drawing, chance: &mut SmallRng) -> Drawing {
    let labels = cel::segment(line, AlphaRule::Composite);
    let colour = |_| Some(Rgba::opaque(chance.random(), chance.random(), chance.random()));
    let colours: Vec<Option<Rgba>> = (0..labels.count).map(colour).collect();
    cel::paint(line, &labels, &colours, AlphaRule::Composite, &PaintRules::default())
}

fn save(path: &Path, drawing: &Drawing) -> Result<()> {
    std::fs::create_dir_all(path.parent().ok_or("a path without folder")?)?;
    Ok(std::fs::write(path, cel::codec::encode(drawing)?)?)
}
