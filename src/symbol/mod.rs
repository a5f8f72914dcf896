//! The symbol that carries a payload: an image, its modules, and the segments inside (clause 14; feature `symbol`).

mod analyse;
mod bits;
pub mod detect;
pub mod encode;
mod format;
pub mod geometry;
pub mod grade;
mod grid;
mod layout;
mod mask;
pub mod measure;
pub mod picture;
mod prepare;
pub mod read;
mod reed_solomon;
pub mod render;
pub mod sample;
pub mod segment;
pub mod sighting;
pub mod stream;
mod version;

pub use analyse::{Analysis, Block, Unread, analyse, analyse_with};
pub use detect::detect;
pub use encode::{EncodeError, EncodeOptions, Symbol};
pub use geometry::{Point, Projection};
pub use grade::{Grade, Letter, Parameter, grade};
pub use grid::Grid;
pub use layout::{Layout, Part};
pub use measure::{Measurement, QuietZone, measure};
pub use picture::Picture;
pub use sample::Samples;
pub use sighting::{Reader, Sighting};
pub use stream::{Mode, Padding, Segment};
pub use version::{BlockSize, Level, MOST_CHARACTERS, Mask, Version};
