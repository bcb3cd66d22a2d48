//! Shared by the suite and the benchmarks.
