//! What needs what: an order in which everything comes after what it needs, and the circles in which nothing can.

/// What a walk over a graph found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Every node, each after those it needs, but for the circles.
    pub(crate) order: Vec<usize>,
    /// Circles: each node needs the next one and the last one the first.
    pub(crate) circles: Vec<Vec<usize>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    New,
    /// On the way from the root to where the walk is.
    Open,
    Done,
}

/// Walks over `needs`, which lists for each node the nodes it needs. No recursion: a chain may be as long as the datafile.
pub(crate) fn walk(needs: &[Vec<usize>]) -> Walk {
    let mut found = Walk::default();
    let mut marks = vec![Mark::New; needs.len()];
    for root in 0..needs.len() {
        if marks.get(root) != Some(&Mark::New) {
            continue;
        }
        let mut way = vec![(root, 0)];
        set(&mut marks, root, Mark::Open);
        while let Some((node, next)) = way.last_mut() {
            let Some(needed) = needs.get(*node).and_then(|needed| needed.get(*next)).copied() else {
                set(&mut marks, *node, Mark::Done);
                found.order.push(*node);
                way.pop();
                continue;
            };
            *next += 1;
            match marks.get(needed) {
                Some(Mark::New) => {
                    set(&mut marks, needed, Mark::Open);
                    way.push((needed, 0));
                }
                Some(Mark::Open) => {
                    let circle = way.iter().map(|(node, _)| *node).skip_while(|node| *node != needed);
                    found.circles.push(circle.collect());
                }
                _ => {}
            }
        }
    }
    found
}

fn set(marks: &mut [Mark], node: usize, to: Mark) {
    if let Some(mark) = marks.get_mut(node) {
        *mark = to;
    }
}

/// `a → b → a`. A long circle is cut short in the middle.
pub(crate) fn told<'a>(circle: &[usize], name: impl Fn(usize) -> &'a str) -> String {
    const SHOWN: usize = 20;
    let mut names: Vec<&str> = circle.iter().take(SHOWN).map(|node| name(*node)).collect();
    if circle.len() > SHOWN {
        names.push("…");
    }
    names.extend(circle.first().map(|first| name(*first)));
    names.join(" → ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_after_what_it_needs() {
        let found = walk(&[vec![1, 2], vec![2], vec![], vec![0]]);
        assert_eq!(found.order, [2, 1, 0, 3]);
        assert!(found.circles.is_empty());
    }

    #[test]
    fn circles_are_found_whole() {
        assert_eq!(walk(&[vec![1], vec![2], vec![1]]).circles, [[1, 2]]);
        assert_eq!(walk(&[vec![0]]).circles, [[0]]);
        let names = ["a", "b", "c"];
        assert_eq!(told(&[1, 2], |node| names[node]), "b → c → b");
        let long: Vec<Vec<usize>> = (0..100_000).map(|node| vec![(node + 1) % 100_000]).collect();
        assert_eq!(walk(&long).circles[0].len(), 100_000);
    }
}
