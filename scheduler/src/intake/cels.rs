//! The drawings of one folder by their cels, in order.

use cel::{DrawingName, DrawingNumber};

use super::natural;
use super::pairing::stem;

/// Drawings of one cel, or those whose names tell none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cel {
    /// The cel as the first of its drawings spells it; empty where names tell none.
    pub name: String,
    /// File names in the order of their numbers; in natural order where one has none.
    pub drawings: Vec<String>,
}

impl Cel {
    /// The number of each drawing, if its name tells one.
    pub fn numbers(&self) -> impl Iterator<Item = Option<DrawingNumber>> {
        self.drawings.iter().map(|name| number(name))
    }
}

/// The number in a file name.
pub(super) fn number(name: &str) -> Option<DrawingNumber> {
    DrawingName::parse(&stem(name)).map(|name| name.number)
}

/// Sorts the drawings of a folder, which come in natural order, into cels, in the order of their first drawings.
pub(super) fn split(names: Vec<String>) -> Vec<Cel> {
    let mut cels: Vec<Cel> = Vec::new();
    for name in names {
        let spelled = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let cel = DrawingName::parse(spelled).map(|name| name.cel).unwrap_or_default();
        match cels.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&cel)) {
            Some(known) => known.drawings.push(name),
            None => cels.push(Cel { name: cel, drawings: vec![name] }),
        }
    }
    for cel in &mut cels {
        if cel.numbers().all(|number| number.is_some()) {
            let key = |name: &String| number(name);
            cel.drawings.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| natural::compare(a, b)));
        }
    }
    cels
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cels(names: &[&str]) -> Vec<(String, Vec<String>)> {
        let split = split(names.iter().map(|&name| name.to_owned()).collect());
        split.into_iter().map(|cel| (cel.name, cel.drawings)).collect()
    }

    #[test]
    fn spelling_does_not_divide_a_cel_or_its_order() {
        let found = cels(&["A0003.tga", "A_0001.PNG", "B0001.tga", "a0002.tga", "a0002a.TGA"]);
        assert_eq!(found[0].0, "A");
        assert_eq!(found[0].1, ["A_0001.PNG", "a0002.tga", "a0002a.TGA", "A0003.tga"]);
        assert_eq!(found[1], ("B".into(), vec!["B0001.tga".into()]));
    }

    #[test]
    fn names_without_a_cel_stay_together() {
        let names = ["0001.png", "0002.png", "final.png"];
        assert_eq!(cels(&names), [(String::new(), names.map(String::from).to_vec())]);
    }

    proptest! {
        #[test]
        fn every_drawing_is_in_one_cel(names in prop::collection::btree_set("[abA]{0,2}_?[0-9]{0,3}x?\\.png", 0..12)) {
            let names: Vec<String> = names.into_iter().collect();
            let mut found: Vec<String> = split(names.clone()).into_iter().flat_map(|cel| cel.drawings).collect();
            found.sort();
            prop_assert_eq!(found, names);
        }
    }
}
