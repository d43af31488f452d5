//! Which segment each component of coloured line pixels belongs to.

use std::collections::HashMap;

/// The mark of a component among neighbours; others are regions.
pub(super) const TRACE: u32 = 1 << 31;

/// A connected component of line pixels of one colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Component {
    /// First pixel in raster order.
    pub(super) first: u32,
    /// Red, green and blue in the low 24 bits.
    pub(super) colour: u32,
}

/// So many pixels beside a component (by its first pixel) belong to a neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contact {
    pub(super) component: u32,
    /// The label of a region, or the first pixel of another component with [`TRACE`].
    pub(super) neighbour: u32,
    pub(super) pixels: u32,
}

/// The first pixel and label of every component, and how many labels there are then; there are `count` before.
///
/// Components come by colour, then in raster order. Each takes the label it touches most, the lowest on a tie, those of
/// components before it included, or a new one where it touches none.
pub(super) fn resolve(
    mut components: Vec<Component>,
    contacts: &[Contact],
    mut count: u32,
) -> (Vec<[u32; 2]>, u32) {
    components.sort_unstable_by_key(|component| (component.colour, component.first));
    let mut by_component: HashMap<u32, Vec<Contact>> = HashMap::new();
    for contact in contacts {
        by_component.entry(contact.component).or_default().push(*contact);
    }
    let mut given: HashMap<u32, u32> = HashMap::new();
    let mut out = Vec::with_capacity(components.len());
    for Component { first, .. } in components {
        let contacts = by_component.get(&first).map_or(&[][..], Vec::as_slice);
        let label = most_touched(contacts, &given).unwrap_or_else(|| {
            count += 1;
            count
        });
        given.insert(first, label);
        out.push([first, label]);
    }
    (out, count)
}

fn most_touched(contacts: &[Contact], given: &HashMap<u32, u32>) -> Option<u32> {
    let mut pixels: HashMap<u32, u32> = HashMap::new();
    for contact in contacts {
        let label = match contact.neighbour & TRACE {
            0 => Some(contact.neighbour),
            _ => given.get(&(contact.neighbour & !TRACE)).copied(),
        };
        if let Some(label) = label {
            *pixels.entry(label).or_default() += contact.pixels;
        }
    }
    pixels
        .into_iter()
        .max_by_key(|&(label, pixels)| (pixels, std::cmp::Reverse(label)))
        .map(|(label, _)| label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(component: u32, neighbour: u32, pixels: u32) -> Contact {
        Contact { component, neighbour, pixels }
    }

    #[test]
    fn a_component_sees_only_those_before_it() {
        let components = [(9, 1), (4, 2), (2, 2)].map(|(first, colour)| Component { first, colour }).to_vec();
        let contacts =
            [contact(9, 4 | TRACE, 9), contact(9, 3, 1), contact(4, 9 | TRACE, 1), contact(2, 4 | TRACE, 2)];
        // 9 by colour first: 4 has no label yet. Then 2, which sees nothing, then 4.
        assert_eq!(resolve(components, &contacts, 5), (vec![[9, 3], [2, 6], [4, 3]], 6));
    }

    #[test]
    fn pixels_of_one_label_add_up_and_ties_go_to_the_lowest() {
        let components = [(1, 1), (2, 1), (3, 1)].map(|(first, colour)| Component { first, colour }).to_vec();
        let contacts = [
            contact(1, 7, 1),
            contact(2, 8, 1),
            contact(3, 7, 2),
            contact(3, 8, 2),
            contact(3, 1 | TRACE, 1),
        ];
        assert_eq!(resolve(components.clone(), &contacts, 8).0[2], [3, 7]);
        assert_eq!(resolve(components, &contacts[..4], 8).0[2], [3, 7]);
    }
}
