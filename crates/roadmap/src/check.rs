//! What one file alone cannot show: names that lead nowhere, names given twice, criteria that can
//! never hold, and the lints.

pub(crate) mod criteria;
pub(crate) mod lint;
pub(crate) mod reference;
