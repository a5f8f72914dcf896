//! EMVCo payment payloads: the grammar that every unified payload is written in.

pub mod cpm;
pub mod crc;
pub mod data_object;
pub mod definition;
pub mod layout;
pub mod mpm;
