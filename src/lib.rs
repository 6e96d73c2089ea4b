//! Afterword turns a Git folder of Markdown incident records and postmortems into a static knowledge base of lessons
//! learned.
//!
//! The modules stand in the order of the data flow, and none names a later one:
//!
//! ```text
//! source     a folder               -> SourceFile
//! document   SourceFile             -> Document
//! knowledge  all Documents          -> Knowledge
//! trend      Knowledge              -> Trends
//! page       Knowledge              -> Page
//! card       text and SVG           -> PNG
//! theme      Page and templates     -> HTML
//! search     Knowledge and Pages    -> search index
//! render     Pages, theme and site  -> files, one by one
//! output     everything rendered    -> files
//! ```
//!
//! [`check`] stands beside the flow and looks for faults in what the stages made.
//! [`scaffold`] stands beside the flow and writes into the folder of the documents what belongs there: the lock and the citations.
//! [`review`] stands beside it too, and finds the lesson that somebody remembers.
//! [`serve`] shows the site in a browser while it is written, made of finished stages.
//! [`diagnostic`], [`config`] and [`words`] are shared by all of them; [`cli`] alone prints, reads the environment and
//! the clock, and picks an exit code.

pub mod diagnostic;
pub mod config;
pub mod words;
pub mod source;
pub mod document;
pub mod markdown;
pub mod knowledge;
pub mod trend;
pub mod page;
pub mod export;
pub mod card;
pub mod theme;
pub mod search;
pub mod render;
pub mod output;
pub mod check;
pub mod scaffold;
pub mod review;
pub mod serve;
pub mod cli;
