//! Several densities on one axis, each with what lies below and above every node.
//!
//! Panels are laid from left to right, as wide as the narrowest density present there allows; where there is none, there are no nodes. Distribution functions are
//! the running integrals of the densities, so no incomplete beta function is evaluated: 5 posteriors need some hundred densities altogether.

use crate::bayes::curve::Curve;
use crate::numeric::quadrature::{NARROW, narrow_panel, running_integral};
use crate::numeric::within;
use alloc::vec::Vec;

/// One density over one panel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) density: [f64; NARROW],
    /// Mass below each node.
    pub(crate) below: [f64; NARROW],
    /// Mass above each node.
    pub(crate) above: [f64; NARROW],
}

/// One panel: its nodes and weights, and a piece of every density.
pub(crate) struct Panel {
    pub(crate) nodes: [(f64, f64); NARROW],
    pub(crate) pieces: Vec<Piece>,
}

impl Panel {
    /// `∫ a b weight(v) dv` of two functions given at the nodes.
    pub(crate) fn integral(&self, a: &[f64; NARROW], b: &[f64; NARROW], weight: impl Fn(f64) -> f64) -> f64 {
        self.nodes.iter().zip(a).zip(b).map(|(((v, part), a), b)| part * weight(*v) * a * b).sum()
    }
}

/// Lays the panels; `None` when there are more than any sensible densities need.
pub(crate) fn lay(curves: &[&dyn Curve]) -> Option<Vec<Panel>> {
    /// Densities a million times narrower than their distance, each with its own dozen.
    const MOST_PANELS: usize = 100_000;
    /// So many curves together are integrated to the last digits by the panels that fit each of them.
    const AT_FULL_WIDTH: f64 = 5.0;
    // The product of many distribution functions is steeper than any one of them.
    let finer = within(libm::sqrt(AT_FULL_WIDTH / curves.len() as f64), 0.25, 1.0);
    let ends: Vec<(f64, f64)> = curves.iter().map(|curve| curve.ends()).collect();
    let mut panels: Vec<Panel> = Vec::new();
    let mut so_far: Vec<f64> = curves.iter().map(|_| 0.0).collect();
    let mut from = ends.iter().map(|(low, _)| *low).fold(f64::INFINITY, f64::min);
    while from < f64::INFINITY {
        let present = |(low, high): &(f64, f64)| *low <= from && *high > from;
        let widths =
            curves.iter().zip(&ends).filter(|(_, ends)| present(ends)).map(|(curve, _)| finer * curve.panel(from));
        let width = widths.fold(f64::INFINITY, f64::min);
        // A curve that begins within the panel is there from its start, unless it is too narrow for it.
        let begins = curves.iter().zip(&ends).filter(|(_, (low, _))| *low > from && *low < from + width);
        let narrower = begins.filter(|(curve, (low, _))| finer * curve.panel(*low) < width).map(|(_, (low, _))| *low);
        let to = narrower.fold(from + width, f64::min);
        if width < f64::INFINITY {
            panels.push(panel(curves, &ends, &mut so_far, from, to));
        }
        if panels.len() > MOST_PANELS || to <= from {
            return None;
        }
        from = to;
    }
    fill_above(&mut panels, curves.len());
    Some(panels)
}

fn panel(curves: &[&dyn Curve], ends: &[(f64, f64)], so_far: &mut [f64], from: f64, to: f64) -> Panel {
    let nodes = narrow_panel(from, to);
    let piece = |((curve, (low, high)), below): ((&&dyn Curve, &(f64, f64)), &mut f64)| {
        if to <= *low || from >= *high {
            return Piece { density: [0.0; NARROW], below: [*below; NARROW], above: [0.0; NARROW] };
        }
        let density = nodes.map(|(at, _)| curve.density(at));
        let running = running_integral(&density, to - from);
        let mass: f64 = nodes.iter().zip(&density).map(|((_, weight), density)| weight * density).sum();
        let piece = Piece {
            density,
            below: running.map(|part| *below + part),
            // What is above within the panel; the panels above are added once they are known.
            above: running.map(|part| mass - part),
        };
        *below += mass;
        piece
    };
    Panel { nodes, pieces: curves.iter().zip(ends).zip(so_far).map(piece).collect() }
}

/// Sums from the top, so that the mass above a high node is no difference from 1.
fn fill_above(panels: &mut [Panel], curves: usize) {
    let mut so_far = Vec::new();
    so_far.resize(curves, 0.0);
    for panel in panels.iter_mut().rev() {
        for (piece, above) in panel.pieces.iter_mut().zip(&mut so_far) {
            for value in &mut piece.above {
                *value = (*value + *above).max(0.0);
            }
            for value in &mut piece.below {
                *value = value.max(0.0);
            }
            *above +=
                panel.nodes.iter().zip(&piece.density).map(|((_, weight), density)| weight * density).sum::<f64>();
        }
    }
}
