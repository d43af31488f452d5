//! Small cuts on disk, and the command run on them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cel::{Drawing, FileFormat, Rgba, Size};
use serde_json::Value;

pub const PNG: FileFormat = FileFormat::Png { sixteen_bit: false };
pub const RED: Rgba = Rgba::opaque(200, 30, 40);
pub const BLUE: Rgba = Rgba::opaque(20, 60, 220);

/// What the command said and how it ended.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The one JSON object on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn count(&self, key: &str) -> u64 {
        self.json()[key].as_u64().unwrap()
    }

    /// The failures as (path, error).
    pub fn failed(&self) -> Vec<(String, String)> {
        let json = self.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        json["failed"].as_array().unwrap().iter().map(|f| (text(&f["path"]), text(&f["error"]))).collect()
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {}\nstdout: {}\nstderr: {}", self.code, self.stdout, self.stderr)
    }
}

pub fn shiage(args: &[&str]) -> Run {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_shiage")).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: status.code().unwrap(), stdout: text(stdout), stderr: text(stderr) }
}

/// `shiage paint INPUT --out OUT --json …` with the quick engine.
pub fn paint(input: &Path, out: &Path, more: &[&str]) -> Run {
    let fixed = ["paint", text(input), "--out", text(out), "--json"];
    let model: &[&str] = if more.contains(&"--model") { &[] } else { &["--model", "shape"] };
    shiage(&[&fixed, model, more].concat())
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The content of every file below a folder by its relative path.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_path_buf(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// A figure of two regions, side by side on transparent paper, moved to the right by `shift` pixels.
#[derive(Clone, Copy)]
pub struct Figure {
    pub shift: u32,
}

const SIZE: Size = Size { width: 64, height: 40 };

impl Figure {
    /// Black outlines of both regions.
    pub fn line(self) -> Drawing {
        self.drawing(|on_line, _| if on_line { Rgba::BLACK } else { Rgba::EMPTY })
    }

    /// The left region in one colour, the right one in another.
    pub fn painted(self, left: Rgba, right: Rgba) -> Drawing {
        self.drawing(|on_line, region| match (on_line, region) {
            (true, _) => Rgba::BLACK,
            (false, None) => Rgba::EMPTY,
            (false, Some(false)) => left,
            (false, Some(true)) => right,
        })
    }

    fn drawing(self, pixel: impl Fn(bool, Option<bool>) -> Rgba) -> Drawing {
        let (left, middle, right, top, bottom) = (5 + self.shift, 20 + self.shift, 40 + self.shift, 6, 30);
        let at = |x: u32, y: u32| {
            let inside = (left..=right).contains(&x) && (top..=bottom).contains(&y);
            let edge = [left, middle, right].contains(&x) || y == top || y == bottom;
            pixel(inside && edge, inside.then_some(x > middle))
        };
        let pixels = (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| (x, y)));
        let pixels = pixels.map(|(x, y)| at(x, y)).collect();
        Drawing { size: SIZE, pixels, has_alpha: true, format: PNG }
    }
}

/// An XDTS time sheet of 24 frames: each column changes to its drawings in turn, every two frames.
pub fn time_sheet(path: &Path, columns: &[(&str, &[&str])]) {
    let frame = |(i, drawing): (usize, &&str)| serde_json::json!({"frame": i * 2, "data": [{"id": 0, "values": [drawing]}]});
    let track = |(i, (_, drawings)): (usize, &(&str, &[&str]))| {
        let frames: Vec<Value> = drawings.iter().enumerate().map(frame).collect();
        serde_json::json!({"trackNo": i, "frames": frames})
    };
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let tracks: Vec<Value> = columns.iter().enumerate().map(track).collect();
    let sheet = serde_json::json!({"version": 5, "timeTables": [{"name": "sheet1", "duration": 24,
        "timeTableHeaders": [{"fieldId": 0, "names": names}], "fields": [{"fieldId": 0, "tracks": tracks}]}]});
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("exchangeDigitalTimeSheet Save Data\n{sheet}\n")).unwrap();
}

pub fn save(path: &Path, drawing: &Drawing) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, cel::codec::encode(drawing).unwrap()).unwrap();
}

/// A clip `{line,gt}` of figures that walk to the right; the drawings named in `painted` are given painted.
pub fn clip(folder: &Path, drawings: u32, painted: &[u32]) {
    for i in 0..drawings {
        let figure = Figure { shift: i };
        save(&folder.join(format!("line/{i:04}.png")), &figure.line());
        if painted.contains(&i) {
            save(&folder.join(format!("gt/{i:04}.png")), &figure.painted(RED, BLUE));
        }
    }
}

/// Whether the figure of a painted file has its two colours.
pub fn is_right(path: &Path, shift: u32) -> bool {
    cel::codec::read(path).is_ok_and(|drawing| drawing.pixels == Figure { shift }.painted(RED, BLUE).pixels)
}
