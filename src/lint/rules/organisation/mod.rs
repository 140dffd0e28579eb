//! Group *organisation*.

use super::rules;

rules![];
