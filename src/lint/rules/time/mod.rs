//! Group *time*.

use super::rules;

rules![];
