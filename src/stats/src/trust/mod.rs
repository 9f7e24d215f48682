//! May the data be believed at all.

mod aa_test;
mod balance;
mod chi2_contingency;
mod interaction;
mod simpson;
mod srm_chi_square;
mod srm_sequential;

pub use aa_test::{AaTest, aa_test};
pub use balance::{Balance, balance, balance_categorical};
pub use chi2_contingency::{Contingency, chi2_contingency};
pub use interaction::{interaction_2x2, interaction_axb};
pub use simpson::{Simpson, simpson};
pub use srm_chi_square::{Srm, srm_chi_square};
pub use srm_sequential::{SrmLook, srm_sequential};
