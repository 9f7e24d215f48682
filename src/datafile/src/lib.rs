//! The datafile as people write it: checked, and compiled to a program.
