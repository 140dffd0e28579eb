//! JSON shapes
