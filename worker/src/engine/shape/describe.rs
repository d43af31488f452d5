//! Geometry as rows of numbers, for a network that goes on from it.

use super::ShapeFeatures;
use super::beliefs::Beliefs;
use super::cues::CUES;
use super::passes::passed;
use super::patch::{CELLS, Patch};
use super::segment::Segment;
use super::support::SUPPORTS;

/// Numbers that describe a segment by itself.
pub const DESCRIPTION: usize = 22 + 4 * CELLS;

/// Numbers that describe a pair of segments: the cues, the cues drawn from the rest of the drawing, the score, and
/// the beliefs that follow from it.
pub const PAIR_CUES: usize = CUES + SUPPORTS + 4;

/// Logarithms of beliefs below this count alike.
const LEAST_BELIEF: f32 = -8.0;

impl ShapeFeatures {
    /// Number of segments.
    #[must_use]
    pub fn count(&self) -> usize {
        self.geometry.segments.len()
    }

    /// `[segments, DESCRIPTION]`: place, form and surroundings of every segment, each number within a few units.
    #[must_use]
    pub fn describe(&self) -> Vec<f32> {
        self.geometry.segments.iter().flat_map(describe).collect()
    }

    /// `[2, segments, segments]`: the share of the contact of each segment (rows) with each other one (columns), and
    /// the share of that contact that is across traces.
    #[must_use]
    pub fn relations(&self) -> Vec<f32> {
        let count = self.count();
        let mut relations = vec![0.0; 2 * count * count];
        for (row, segment) in self.geometry.segments.iter().enumerate() {
            let company = &segment.company;
            for (&(column, share), &traced) in company.neighbours.iter().zip(&company.traced) {
                relations[row * count + column] = share;
                relations[(count + row) * count + column] = traced;
            }
        }
        relations
    }

    /// `[segments, reference segments, PAIR_CUES]`: what speaks for and against every pair.
    #[must_use]
    pub fn pair_cues(&self, reference: &Self) -> Vec<f32> {
        let passed = passed(&self.geometry, &reference.geometry);
        let beliefs = Beliefs::new(&passed.scores);
        let mut out = Vec::with_capacity(passed.cues.len() * PAIR_CUES);
        for (index, (cues, supports)) in passed.cues.iter().zip(&passed.supports).enumerate() {
            out.extend_from_slice(cues);
            out.extend_from_slice(supports);
            out.push(passed.scores.values[index] / 10.0);
            out.push(beliefs.rows.values[index].max(LEAST_BELIEF));
            out.push(beliefs.columns.values[index].max(LEAST_BELIEF));
            out.push(beliefs.mutual.values[index]);
        }
        out
    }
}

fn describe(segment: &Segment) -> Vec<f32> {
    let Segment { in_picture, in_figure, form, ink, company, .. } = segment;
    let mut row = Vec::with_capacity(DESCRIPTION);
    row.extend(in_picture.at);
    row.extend(in_figure.at);
    row.extend([in_picture.log_area / 4.0, in_figure.log_area / 4.0, form.fill, form.aspect]);
    row.extend(form.elongation);
    row.extend([company.degree, company.closest, company.size / 2.0]);
    row.extend(company.lines);
    row.extend(company.trace_side);
    row.extend([company.trace_size / 2.0, company.roughness / 4.0, company.border]);
    row.extend(values(&form.mask, 1.0));
    for patch in [&ink.by_segment, &ink.by_figure[0], &ink.by_figure[1]] {
        // Ink adds up to 1 over a patch, so a cell has a 64th on average.
        row.extend(values(patch, CELLS as f32 / 4.0));
    }
    row
}

fn values(patch: &Patch, scale: f32) -> impl Iterator<Item = f32> {
    patch.iter().map(move |&value| f32::from(value) * scale / f32::from(u16::MAX))
}
