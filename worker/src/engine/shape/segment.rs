//! What is known of each segment of one drawing.

use cel::{Drawing, Labels};

use super::contact::contacts;
use super::frame::Frame;
use super::grid::Grid;
use super::ink::InkSums;
use super::outline::{Outline, outlines};
use super::patch::{Patch, masks};
use super::points::sample_points;
use super::runs::runs;
use super::surroundings::{Company, InkAround};

/// Geometry of one segment.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Where it lies in the picture, and how large it is there.
    pub in_picture: Place,
    /// The same in the box around the figure.
    pub in_figure: Place,
    /// Its own form.
    pub form: Form,
    /// The ink around it.
    pub ink: InkAround,
    /// Its neighbours and the lines between.
    pub company: Company,
    /// Points on it, in the frame of the picture.
    pub points: Vec<[f32; 2]>,
}

/// Place and size in one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Centre of mass.
    pub at: [f32; 2],
    /// The area, at least that of a pixel.
    pub area: f32,
    /// Its logarithm.
    pub log_area: f32,
}

/// Form of a segment, whatever its place and size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// Share of the bounding box that is filled.
    pub fill: f32,
    /// Logarithm of width by height.
    pub aspect: f32,
    /// Direction and strength of elongation.
    pub elongation: [f32; 2],
    /// A small picture of it.
    pub mask: Patch,
}

impl Place {
    fn new(outline: &Outline, frame: &Frame) -> Self {
        let side = frame.length(outline.area.max(1.0).sqrt() as f32);
        let at = frame.enter(outline.centre().map(|at| at as f32));
        Self { at, area: side * side, log_area: 2.0 * side.ln() }
    }
}

impl Form {
    fn new(outline: &Outline, mask: Patch) -> Self {
        let [width, height] = outline.extent().map(|length| length.max(1.0));
        Self {
            fill: (outline.area / (width * height)) as f32,
            aspect: (width / height).ln() as f32,
            elongation: outline.elongation().map(|at| at as f32),
            mask,
        }
    }
}

/// Geometry of one drawing.
#[derive(Clone, Debug)]
pub(super) struct Geometry {
    /// Every segment, in label order.
    pub segments: Vec<Segment>,
    /// Which segment lies where.
    pub grid: Grid,
    /// The frame of the picture.
    pub picture: Frame,
    /// The frame of the figure.
    pub figure: Frame,
}

impl Geometry {
    /// Measures a drawing.
    pub fn new(drawing: &Drawing, labels: &Labels) -> Self {
        let runs = runs(labels);
        let outlines = outlines(&runs, labels.size, labels.count as usize);
        let contacts = contacts(drawing, labels);
        let ink = InkSums::new(labels);
        let (picture, figure) = (Frame::picture(labels), Frame::figure(labels));
        let masks = masks(&runs, &outlines);
        let points = sample_points(&runs, &outlines, &picture);
        let segments = outlines.iter().zip(contacts.iter().zip(masks.into_iter().zip(points)));
        let segments = segments
            .map(|(outline, (contacts, (mask, points)))| Segment {
                in_picture: Place::new(outline, &picture),
                in_figure: Place::new(outline, &figure),
                form: Form::new(outline, mask),
                ink: InkAround::new(outline, &ink, &picture, &figure),
                company: Company::new(outline, contacts, &outlines),
                points,
            })
            .collect();
        Self { segments, grid: Grid::new(labels), picture, figure }
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let rest = |segment: &Segment| {
            size_of_val(segment.points.as_slice()) + size_of_val(segment.company.neighbours.as_slice())
        };
        size_of_val(self.segments.as_slice())
            + self.segments.iter().map(rest).sum::<usize>()
            + self.grid.bytes()
    }
}
