//! Group *evidence*.

use super::rules;

rules![];
