//! Units that come in clusters.

mod cluster_design;
mod cluster_robust;
mod groups;

pub use cluster_design::{ClusterDesign, cluster_design};
pub use cluster_robust::{SandwichType, cluster_robust};
pub use groups::Row as ClusterRow;
