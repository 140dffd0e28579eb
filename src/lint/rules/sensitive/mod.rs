//! Group *sensitive*.

use super::rules;

rules![];
