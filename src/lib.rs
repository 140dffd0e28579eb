//! dspt
