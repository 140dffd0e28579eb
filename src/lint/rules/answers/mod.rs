//! Group *answers*.

use super::rules;

rules![];
