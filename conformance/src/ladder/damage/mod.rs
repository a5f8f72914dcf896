//! The damages: what covers a symbol, and what light, lens and sensor do to its picture.

pub(super) mod cover;
pub(super) mod lens;
pub(super) mod light;
pub(super) mod sensor;
