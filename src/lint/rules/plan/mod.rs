//! Group *plan*.

use super::rules;

rules![];
